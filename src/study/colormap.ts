/** Colours for maps of numbers: a diverging map for gradients, a sequential one for magnitudes. */
import { OptionError, refuse, ShapeError } from "../errors.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A colour for every position from 0 to 1. */
export interface Colormap {
  readonly name: string;
  /** Colours at equal steps, joined linearly. */
  readonly stops: readonly Rgb[];
}

function fromHex(name: string, colors: string): Colormap {
  const stops = colors.split(" ").map((color): Rgb => {
    const value = Number.parseInt(color, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
  return { name, stops };
}

/**
 * Blue, white, red: negative, zero, positive. "RdBu" of ColorBrewer (Cynthia Brewer and Mark Harrower, Apache
 * 2.0), reversed, with a pure white middle; told apart with every common colour blindness.
 */
export const divergingMap: Colormap = fromHex(
  "blue-white-red",
  "053061 2166ac 4393c3 92c5de d1e5f0 ffffff fddbc7 f4a582 d6604d b2182b 67001f",
);

/**
 * Dark violet through green to yellow, evenly in lightness: "viridis" of matplotlib (Stefan van der Walt and
 * Nathaniel Smith, CC0), told apart with every common colour blindness and in grey print.
 */
export const sequentialMap: Colormap = fromHex(
  "viridis",
  "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
);

/** What a pixel that is not a number looks like: a colour of neither map. */
export const NOT_A_NUMBER_COLOR: Rgb = [255, 0, 255];

/**
 * The colour at a position, 0 to 1; beyond the ends their colours, for NaN {@link NOT_A_NUMBER_COLOR}.
 *
 * @example
 * ```ts
 * colorAt(divergingMap, 0.5); // [255, 255, 255]
 * ```
 */
export function colorAt({ stops }: Colormap, position: number): Rgb {
  if (Number.isNaN(position)) return NOT_A_NUMBER_COLOR;
  const place = Math.min(1, Math.max(0, position)) * (stops.length - 1);
  const left = Math.min(stops.length - 2, Math.floor(place));
  const share = place - left;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(stops[left][channel] * (1 - share) + stops[left + 1][channel] * share);
  return [mix(0), mix(1), mix(2)];
}

/** A picture of a map of numbers, and the scale that it was drawn with. */
export interface ColoredImage {
  readonly width: number;
  readonly height: number;
  /** RGB, three bytes a pixel, row by row; ready for `encodePng` with 3 channels. */
  readonly data: Uint8Array;
  /** The value at the ends of the colour scale: `-limit` to `limit`, or 0 to `limit`. */
  readonly limit: number;
}

/** How a map of numbers is coloured. */
export interface ColorOptions {
  /** Value at the end of the scale, positive. Default: the `percentile` of the magnitudes. */
  readonly limit?: number;
  /** Share of pixels, in percent, whose magnitude the scale covers, over 0 up to 100. Default 99.5. */
  readonly percentile?: number;
}

/**
 * The magnitude that a share of the values does not exceed, so that a few extreme pixels do not wash out a
 * picture. Values that are not finite are left out. Where it is 0 though some values are not, their largest
 * is taken; 0 only when all are 0.
 *
 * @param percentile - over 0, up to 100.
 * @defaultValue `percentile` is 99.5
 * @throws OptionError when `percentile` is out of its range.
 *
 * @example
 * ```ts
 * robustLimit([0.1, -0.2, 0.1, 50], 75); // 0.2
 * ```
 */
export function robustLimit(data: ArrayLike<number>, percentile = 99.5): number {
  if (!(percentile > 0 && percentile <= 100))
    refuse(OptionError, "gradientImage", "percentile", String(percentile), "a number over 0, up to 100");
  const magnitudes = Float64Array.from(data, Math.abs).filter(Number.isFinite).sort();
  if (magnitudes.length === 0) return 0;
  const limit = magnitudes[Math.ceil((percentile / 100) * magnitudes.length) - 1];
  return limit > 0 ? limit : magnitudes[magnitudes.length - 1];
}

function paint(
  data: ArrayLike<number>,
  width: number,
  height: number,
  map: Colormap,
  position: (value: number) => number,
): Uint8Array {
  if (!Number.isInteger(width) || !Number.isInteger(height) || data.length !== width * height || width < 1) {
    const given = `${data.length} values for ${width} x ${height} pixels`;
    const expected = "one value a pixel";
    throw new ShapeError(`gradientImage: data has ${given}, expected ${expected}`, {
      op: "gradientImage",
      argument: "data",
      given,
      expected,
    });
  }
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < data.length; pixel++) rgb.set(colorAt(map, position(data[pixel])), 3 * pixel);
  return rgb;
}

function limitOf(data: ArrayLike<number>, { limit, percentile }: ColorOptions): number {
  if (limit === undefined) return robustLimit(data, percentile);
  if (!(limit > 0 && Number.isFinite(limit)))
    refuse(OptionError, "gradientImage", "limit", String(limit), "a positive finite number");
  return limit;
}

/**
 * A gradient as a picture: blue where negative, white at 0, red where positive, on a scale from `-limit` to
 * `limit`. Values beyond are drawn in the end colours, NaN in magenta. All zero gives a white picture and the
 * limit 0.
 *
 * @param data - one value a pixel, row by row.
 * @param options - `limit` to fix the scale, for pictures that shall be compared; or `percentile` (99.5) to
 * choose it.
 * @throws ShapeError when `data` does not hold `width * height` values.
 * @throws OptionError when `limit` or `percentile` is out of its range.
 *
 * @example
 * ```ts
 * const { data, limit } = gradientImage(gradient, width, height);
 * const png = encodePng({ width, height, channels: 3, data });
 * ```
 */
export function gradientImage(
  data: ArrayLike<number>,
  width: number,
  height: number,
  options: ColorOptions = {},
): ColoredImage {
  const limit = limitOf(data, options);
  const scale = limit > 0 ? 0.5 / limit : 0;
  const position = (value: number) => (value === 0 || limit === 0 ? 0.5 : 0.5 + value * scale);
  return { width, height, data: paint(data, width, height, divergingMap, position), limit };
}

/**
 * A map of magnitudes as a picture, 0 dark violet, `limit` and more yellow.
 *
 * @param options - as in {@link gradientImage}.
 * @throws ShapeError when `data` does not hold `width * height` values.
 * @throws OptionError when `limit` or `percentile` is out of its range.
 *
 * @example
 * ```ts
 * const { data } = magnitudeImage(error, width, height, { limit: 1 });
 * ```
 */
export function magnitudeImage(
  data: ArrayLike<number>,
  width: number,
  height: number,
  options: ColorOptions = {},
): ColoredImage {
  const limit = limitOf(data, options);
  const position = (value: number) => (limit > 0 ? value / limit : 0 * value);
  return { width, height, data: paint(data, width, height, sequentialMap, position), limit };
}

/** A colour as CSS. */
export const cssColor = (color: Rgb): string =>
  `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/**
 * The map as a CSS gradient, low values at the left, for colour bars that are no pictures.
 *
 * @example
 * ```ts
 * cssGradient(sequentialMap); // "linear-gradient(90deg,#440154,#482878,...)"
 * ```
 */
export function cssGradient({ stops }: Colormap): string {
  return `linear-gradient(90deg,${stops.map(cssColor).join(",")})`;
}
