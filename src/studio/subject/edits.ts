/** Edits of a map: each takes levels and gives new ones. */
import { seededRandom } from "../../random.ts";

/** A map and its size. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** Normal noise of a standard deviation in levels. */
export function addNoise({ levels }: Grid, deviation: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return levels.map((level) => Math.min(255, Math.max(0, Math.round(level + random.normal(0, deviation)))));
}

/** Weights of a normal distribution out to three deviations, summing to 1. */
function gaussianWeights(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

function blurAlong(
  values: Float64Array,
  width: number,
  height: number,
  weights: Float64Array,
  [dx, dy]: readonly [number, number],
): Float64Array {
  const reach = weights.length >> 1;
  return values.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let sum = 0;
    for (let k = -reach; k <= reach; k++) {
      // What lies outside is what the nearest pixel of the border is.
      const [u, v] = [
        Math.min(width - 1, Math.max(0, x + k * dx)),
        Math.min(height - 1, Math.max(0, y + k * dy)),
      ];
      sum += weights[k + reach] * values[v * width + u];
    }
    return sum;
  });
}

/** Gaussian blur of a standard deviation in pixels. */
export function blur({ width, height, levels }: Grid, sigma: number): Uint8Array {
  const weights = gaussianWeights(sigma);
  const rows = blurAlong(Float64Array.from(levels), width, height, weights, [1, 0]);
  return Uint8Array.from(blurAlong(rows, width, height, weights, [0, 1]), Math.round);
}

/** Moved by whole pixels, right and down; what comes in is empty. */
export function shift({ width, height, levels }: Grid, dx: number, dy: number): Uint8Array {
  return levels.map((_, i) => {
    const [x, y] = [(i % width) - dx, Math.floor(i / width) - dy];
    return x >= 0 && x < width && y >= 0 && y < height ? levels[y * width + x] : 0;
  });
}

function extreme(
  { width, height, levels }: Grid,
  radius: number,
  pick: (a: number, b: number) => number,
): Uint8Array {
  const reach = Math.ceil(radius);
  const disc: [number, number][] = [];
  for (let v = -reach; v <= reach; v++)
    for (let u = -reach; u <= reach; u++) if (u * u + v * v <= radius * radius) disc.push([u, v]);
  return levels.map((level, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let best = level;
    for (const [u, v] of disc) {
      const [a, b] = [x + u, y + v];
      if (a >= 0 && a < width && b >= 0 && b < height) best = pick(best, levels[b * width + a]);
    }
    return best;
  });
}

/** The largest level within a radius: what is bright grows. */
export const dilate = (grid: Grid, radius: number): Uint8Array => extreme(grid, radius, Math.max);

/** The smallest level within a radius: what is bright shrinks. */
export const erode = (grid: Grid, radius: number): Uint8Array => extreme(grid, radius, Math.min);

/** All or nothing: 255 from `cut` on, else 0. */
export const threshold = ({ levels }: Grid, cut: number): Uint8Array =>
  levels.map((level) => (level >= cut ? 255 : 0));

/** The same level everywhere. */
export const fill = ({ levels }: Grid, value: number): Uint8Array =>
  new Uint8Array(levels.length).fill(value);
