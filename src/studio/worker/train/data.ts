/** The pictures of a training: drawn or read, split, and as the page shows them. */

import { valueText } from "../../../io/labels.ts";
import { complaints, DataError, type LabelledImages, pairsOf } from "../../../io/pairs.ts";
import { normalizationOf } from "../../../train/data/normalization.ts";
import type { Normalization, Sample } from "../../../train/types.ts";
import { levelOf } from "../../subject/picture.ts";
import { pairingOf } from "../../subject/training/pairing.ts";
import { drawPhantom } from "../../subject/training/phantoms.ts";
import type { TrainSettings } from "../../subject/training/settings.ts";
import { splitOf } from "../../subject/training/split.ts";

/** A file of the visitor's. */
export interface GivenFile {
  /** As the browser names it: `folder/images/scan.png`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What the files are, or what is wrong with them, a sentence each. */
export type FilesReading =
  | {
      readonly pairs: number;
      /** Of images without and with colours. */
      readonly channels: 1 | 3;
      /** Names of the classes in the masks, the background first. */
      readonly classes: readonly string[];
    }
  | { readonly problems: readonly string[] };

/** Pictures that a network may be trained on. */
export interface Pictures {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
  readonly channels: number;
  readonly normalization: Required<Normalization>;
  /** The same for the same pictures, as far as a page can tell. */
  readonly identity: string;
}

/** A validation picture as the page shows it: levels of 8 bits. */
export interface Preview {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly image: Uint8Array;
  readonly mask: Uint8Array;
}

/** How many validation pictures are shown. */
export const SHOWN = 4;

/** Reads images with their masks; pairs are told apart as {@link pairingOf} does. */
export async function readFiles(files: readonly GivenFile[]): Promise<LabelledImages> {
  const bytes = new Map(files.map((file) => [file.path, file.bytes]));
  const pairing = pairingOf([...bytes.keys()]);
  if ("problems" in pairing) throw new DataError("studio", "the files", pairing.problems);
  const found = await pairsOf(
    pairing.images,
    pairing.masks,
    async (path) => bytes.get(path) as Uint8Array,
    complaints("studio", "the files"),
  );
  if (found.samples.length < 2)
    throw new DataError("studio", "the files", [
      `one pair, ${found.samples[0].name}: expected two at least, one to learn from and one to measure on`,
    ]);
  return found;
}

export const readingOf = ({ samples, channels, labels }: LabelledImages): FilesReading => ({
  pairs: samples.length,
  channels,
  classes: labels.classes.map(({ value }) => valueText(labels, value)),
});

/** One class against the rest. */
function samplesOf({ samples, labels }: LabelledImages, foreground: number): Sample[] {
  if (foreground >= labels.classes.length)
    throw new DataError("studio", "the files", [
      `no class ${foreground} in the masks, which have ${labels.classes.length}, counted from 0`,
    ]);
  return samples.map((sample) => ({
    ...sample,
    target: sample.target.map((label) => Number(label === foreground)),
  }));
}

/** Draws pictures, or takes those read; splits them. */
export function picturesOf(settings: TrainSettings, files: LabelledImages | null): Pictures {
  const { data, count, size, foreground, seed } = settings;
  if (data === "files" && files === null) throw new Error("No folder is chosen yet.");
  const samples =
    data === "files"
      ? samplesOf(files as LabelledImages, foreground)
      : Array.from({ length: count }, (_, at) => drawPhantom(data, size, at));
  const { train, validation } = splitOf(samples, seed);
  const { channels } = samples[0];
  const names = samples.map(({ name, size: sides }) => `${name} ${sides.join("x")}`).join("/");
  return {
    train,
    validation,
    channels,
    normalization: normalizationOf(train, channels),
    identity: data === "files" ? names : "",
  };
}

/** The first validation pictures; colours are shown in grey. */
export const previewsOf = ({ validation }: Pictures): Preview[] =>
  validation.slice(0, SHOWN).map(({ name, size: [height, width], image, channels, target }) => ({
    name,
    width,
    height,
    image: Uint8Array.from({ length: width * height }, (_, pixel) => {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += image[channel * width * height + pixel];
      return levelOf(sum / channels);
    }),
    mask: target.map((label) => 255 * label),
  }));
