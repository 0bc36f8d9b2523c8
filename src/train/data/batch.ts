/** Batches: crops of samples, changed at random, side by side in one array. */
import type { Random } from "../../random.ts";
import { sizeOf } from "../../shape.ts";
import type { Augmentation, Normalization, Sample } from "../types.ts";
import { PURPOSE, sampleOrder, streamOf } from "./draw.ts";
import { type Bend, copyBent, randomBend } from "./elastic.ts";
import { copyPlaced, extentOf, offsetsOf, randomPlace } from "./place.ts";

/** What a step learns from, row-major; the arrays are written again for the next batch. */
export interface Batch {
  /** `[n, channels, ...crop]` */
  readonly images: Float32Array;
  /** `[n, ...crop]` */
  readonly targets: Float32Array;
}

/** How batches are made. */
export interface BatchPlan {
  readonly samples: readonly Sample[];
  readonly crop: readonly number[];
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
  readonly normalization: Normalization | undefined;
}

/** Displacements where nothing else is said: visible, and far from folding. */
const BEND: Bend = { deviation: 4, spacing: 32 };

/** The elastic deformation that an augmentation asks for. */
export function bendOf({ elastic }: Augmentation): Bend | null {
  if (elastic === undefined || elastic === false) return null;
  return elastic === true ? BEND : { ...BEND, ...elastic };
}

/** Value of a channel in a setting that may have one number for all. */
const ofChannel = (setting: number | readonly number[] | undefined, channel: number, fallback: number) =>
  typeof setting === "number" ? setting : (setting?.[channel] ?? fallback);

/** Brings planes of pixels to the mean and deviation that the network expects, in place. */
export function normalize(
  pixels: Float32Array,
  channels: number,
  normalization: Normalization | undefined,
): void {
  if (normalization === undefined) return;
  const size = pixels.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const mean = ofChannel(normalization.mean, channel, 0);
    const deviation = ofChannel(normalization.deviation, channel, 1);
    const end = (channel + 1) * size;
    for (let at = channel * size; at < end; at++) pixels[at] = (pixels[at] - mean) / deviation;
  }
}

/** Brightness and contrast of one crop, in place. */
function shade(pixels: Float32Array, { brightness = 0, contrast = 0 }: Augmentation, random: Random): void {
  if (brightness === 0 && contrast === 0) return;
  const shift = random.uniform(-brightness, brightness);
  const scale = 1 + random.uniform(-contrast, contrast);
  let sum = 0;
  for (let at = 0; at < pixels.length; at++) sum += pixels[at];
  const base = (sum / pixels.length) * (1 - scale) + shift;
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = Math.min(1, Math.max(0, pixels[at] * scale + base));
  }
}

/** The batch of any step: it follows from the seed and the step's number alone. */
export function batches(plan: BatchPlan): (step: number) => Batch {
  const { samples, batchSize, seed, augmentation, normalization } = plan;
  const crop = extentOf(plan.crop);
  const { channels } = samples[0];
  const pixels = sizeOf(crop);
  const images = new Float32Array(batchSize * channels * pixels);
  const targets = new Float32Array(batchSize * pixels);
  const order = sampleOrder(samples.length, batchSize, seed);
  const bent = bendOf(augmentation);

  const place = (sample: Sample, slot: number, random: Random): void => {
    const size = extentOf(sample.size);
    const where = randomPlace(size, crop, augmentation, random);
    const imageAt = slot * channels * pixels;
    const targetAt = slot * pixels;
    if (bent === null) {
      const offsets = offsetsOf(where, size, crop);
      copyPlaced(sample.image, images, imageAt, channels, offsets, sizeOf(size));
      copyPlaced(sample.target, targets, targetAt, 1, offsets, sizeOf(size));
    } else {
      const { image, target } = sample;
      const bend = randomBend(crop, bent, random);
      copyBent(
        { image, target, channels, size, crop, place: where, bend },
        images,
        imageAt,
        targets,
        targetAt,
      );
    }
    const placed = images.subarray(imageAt, imageAt + channels * pixels);
    shade(placed, augmentation, random);
    normalize(placed, channels, normalization);
  };
  return (step) => {
    order(step).forEach((index, slot) => {
      place(samples[index], slot, streamOf(seed, PURPOSE.sample, step, slot));
    });
    return { images, targets };
  };
}
