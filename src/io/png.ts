/** PNG files in: `fast-png` reads the pixels, every chunk and the compressed stream are checked before. */
import { decode } from "fast-png";
import { FileError } from "../errors.ts";
import { checkPng, type PngHeader } from "./png-check.ts";
import { highestOf, type PngImage } from "./png-encode.ts";

export { encodePng, type PngImage, type PngPalette } from "./png-encode.ts";

/** An image read from PNG bytes; `depth` says in which range its samples lie. */
export interface DecodedPng extends PngImage {
  /** Bits of a sample of `data`: 8 for `Uint8Array`, 16 for `Uint16Array`. */
  readonly depth: 8 | 16;
}

/**
 * Rows of packed 1, 2 or 4-bit samples as one byte a sample; grey is spread over 0..255, indices are kept.
 */
function unpack(packed: ArrayLike<number>, header: PngHeader): Uint8Array {
  const { width, height, bitDepth } = header;
  const bytesPerRow = Math.ceil((width * bitDepth) / 8);
  const most = 2 ** bitDepth - 1;
  const scale = header.colorType === 3 ? 1 : 255 / most;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bitDepth;
      const byte = packed[y * bytesPerRow + (bit >> 3)];
      data[y * width + x] = ((byte >> (8 - bitDepth - (bit & 7))) & most) * scale;
    }
  }
  return data;
}

/**
 * Reads a PNG image.
 *
 * Every chunk's length and checksum, the compressed stream's own checksum and the number of pixels in it are
 * verified first, so that a file cut short or damaged is refused and never read as a partly black image. Grey
 * samples of 1, 2 and 4 bits are spread over 0..255; palette images keep their indices in `data`, with the
 * colours in `palette`. Bytes after the end mark are ignored, as other readers do.
 *
 * @param bytes - the whole file.
 * @param name - how error messages name it, usually the path.
 * @defaultValue `name` is `"PNG data"`
 * @throws FileError when the bytes are not a PNG image, are cut short or damaged, or combine Adam7
 * interlacing with samples below 8 bits, which is not supported.
 *
 * @example
 * ```ts
 * const { width, height, channels, depth, data } = decodePng(await readBytes("scan.png"), "scan.png");
 * ```
 */
export function decodePng(bytes: Uint8Array, name = "PNG data"): DecodedPng {
  const header = checkPng(bytes, name);
  let decoded: ReturnType<typeof decode>;
  try {
    decoded = decode(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(`decodePng: ${name} is damaged: ${why}`, {
      op: "decodePng",
      argument: name,
      given: why,
      expected: "an intact PNG image",
      cause,
    });
  }
  const { width, height, bitDepth, channels } = header;
  const samples = decoded.data;
  const data =
    bitDepth < 8
      ? unpack(samples, header)
      : samples instanceof Uint16Array
        ? samples
        : new Uint8Array(samples.buffer as ArrayBuffer, samples.byteOffset, samples.length);
  const palette = decoded.palette;
  if (palette !== undefined) {
    const highest = highestOf(data);
    if (highest >= palette.length) {
      const given = `index ${highest} of a palette of ${palette.length} colours`;
      throw new FileError(`decodePng: ${name} is damaged: it uses ${given}`, {
        op: "decodePng",
        argument: name,
        given,
        expected: `indices below ${palette.length}`,
      });
    }
  }
  const depth = bitDepth === 16 ? 16 : 8;
  return { width, height, channels, depth, data, ...(palette === undefined ? {} : { palette }) };
}

/** Whether any pixel has a colour, red, green and blue that differ. */
export function isColored({ channels, data, palette }: PngImage): boolean {
  const differ = (red: number, green: number, blue: number) => red !== green || green !== blue;
  if (palette !== undefined) {
    const colored = palette.map(([red, green, blue]) => differ(red, green, blue));
    return data.some((index) => colored[index]);
  }
  if (channels < 3) return false;
  for (let at = 0; at < data.length; at += channels)
    if (differ(data[at], data[at + 1], data[at + 2])) return true;
  return false;
}

/**
 * An image as one grey value in [0, 1] a pixel, for probability maps and masks: the highest sample value (255
 * or 65535) becomes 1. Colours, those of a palette too, become `0.2126 R + 0.7152 G + 0.0722 B`, the Rec. 709
 * weights applied to the values as stored (no gamma is undone). Alpha is ignored.
 *
 * @returns `width * height` values, row by row.
 *
 * @example
 * ```ts
 * const probability = greyMap(decodePng(bytes)); // Float64Array, 0 black, 1 white
 * ```
 */
export function greyMap(image: PngImage): Float64Array {
  const { width, height, channels, data, palette } = image;
  const most = data instanceof Uint16Array ? 65535 : 255;
  // Equal parts are kept as they are: the weights only sum to 1 up to rounding.
  const luma = (red: number, green: number, blue: number) =>
    red === green && red === blue ? red : 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const shades = palette?.map(([red, green, blue]) => luma(red, green, blue));
  const map = new Float64Array(width * height);
  for (let pixel = 0, at = 0; pixel < map.length; pixel++, at += channels) {
    const grey = data[at];
    if (shades !== undefined) map[pixel] = shades[grey];
    else map[pixel] = channels < 3 ? grey : luma(grey, data[at + 1], data[at + 2]);
    map[pixel] /= most;
  }
  return map;
}
