/** Colours of maps, as bytes that a canvas takes. */
import { type Colormap, colorAt, divergingMap, sequentialMap } from "../../study/colormap.ts";
import { magnitudeBelow } from "./magnitudes.ts";

/** Colours of losses side by side (Okabe and Ito), told apart with every common colour blindness. */
export const SERIES: readonly string[] = [
  "var(--series-1)",
  "var(--series-2)",
  "var(--series-3)",
  "var(--series-4)",
];

const TABLE_SIZE = 1024;

/** Colours at equal steps, packed as a canvas on a little-endian machine has them (all that browsers run on). */
function tableOf(map: Colormap): Uint32Array {
  return Uint32Array.from({ length: TABLE_SIZE }, (_, i) => {
    const [red, green, blue] = colorAt(map, i / (TABLE_SIZE - 1));
    return (255 << 24) | (blue << 16) | (green << 8) | red;
  });
}

const diverging = tableOf(divergingMap);
const sequential = tableOf(sequentialMap);
const LEVEL_COLORS = Uint32Array.from({ length: 256 }, (_, level) => sequential[level * 4]);
const GREY = Uint32Array.from({ length: 256 }, (_, g) => (255 << 24) | (g << 16) | (g << 8) | g);
/** What is not a number: a colour of no map. */
const ODD = (255 << 24) | (255 << 16) | 255;

// Plain loops: maps change with every move of a pointer, and functions called for each pixel take several times as long.

/** Pixels to draw in: those of an image that is not needed any more, since fresh memory costs more than the colours. */
const pixelsFor = (count: number, spent: ImageData | null): Uint32Array<ArrayBuffer> =>
  spent?.data.byteLength === 4 * count
    ? new Uint32Array(spent.data.buffer as ArrayBuffer)
    : new Uint32Array(count);

const drawn = (pixels: Uint32Array<ArrayBuffer>, width: number): ImageData =>
  new ImageData(new Uint8ClampedArray(pixels.buffer), width);

function byTable(levels: Uint8Array, width: number, table: Uint32Array, spent: ImageData | null): ImageData {
  const pixels = pixelsFor(levels.length, spent);
  for (let i = 0; i < levels.length; i++) pixels[i] = table[levels[i]];
  return drawn(pixels, width);
}

/** Levels in grey. `spent` is an image that nobody looks at any more; its memory is used again. */
export const greyImage = (levels: Uint8Array, width: number, spent: ImageData | null = null): ImageData =>
  byTable(levels, width, GREY, spent);

/** Levels from dark violet to yellow. */
export const levelImage = (levels: Uint8Array, width: number, spent: ImageData | null = null): ImageData =>
  byTable(levels, width, LEVEL_COLORS, spent);

/** Signed numbers: blue below 0, white at 0, red above; `limit` is the deepest colour. */
export function signedImage(
  values: Float32Array,
  width: number,
  limit: number,
  spent: ImageData | null = null,
): ImageData {
  const middle = (TABLE_SIZE - 1) / 2;
  const scale = limit > 0 ? middle / limit : 0;
  const pixels = pixelsFor(values.length, spent);
  for (let i = 0; i < values.length; i++) {
    const place = middle + values[i] * scale + 0.5;
    if (place >= TABLE_SIZE) pixels[i] = diverging[TABLE_SIZE - 1];
    else if (place < 0) pixels[i] = diverging[0];
    else pixels[i] = Number.isNaN(place) ? ODD : diverging[place | 0];
  }
  return drawn(pixels, width);
}

/** The magnitude that all but one in 200 of the values stay below: a few extreme pixels do not wash out a map. */
export const limitOf = (values: Float32Array): number => magnitudeBelow(values, 0.005);
