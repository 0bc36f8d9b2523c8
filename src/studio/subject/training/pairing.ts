/** Which files are images and which are their masks, by where they lie and how they are called. */
import type { FolderFiles } from "../../../io/pairs.ts";

/** Images and masks, or what keeps them from being told apart. */
export type Pairing =
  | { readonly images: FolderFiles; readonly masks: FolderFiles }
  | { readonly problems: readonly string[] };

const MASK_FOLDER = /^(masks?|labels?|targets?|annotations?|ground[-_ ]?truths?|gt|seg(mentation)?s?)$/i;
const IMAGE_FOLDER = /^(images?|imgs?|inputs?|scans?|pictures?|photos?|originals?)$/i;
/** The end of a mask's name where it lies beside its image. */
const MASK_NAME = /^(.+)[-_. ](mask|label|target|annotation|gt|seg(?:mentation)?)$/i;

const EXPECTED =
  "Expected a folder images and a folder masks with PNG files of the same names, or each mask beside its image, as in scan.png and scan_mask.png.";

interface Place {
  readonly path: string;
  readonly folder: string;
  readonly stem: string;
  readonly png: boolean;
}

function placeOf(path: string): Place {
  const [name, ...above] = path.split("/").reverse();
  const dot = name.lastIndexOf(".");
  return {
    path,
    folder: above.reverse().join("/"),
    stem: dot > 0 ? name.slice(0, dot) : name,
    png: dot > 0 && name.slice(dot).toLowerCase() === ".png",
  };
}

const lastOf = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);
const listed = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? " ..." : ""}`;

/** The files of one folder; another kind of file there is a mistake worth telling. */
function filesOf(folder: string, places: readonly Place[], problems: string[]): FolderFiles {
  const files = new Map<string, string>();
  for (const { path, stem, png } of places.filter((place) => place.folder === folder)) {
    if (!png) problems.push(`${path}: no PNG file`);
    else if (files.has(stem)) problems.push(`${path}: the name ${stem} stands twice in ${folder}`);
    else files.set(stem, path);
  }
  return { folder: folder === "" ? "the files" : folder, files };
}

function besideEachOther(places: readonly Place[]): Pairing {
  const folder = places[0].folder;
  const problems: string[] = [];
  const all = filesOf(folder, places, problems);
  const [images, masks] = [new Map<string, string>(), new Map<string, string>()];
  for (const [stem, path] of all.files) {
    const [, image] = MASK_NAME.exec(stem) ?? [];
    if (image === undefined) images.set(stem, path);
    else if (masks.has(image)) problems.push(`${path}: a second mask of ${image}`);
    else masks.set(image, path);
  }
  if (masks.size === 0) return { problems: [`Found ${listed([...all.files.values()])}. ${EXPECTED}`] };
  for (const [stem, path] of images)
    if (!masks.has(stem)) problems.push(`${path}: no mask beside it, expected ${stem}_mask.png`);
  for (const [stem, path] of masks)
    if (!images.has(stem)) problems.push(`${path}: no image beside it, expected ${stem}.png`);
  return problems.length > 0
    ? { problems }
    : { images: { folder: all.folder, files: images }, masks: { folder: all.folder, files: masks } };
}

/**
 * Tells images and masks apart. Hidden files, which systems leave everywhere, are passed over.
 *
 * @param paths - of the files chosen, as the browser names them: `folder/images/scan.png`
 */
export function pairingOf(paths: readonly string[]): Pairing {
  const places = paths
    .filter((path) => path.split("/").every((part) => !part.startsWith(".")))
    .sort()
    .map(placeOf);
  const folders = [...new Set(places.filter(({ png }) => png).map(({ folder }) => folder))];
  if (folders.length === 0)
    return { problems: [`${paths.length === 0 ? "No files" : "No PNG file"} there. ${EXPECTED}`] };
  if (folders.length === 1) return besideEachOther(places.filter(({ folder }) => folder === folders[0]));
  const masks = folders.filter((folder) => MASK_FOLDER.test(lastOf(folder)));
  const others = folders.filter((folder) => !masks.includes(folder));
  const named = others.filter((folder) => IMAGE_FOLDER.test(lastOf(folder)));
  const images = named.length > 0 ? named : others;
  if (masks.length !== 1 || images.length !== 1)
    return { problems: [`Found the folders ${listed(folders)}. ${EXPECTED}`] };
  const problems: string[] = [];
  const pairing = {
    images: filesOf(images[0], places, problems),
    masks: filesOf(masks[0], places, problems),
  };
  return problems.length > 0 ? { problems } : pairing;
}
