/** Tiles over an image: where they lie, and how much each says about each pixel. */

/** One stretch of an axis that a tile covers, with its weight at each position. */
export interface Stretch {
  readonly start: number;
  /** Weights of all stretches of the axis add up to 1 at every position. */
  readonly weights: Float32Array;
}

/**
 * How much a tile is worth `distance` pixels from an end that it shares over `overlap` pixels: nothing in the outer
 * third, where zero padding shows, everything in the inner third, and a raised cosine in between. What one tile
 * loses, its neighbour gains.
 */
function rise(distance: number, overlap: number): number {
  if (overlap === 0) return 1;
  const along = Math.min(1, Math.max(0, (3 * distance) / overlap - 1));
  return Math.sin((along * Math.PI) / 2) ** 2;
}

/**
 * Cuts an axis into tiles of one length. Starts are multiples of `factor`, so that pooling sees the same grid in every
 * tile.
 *
 * @param length - of the axis; both lengths are multiples of `factor`
 * @param overlap - what neighbours share at least
 */
export function stretches(length: number, tile: number, overlap: number, factor: number): Stretch[] {
  const stride = Math.max(factor, Math.floor((tile - overlap) / factor) * factor);
  const count = tile >= length ? 1 : Math.ceil((length - tile) / stride) + 1;
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * stride, length - tile));
  // With a stride that is rounded down, neighbours share more than was asked for; the weights use all of it.
  const shared = tile - stride;
  const total = new Float64Array(length);
  const raw = starts.map((start) => {
    const weights = new Float64Array(tile);
    for (let i = 0; i < tile; i++) {
      const before = start === 0 ? 1 : rise(i + 0.5, shared);
      const after = start + tile === length ? 1 : rise(tile - i - 0.5, shared);
      weights[i] = before * after;
      total[start + i] += weights[i];
    }
    return weights;
  });
  return raw.map((weights, tileIndex) => ({
    start: starts[tileIndex],
    weights: Float32Array.from(weights, (weight, i) => weight / total[starts[tileIndex] + i]),
  }));
}

/** Every combination of one stretch an axis. */
export function combinations(axes: readonly (readonly Stretch[])[]): Stretch[][] {
  return axes.reduce<Stretch[][]>(
    (rows, stretchesOfAxis) => rows.flatMap((row) => stretchesOfAxis.map((one) => [...row, one])),
    [[]],
  );
}
