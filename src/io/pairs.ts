/** Images and masks from the bytes of PNG files, wherever the files are. Everything that is wrong is told at once. */
import { FileError } from "../errors.ts";
import type { Sample } from "../train/types.ts";
import { type ClassSpec, type LabelFormat, labelFormatOf, labelsOf } from "./labels.ts";
import { type DecodedPng, decodePng } from "./png.ts";

/** Everything that is wrong with a set of files, one sentence each. */
export class DataError extends FileError {
  readonly problems: readonly string[];

  constructor(op: string, what: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${op}: ${what}: ${count}: ${problems.join("; ")}`, {
      op,
      argument: what,
      given: count,
      expected: "none",
    });
    this.problems = problems;
  }
}

/** An image as a network takes it. */
export type FolderImage = Omit<Sample, "target">;

/** Images with their masks. */
export interface LabelledImages {
  /** By name, ascending. */
  readonly samples: readonly Sample[];
  /** 1 grey, 3 red, green, blue; the same for all. */
  readonly channels: 1 | 3;
  /** How the masks write classes. */
  readonly labels: LabelFormat;
}

/** Gives the bytes of a file. */
export type Read = (path: string) => Promise<Uint8Array>;

/** Where each file of a folder stands, by its name without the ending. */
export interface FolderFiles {
  /** For people. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
}

export type Complain = (problem: string) => void;

/** Collects what is wrong; `fail` throws it all, `finish` where there is something. */
export function complaints(op: string, what: string) {
  const problems: string[] = [];
  const fail = (): never => {
    throw new DataError(op, what, problems);
  };
  return {
    fail,
    complain: (problem: string) => void problems.push(problem),
    some: () => problems.length > 0,
    finish: () => {
      if (problems.length > 0) fail();
    },
  };
}

export type Complaints = ReturnType<typeof complaints>;

/** Reads one PNG file; what is wrong with it is told, and `null` given. */
export async function pngOf(path: string, read: Read, complain: Complain): Promise<DecodedPng | null> {
  try {
    return decodePng(await read(path), path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    complain(error.message.replace(/^\w+: /, ""));
    return null;
  }
}

/** Channels that a network sees: a palette counts by its colours, alpha not at all. */
function channelsOf({ channels, palette }: DecodedPng): 1 | 3 {
  if (palette !== undefined) return palette.every(([r, g, b]) => r === g && r === b) ? 1 : 3;
  return channels < 3 ? 1 : 3;
}

/** Channels first, in 0 .. 1. */
function imageOf(name: string, png: DecodedPng): FolderImage {
  const { width, height, depth, data, palette } = png;
  const [count, pixels, most] = [channelsOf(png), width * height, 2 ** depth - 1];
  const image = new Float32Array(count * pixels);
  for (let channel = 0; channel < count; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const sample = data[pixel * png.channels + (palette === undefined ? channel : 0)];
      image[channel * pixels + pixel] = (palette?.[sample][channel] ?? sample) / most;
    }
  }
  return { name, image, channels: count, size: [height, width] };
}

/** Images that all have the same channels: those given, or else those of the first. */
export async function imagesOf(
  files: ReadonlyMap<string, string>,
  channels: number | undefined,
  read: Read,
  complain: Complain,
): Promise<FolderImage[]> {
  const images: FolderImage[] = [];
  let expected = channels;
  for (const [name, path] of files) {
    const png = await pngOf(path, read, complain);
    if (png === null) continue;
    const own = channelsOf(png);
    const word = (count: number) => (count === 1 ? "grey" : "in colours");
    expected ??= own;
    if (own !== expected) complain(`${path}: ${word(own)}, expected ${word(expected)} like the rest`);
    else images.push(imageOf(name, png));
  }
  return images;
}

/**
 * Images joined with their masks: PNG files of the same name in two folders.
 *
 * @param classes - the values in the order of their classes. @defaultValue the values found, ascending
 * @throws DataError that lists all that is wrong
 */
export async function pairsOf(
  images: FolderFiles,
  masks: FolderFiles,
  read: Read,
  { complain, some, fail, finish }: Complaints,
  classes?: readonly ClassSpec[],
): Promise<LabelledImages> {
  const [imageFiles, maskFiles] = [images.files, masks.files];
  for (const [name, path] of imageFiles)
    if (!maskFiles.has(name)) complain(`${path}: no mask ${name}.png in ${masks.folder}`);
  for (const [name, path] of maskFiles)
    if (!imageFiles.has(name)) complain(`${path}: no image ${name}.png in ${images.folder}`);
  if (![...imageFiles.keys()].some((name) => maskFiles.has(name)) && !some())
    complain("no PNG file in either folder (folders within are not looked into)");

  const pictures = await imagesOf(imageFiles, undefined, read, complain);
  const decoded = new Map<string, DecodedPng>();
  for (const path of maskFiles.values()) {
    const mask = await pngOf(path, read, complain);
    if (mask !== null) decoded.set(path, mask);
  }
  for (const { name, size } of pictures) {
    const path = maskFiles.get(name);
    const mask = path === undefined ? undefined : decoded.get(path);
    if (mask !== undefined && (mask.width !== size[1] || mask.height !== size[0]))
      complain(
        `${path}: ${mask.width} x ${mask.height}, expected ${size[1]} x ${size[0]} like ${imageFiles.get(name)}`,
      );
  }
  if (decoded.size === 0) return fail();
  const labels = labelFormatOf(decoded, classes, complain);
  const targets = new Map<string, Uint8Array>();
  // Where there are no classes, every pixel of every mask would be wrong for the same reason.
  if (labels.classes.length > 1) {
    for (const [path, mask] of decoded)
      targets.set(
        path,
        labelsOf(mask, labels, (problem) => complain(`${path}: ${problem}`)),
      );
  }
  finish();
  const samples = pictures.map(
    (picture): Sample => ({ ...picture, target: targets.get(maskFiles.get(picture.name)!)! }),
  );
  return { samples, channels: pictures[0].channels as 1 | 3, labels };
}
