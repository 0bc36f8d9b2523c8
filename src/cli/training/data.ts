/** The images of a training: read, split, and described so that another set is not taken for them. */
import { createHash } from "node:crypto";
import { OptionError, refuse } from "../../errors.ts";
import type { LabelFormat, LabelledImages } from "../../io/index.ts";
import { seededRandom } from "../../random.ts";
import { normalizationOf } from "../../train/data/normalization.ts";
import type { Normalization, Sample } from "../../train/types.ts";
import type { Holdout } from "./plan.ts";

/** What a network is trained on. */
export interface TrainingData {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
  readonly channels: 1 | 3;
  readonly labels: LabelFormat;
  /** Of the training images, by channel. */
  readonly normalization: Required<Normalization>;
  /** The same for the same images, masks and split. */
  readonly fingerprint: string;
}

const refuseSplit = (given: string, expected: string): never =>
  refuse(OptionError, "train", "--validation", given, expected);

function countOf({ share, unasked }: Extract<Holdout, { share: number }>, images: number): number {
  if (share === 0 || (unasked && images === 1)) return 0;
  return Math.max(1, Math.round(share * images));
}

/** Which samples are held out. Chosen at random, but the same for every seed and every run. */
function heldOut(samples: readonly Sample[], holdout: Holdout): ReadonlySet<string> {
  const names = samples.map(({ name }) => name);
  if ("names" in holdout) {
    const unknown = holdout.names.filter((name) => !names.includes(name));
    if (unknown.length > 0)
      refuseSplit(unknown.join(", "), `names of images: ${names.slice(0, 8).join(", ")} ...`);
    if (holdout.names.length >= names.length) refuseSplit("every image", "some left to train on");
    return new Set(holdout.names);
  }
  const count = "count" in holdout ? holdout.count : countOf(holdout, names.length);
  if (count >= names.length) refuseSplit(`${count} of ${names.length} images`, "some left to train on");
  const random = seededRandom(0);
  for (let at = names.length - 1; at > 0; at--) {
    const other = random.int(0, at + 1);
    [names[at], names[other]] = [names[other], names[at]];
  }
  return new Set(names.slice(0, count));
}

function fingerprintOf(train: readonly Sample[], validation: readonly Sample[]): string {
  const hash = createHash("sha256");
  for (const set of [train, validation]) {
    hash.update(`${set.length}\n`);
    for (const { name, size, channels, image, target } of set) {
      hash.update(JSON.stringify([name, channels, ...size]));
      hash.update(new Uint8Array(image.buffer, image.byteOffset, image.byteLength));
      hash.update(target);
    }
  }
  return hash.digest("hex");
}

/** Splits images into those to train on and those to measure on. */
export function trainingData({ samples, channels, labels }: LabelledImages, holdout: Holdout): TrainingData {
  const held = heldOut(samples, holdout);
  const train = samples.filter(({ name }) => !held.has(name));
  const validation = samples.filter(({ name }) => held.has(name));
  return {
    train,
    validation,
    channels,
    labels,
    normalization: normalizationOf(train, channels),
    fingerprint: fingerprintOf(train, validation),
  };
}
