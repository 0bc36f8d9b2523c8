/** Images and masks from folders of PNG files. Everything that is wrong is told at once, before any work. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, parse } from "node:path";
import { FileError } from "../errors.ts";
import type { Sample } from "../train/types.ts";
import { readBytes, reasonOf } from "./files.ts";
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

/** A mask with its classes, as a folder holds it. */
export interface FolderMask {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Class of each pixel, row by row. */
  readonly labels: Uint8Array;
}

type Complain = (problem: string) => void;

/** Whether a folder's entry is a folder, or a link to one. */
async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(path).catch(() => null);
  return target?.isDirectory() ?? false;
}

/** Where each file of a folder stands, by its name without the ending; `null` where there is no such folder. */
async function listFolder(folder: string, complain: Complain): Promise<Map<string, string> | null> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    complain(`${folder}: ${reasonOf(cause)}, expected a folder of PNG files`);
    return null;
  }
  const found = new Map<string, string>();
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    // Systems leave hidden files of their own everywhere; folders within may hold probability maps.
    if (entry.name.startsWith(".") || (await isFolder(entry, path))) continue;
    if (extname(entry.name).toLowerCase() !== ".png") complain(`${path}: no PNG file`);
    else {
      const stem = parse(entry.name).name;
      if (found.has(stem)) complain(`${path}: the name ${stem} stands twice in ${folder}`);
      else found.set(stem, path);
    }
  }
  return found;
}

async function readPng(path: string, complain: Complain): Promise<DecodedPng | null> {
  try {
    return decodePng(await readBytes(path), path);
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

async function readFolder(
  files: ReadonlyMap<string, string>,
  channels: number | undefined,
  complain: Complain,
): Promise<FolderImage[]> {
  const images: FolderImage[] = [];
  let expected = channels;
  for (const [name, path] of files) {
    const png = await readPng(path, complain);
    if (png === null) continue;
    const own = channelsOf(png);
    const word = (count: number) => (count === 1 ? "grey" : "in colours");
    expected ??= own;
    if (own !== expected) complain(`${path}: ${word(own)}, expected ${word(expected)} like the rest`);
    else images.push(imageOf(name, png));
  }
  return images;
}

/** Collects what is wrong; `fail` throws it all, `finish` where there is something. */
function complaints(op: string, what: string) {
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

/**
 * Reads a folder of PNG images, grey or in colours, 8 or 16 bits; alpha is ignored. Hidden files and folders within the
 * folder are passed over.
 *
 * @param folder - nothing but PNG files
 * @param channels - what every image must have. @defaultValue whatever the first has
 * @returns by name, ascending, in 0 .. 1, channels first
 * @throws DataError that lists every file that is no PNG, cannot be read, or has other channels
 *
 * @example
 * ```ts
 * for (const { name, size } of await readImages("scans", 1)) log(name, size);
 * ```
 */
export async function readImages(folder: string, channels?: 1 | 3): Promise<FolderImage[]> {
  const { complain, some, finish } = complaints("readImages", folder);
  const files = (await listFolder(folder, complain)) ?? new Map<string, string>();
  const images = await readFolder(files, channels, complain);
  if (images.length === 0 && !some()) complain("no PNG file there (folders within are not looked into)");
  finish();
  return images;
}

/**
 * Reads images with their masks: PNG files of the same name in two folders.
 *
 * Masks may be grey, have a palette, or be red, green, blue; {@link LabelFormat} tells how they write classes. Without
 * `classes`, each value found is a class, ascending: of two, the larger is the foreground.
 *
 * @param images - grey or in colours, 8 or 16 bits
 * @param masks - of the same names and sizes
 * @param options - `classes`: the values in the order of their classes; others are then refused
 * @throws DataError that lists all that is wrong: images without mask, masks without image, sizes that differ, values
 *   that are no class, files that are no PNG or damaged, no pairs at all
 *
 * @example
 * ```ts
 * const { samples, labels } = await readPairs("images", "masks");
 * ```
 */
export async function readPairs(
  images: string,
  masks: string,
  options: { readonly classes?: readonly ClassSpec[] } = {},
): Promise<LabelledImages> {
  const { complain, some, fail, finish } = complaints("readPairs", `${images} and ${masks}`);
  const [imageFiles, maskFiles] = [await listFolder(images, complain), await listFolder(masks, complain)];
  if (imageFiles === null || maskFiles === null) return fail();
  for (const [name, path] of imageFiles)
    if (!maskFiles.has(name)) complain(`${path}: no mask ${name}.png in ${masks}`);
  for (const [name, path] of maskFiles)
    if (!imageFiles.has(name)) complain(`${path}: no image ${name}.png in ${images}`);
  if (![...imageFiles.keys()].some((name) => maskFiles.has(name)) && !some())
    complain("no PNG file in either folder (folders within are not looked into)");

  const pictures = await readFolder(imageFiles, undefined, complain);
  const decoded = new Map<string, DecodedPng>();
  for (const path of maskFiles.values()) {
    const mask = await readPng(path, complain);
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
  const labels = labelFormatOf(decoded, options.classes, complain);
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

/** Some of a list, evenly spread over it: files of one case often stand together. */
function spread<T>(list: readonly T[], count: number): T[] {
  const some = Math.min(list.length, count);
  return Array.from({ length: some }, (_, i) => list[Math.floor((i * list.length) / some)]);
}

/**
 * Reads a folder of masks without images; they mean what {@link readPairs} takes them to mean.
 *
 * @param folder - nothing but PNG files
 * @param options - `classes`: the values in the order of their classes; `limit`: at most so many masks, evenly spread over
 *   the names; `onProgress`: told before each file
 * @returns by name, ascending, and how the masks write classes
 * @throws DataError that lists all that is wrong: files that are no PNG or damaged, values that are no class, no masks at
 *   all
 *
 * @example
 * ```ts
 * const { masks, labels } = await readMasks("masks", { limit: 50 });
 * ```
 */
export async function readMasks(
  folder: string,
  options: {
    readonly classes?: readonly ClassSpec[];
    readonly limit?: number;
    readonly onProgress?: (done: number, total: number, name: string) => void;
  } = {},
): Promise<{ masks: FolderMask[]; labels: LabelFormat }> {
  const { complain, some, fail, finish } = complaints("readMasks", folder);
  const files = (await listFolder(folder, complain)) ?? new Map<string, string>();
  if (files.size === 0 && !some()) complain("no PNG file there (folders within are not looked into)");
  const read = spread([...files], options.limit ?? files.size);
  const decoded = new Map<string, DecodedPng>();
  for (const [at, [name, path]] of read.entries()) {
    options.onProgress?.(at, read.length, name);
    const mask = await readPng(path, complain);
    if (mask !== null) decoded.set(path, mask);
  }
  if (decoded.size === 0) return fail();
  const labels = labelFormatOf(decoded, options.classes, complain);
  if (labels.classes.length < 2) return fail();
  const masks = read.flatMap(([name, path]): FolderMask[] => {
    const mask = decoded.get(path);
    if (mask === undefined) return [];
    const { width, height } = mask;
    const own = labelsOf(mask, labels, (problem) => complain(`${path}: ${problem}`));
    return [{ name, width, height, labels: own }];
  });
  finish();
  return { masks, labels };
}
