/**
 * PNG files in and out: `fast-png` does the pixels, every chunk and the compressed stream are checked
 * before.
 */
import { decode, encode } from "fast-png";
import { DTypeError, FileError, OptionError, ShapeError } from "../errors.ts";
import { checkPng, type PngHeader } from "./png-check.ts";

/** Colours of a palette image, by index: `[red, green, blue]`, 0 to 255, or with an alpha as the fourth. */
export type PngPalette = readonly (readonly number[])[];

/** A decoded image, and what {@link encodePng} takes. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  /** Samples row by row, the channels of a pixel side by side: `data[(y * width + x) * channels + c]`. */
  readonly data: Uint8Array | Uint16Array;
  /** Present when `data` holds palette indices; label masks often do. */
  readonly palette?: PngPalette;
}

/** An image read from PNG bytes; `depth` says in which range its samples lie. */
export interface DecodedPng extends PngImage {
  /** Bits of a sample of `data`: 8 for `Uint8Array`, 16 for `Uint16Array`. */
  readonly depth: 8 | 16;
}

function highestOf(samples: Uint8Array | Uint16Array): number {
  let highest = 0;
  for (const sample of samples) if (sample > highest) highest = sample;
  return highest;
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

function checkImage(image: PngImage): void {
  const { width, height, channels, data, palette } = image;
  const op = "encodePng";
  const size = `${width} x ${height}`;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    const expected = "positive integers";
    throw new ShapeError(`${op}: image is ${size}, expected ${expected}`, {
      op,
      argument: "width, height",
      given: size,
      expected,
    });
  }
  if (![1, 2, 3, 4].includes(channels)) {
    const expected = "1 (grey or palette index), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha)";
    throw new OptionError(`${op}: channels is ${channels}, expected ${expected}`, {
      op,
      argument: "channels",
      given: String(channels),
      expected,
    });
  }
  if (!(data instanceof Uint8Array || data instanceof Uint16Array)) {
    const given = Object.prototype.toString.call(data).slice(8, -1);
    const expected = "Uint8Array (8 bits a sample) or Uint16Array (16 bits)";
    throw new DTypeError(`${op}: data is ${given}, expected ${expected}`, {
      op,
      argument: "data",
      given,
      expected,
    });
  }
  if (data.length !== width * height * channels) {
    const given = `${data.length} samples`;
    const expected = `${width * height * channels} for ${size} pixels of ${channels}`;
    throw new ShapeError(`${op}: data has ${given}, expected ${expected}`, {
      op,
      argument: "data",
      given,
      expected,
    });
  }
  if (palette !== undefined) checkPalette(image, palette);
}

function checkPalette({ channels, data }: PngImage, palette: PngPalette): void {
  const fail = (given: string, expected: string): never => {
    throw new OptionError(`encodePng: palette has ${given}, expected ${expected}`, {
      op: "encodePng",
      argument: "palette",
      given,
      expected,
    });
  };
  if (channels !== 1 || !(data instanceof Uint8Array)) {
    fail(`indices in ${channels} channels of ${data.BYTES_PER_ELEMENT * 8} bits`, "one channel of 8 bits");
  }
  if (palette.length < 1 || palette.length > 256) fail(`${palette.length} colours`, "1 to 256");
  for (const color of palette) {
    const whole = color.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
    if (color.length < 3 || color.length > 4 || !whole) {
      fail(`a colour [${color.join(", ")}]`, "[red, green, blue], integers from 0 to 255");
    }
    // Not written: fast-png misplaces the alphas of a palette that mixes opaque and transparent colours.
    if ((color[3] ?? 255) !== 255) fail(`a transparent colour [${color.join(", ")}]`, "opaque colours only");
  }
  const highest = highestOf(data);
  if (highest >= palette.length)
    fail(`${palette.length} colours`, `at least ${highest + 1}, the highest index plus 1`);
}

/**
 * Writes an image as PNG: 8 bits a sample from a `Uint8Array`, 16 from a `Uint16Array`; grey, grey and alpha,
 * RGB or RGBA by `channels`; palette colours when `palette` is given with one channel of indices.
 *
 * @param image - size, channels, samples and perhaps an opaque palette.
 * @returns the bytes of the file.
 * @throws ShapeError when `data` does not hold `width * height * channels` samples.
 * @throws DTypeError when `data` is neither `Uint8Array` nor `Uint16Array`.
 * @throws OptionError when `channels` is not 1 to 4, or `palette` does not fit.
 *
 * @example
 * ```ts
 * const mask = encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) });
 * ```
 */
export function encodePng(image: PngImage): Uint8Array {
  checkImage(image);
  const { width, height, channels, data, palette } = image;
  const depth = data instanceof Uint16Array ? 16 : 8;
  const colors = palette?.map(([red, green, blue]) => [red, green, blue]);
  const bytes = encode({ width, height, channels, depth, data, palette: colors }, { zlib: { level: 9 } });
  return new Uint8Array(bytes);
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
