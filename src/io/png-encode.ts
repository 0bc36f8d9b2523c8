/** PNG files out, by `fast-png`. Without Node's modules, so that pages can draw pictures too. */
import { encode } from "fast-png";
import { DTypeError, OptionError, refuse, ShapeError } from "../errors.ts";

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

/** The largest sample. */
export function highestOf(samples: Uint8Array | Uint16Array): number {
  let highest = 0;
  for (const sample of samples) if (sample > highest) highest = sample;
  return highest;
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
    refuse(OptionError, op, "channels", String(channels), expected);
  }
  if (!(data instanceof Uint8Array || data instanceof Uint16Array)) {
    const given = Object.prototype.toString.call(data).slice(8, -1);
    const expected = "Uint8Array (8 bits a sample) or Uint16Array (16 bits)";
    refuse(DTypeError, op, "data", given, expected);
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
