/** Made-up lesions, and what a network might say of them: scenes whose every pixel is known. */
import { distanceTransform } from "../../../ops/host/distance-transform.ts";
import { type Random, seededRandom } from "../../../random.ts";
import { depthInside, randomContour } from "../../phantom-shapes.ts";

/**
 * Side of the scenes of most tools: room for losses of five scales, and still 31 000 pixels, so that 0.01 % of them are a
 * lesion of three.
 */
export const SIDE = 176;

/** A logit that means "sure": p = 0.9997. */
export const SURE = 8;

/** Where the centre of a lesion lies: both from -1 to 1. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Pixels in the order in which a growing lesion takes them: the first k are a lesion of exactly k pixels, irregular, and
 * of about the same form at every size.
 */
export function growth(side: number, seed: number, { x, y }: Place): Uint32Array {
  const form = randomContour(seededRandom(seed), x, y, 0.5, 0.16);
  const contour = { ...form, aspect: 1 };
  const reach = Float64Array.from({ length: side * side }, (_, i) => {
    const [across, down] = [(2 * (i % side) + 1) / side - 1, (2 * Math.floor(i / side) + 1) / side - 1];
    const distance = Math.hypot(across - x, down - y);
    return distance / (depthInside(contour, across, down) + distance);
  });
  return Uint32Array.from(reach.keys()).sort((a, b) => reach[a] - reach[b]);
}

/** A mask of the pixels named. */
export function maskOf(size: number, pixels: Iterable<number>): Float64Array {
  const mask = new Float64Array(size);
  for (const pixel of pixels) mask[pixel] = 1;
  return mask;
}

/** How many pixels of two masks differ. */
export const differing = (a: Float64Array, b: Float64Array): number =>
  a.reduce((count, g, i) => count + Number(g !== b[i]), 0);

/** How far pixels of 1 lie from the nearest 0: positive inside, and negative outside, as far from the nearest 1. */
export function signedDistance(mask: Float64Array, width: number, height: number): Float64Array {
  const [shape, steps] = [
    [height, width],
    [1, 1],
  ];
  const inside = distanceTransform(mask, shape, steps);
  const outside = distanceTransform(
    mask.map((g) => 1 - g),
    shape,
    steps,
  );
  // Half a pixel each way: the border lies between pixels.
  return inside.map((d, i) => (mask[i] > 0 ? d - 0.5 : 0.5 - outside[i]));
}

/**
 * Logits of a network that is sure of a mask. A hair of chance keeps pixels from being equal: selections and sorts would
 * decide by their place.
 */
export function sureOf(mask: Float64Array, random: Random): Float64Array {
  return mask.map((g) => (g > 0.5 ? 1 : -1) * (SURE + random.uniform(-0.01, 0.01)));
}

/** Logits of a network that knows nothing: p = 0.5, a hair below, so that thresholds there have one answer. */
export function undecided(size: number, random: Random): Float64Array {
  return Float64Array.from({ length: size }, () => -random.uniform(0.0005, 0.0015));
}
