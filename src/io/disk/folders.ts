/** Images and masks from folders of PNG files. Everything that is wrong is told at once, before any work. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, parse } from "node:path";
import { type ClassSpec, type LabelFormat, labelFormatOf, labelsOf } from "../labels.ts";
import {
  type Complain,
  complaints,
  type FolderImage,
  imagesOf,
  type LabelledImages,
  pairsOf,
  pngOf,
} from "../pairs.ts";
import type { DecodedPng } from "../png.ts";
import { readBytes, reasonOf } from "./files.ts";

/** A mask with its classes, as a folder holds it. */
export interface FolderMask {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Class of each pixel, row by row. */
  readonly labels: Uint8Array;
}

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
  const images = await imagesOf(files, channels, readBytes, complain);
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
  const found = complaints("readPairs", `${images} and ${masks}`);
  const [imageFiles, maskFiles] = [
    await listFolder(images, found.complain),
    await listFolder(masks, found.complain),
  ];
  if (imageFiles === null || maskFiles === null) return found.fail();
  return pairsOf(
    { folder: images, files: imageFiles },
    { folder: masks, files: maskFiles },
    readBytes,
    found,
    options.classes,
  );
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
    const mask = await pngOf(path, readBytes, complain);
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
