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

/** Colours by a rule for each index; a plain loop, since maps change with every move of a pointer. */
function painted(count: number, width: number, colorOf: (i: number) => number): ImageData {
  const pixels = new Uint32Array(count);
  for (let i = 0; i < count; i++) pixels[i] = colorOf(i);
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width);
}

/** Levels in grey. */
export const greyImage = (levels: Uint8Array, width: number): ImageData =>
  painted(levels.length, width, (i) => GREY[levels[i]]);

/** Levels from dark violet to yellow. */
export const levelImage = (levels: Uint8Array, width: number): ImageData =>
  painted(levels.length, width, (i) => sequential[levels[i] * 4]);

/** Signed numbers: blue below 0, white at 0, red above; `limit` is the deepest colour. */
export function signedImage(values: Float32Array, width: number, limit: number): ImageData {
  const scale = limit > 0 ? (TABLE_SIZE - 1) / (2 * limit) : 0;
  const middle = (TABLE_SIZE - 1) / 2;
  return painted(values.length, width, (i) => {
    const place = middle + values[i] * scale;
    if (Number.isNaN(place)) return ODD;
    return diverging[Math.round(Math.min(TABLE_SIZE - 1, Math.max(0, place)))];
  });
}

/** Shares of magnitudes that {@link limitOf} leaves above the deepest colour. */
const BEYOND = 0.005;

/**
 * A magnitude that all but about one in 200 of the values stay below: a few extreme pixels do not wash out a map.
 * Magnitudes are counted, not sorted, by the 15 leading bits of a float, which is within 1 % of their order.
 */
export function limitOf(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const counts = new Uint32Array(1 << 15);
  let finite = 0;
  let most = 0;
  for (let i = 0; i < bits.length; i++) {
    const leading = (bits[i] & 0x7fffffff) >>> 16;
    if (leading >= INFINITE) continue;
    counts[leading]++;
    finite++;
    if (leading > most) most = leading;
  }
  let above = 0;
  for (let at = most; at > 0; at--) {
    above += counts[at];
    if (above > BEYOND * finite) return upperEnd(at);
  }
  // Fewer pixels than that have a gradient at all.
  return most === 0 ? 0 : upperEnd(most);
}

/** The leading bits of infinity; what is not a number has more. */
const INFINITE = 0x7f80;

/** The largest float of these leading bits. */
const upperEnd = (leading: number): number =>
  new Float32Array(Uint32Array.of((leading << 16) | 0xffff).buffer)[0];
