/** Colours of maps, as bytes that a canvas takes. */
import { type Colormap, colorAt, divergingMap, sequentialMap } from "../../study/colormap.ts";

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
const GREY = Uint32Array.from({ length: 256 }, (_, g) => (255 << 24) | (g << 16) | (g << 8) | g);
/** What is not a number: a colour of no map. */
const ODD = (255 << 24) | (255 << 16) | 255;

const painted = (pixels: Uint32Array<ArrayBuffer>, width: number): ImageData =>
  new ImageData(new Uint8ClampedArray(pixels.buffer), width);

/** Levels in grey. */
export const greyImage = (levels: Uint8Array, width: number): ImageData =>
  painted(
    Uint32Array.from(levels, (level) => GREY[level]),
    width,
  );

/** Levels from dark violet to yellow. */
export const levelImage = (levels: Uint8Array, width: number): ImageData =>
  painted(
    Uint32Array.from(levels, (level) => sequential[level * 4]),
    width,
  );

/** Signed numbers: blue below 0, white at 0, red above; `limit` is the deepest colour. */
export function signedImage(values: Float32Array, width: number, limit: number): ImageData {
  const scale = limit > 0 ? (TABLE_SIZE - 1) / (2 * limit) : 0;
  const middle = (TABLE_SIZE - 1) / 2;
  return painted(
    Uint32Array.from(values, (value) => {
      if (Number.isNaN(value)) return ODD;
      return diverging[Math.round(Math.min(TABLE_SIZE - 1, Math.max(0, middle + value * scale)))];
    }),
    width,
  );
}

/** The magnitude that all but one in 200 of the values stay below: a few extreme pixels do not wash out a map. */
export function limitOf(values: Float32Array): number {
  const sorted = values.map(Math.abs).filter(Number.isFinite).sort();
  if (sorted.length === 0) return 0;
  return sorted[Math.floor(0.995 * (sorted.length - 1))] || sorted[sorted.length - 1];
}
