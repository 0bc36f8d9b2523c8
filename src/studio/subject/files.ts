/** Pictures from files, and files from pictures. */
import { FileError } from "../../errors.ts";
import { decodeMap } from "../../io/map.ts";
import { maskOf } from "../../io/mask.ts";
import { encodePng } from "../../io/png-encode.ts";
import { gridOf, type Layer, levelOf, type Picture } from "./picture.ts";

/** A file that has been read. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files of one picture; the image is there to be looked at only. */
export interface PictureFiles {
  readonly mask: NamedBytes;
  readonly prediction: NamedBytes;
  readonly image?: NamedBytes;
}

/** Pixels a side: below, there is nothing to see, above, painting would not be live. */
const SIDES = { least: 8, most: 1024 } as const;

function refuse(name: string, given: string, expected: string): never {
  throw new FileError(`${name} ${given}, expected ${expected}`, {
    op: "open",
    argument: name,
    given,
    expected,
  });
}

interface Sized {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

const sizeText = ({ width, height }: Sized): string => `${width} x ${height} pixels`;

/** Width and height of a map; the axes of images and classes that .npy files may have must be 1. */
function sizeOf(name: string, shape: readonly number[]): Sized {
  const [height, width] = shape.slice(-2);
  if (shape.length < 2 || shape.slice(0, -2).some((length) => length !== 1))
    refuse(name, `has the shape [${shape.join(", ")}]`, "one map, [height, width]");
  const size = { name, width, height };
  const { least, most } = SIDES;
  if (Math.min(width, height) < least || Math.max(width, height) > most)
    refuse(name, `is ${sizeText(size)}`, `${least} to ${most} a side: cut it or scale it first`);
  return size;
}

type Opened = Sized & { readonly levels: Uint8Array };

function openGrey({ name, bytes }: NamedBytes, expected: string): Opened {
  const map = decodeMap(bytes, name);
  const size = sizeOf(name, map.shape);
  if (map.colored) refuse(name, "has colours", expected);
  const wrong = map.data.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0) refuse(name, `holds ${map.data[wrong]}`, `numbers from 0 to 1: ${expected}`);
  return { ...size, levels: Uint8Array.from(map.data, levelOf) };
}

function openMask({ name, bytes }: NamedBytes): Opened {
  const map = decodeMap(bytes, name);
  const size = sizeOf(name, map.shape);
  const { data } = maskOf(map, name);
  // Soft edges are cut in the middle: the studio's masks know inside and outside.
  return { ...size, levels: Uint8Array.from(data, (share) => (share >= 0.5 ? 255 : 0)) };
}

/** An image to look at: colours are fine, their lightness is shown. */
function openImage({ name, bytes }: NamedBytes): Opened {
  const { data, shape } = decodeMap(bytes, name);
  return { ...sizeOf(name, shape), levels: Uint8Array.from(data, levelOf) };
}

/**
 * The picture of a mask and a prediction, .png or .npy.
 *
 * @throws FileError, which names the file and what was expected: one that cannot be read, colours in the prediction,
 * several classes in the mask, sizes that differ
 */
export function openPicture({ mask, prediction, image }: PictureFiles): Picture {
  const inside = openMask(mask);
  const predicted = openGrey(prediction, "a grey map of probabilities, black for 0 and white for 1");
  const behind = image === undefined ? null : openImage(image);
  for (const other of [predicted, behind]) {
    if (other === null || (other.width === inside.width && other.height === inside.height)) continue;
    refuse(other.name, `is ${sizeText(other)}`, `${sizeText(inside)}, as ${inside.name} is`);
  }
  const { width, height, levels } = inside;
  return {
    width,
    height,
    mask: levels,
    prediction: predicted.levels,
    ...(behind === null ? {} : { image: behind.levels }),
  };
}

/** One map as a grey PNG of 8 bits, which {@link openPicture} gives back exactly. */
export function pngOf(picture: Picture, layer: Layer): Uint8Array {
  const { width, height, levels } = gridOf(picture, layer);
  return encodePng({ width, height, channels: 1, data: levels });
}

const MASKS = /mask|target|truth|label|gt/i;

/**
 * Which of two files that were dropped together is the mask.
 *
 * @throws FileError where their names do not say
 */
export function sortPair(names: readonly string[]): { readonly mask: number; readonly prediction: number } {
  const found = names.filter((name) => MASKS.test(name));
  if (names.length !== 2 || found.length !== 1)
    refuse(
      names.join(" and "),
      "were dropped together",
      'two files, of which one has "mask", "target", "truth" or "label" in its name',
    );
  const mask = names.indexOf(found[0]);
  return { mask, prediction: 1 - mask };
}
