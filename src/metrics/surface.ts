/** Borders of masks, and how far they are from each other. */
import { distanceTransform } from "../ops/host/distance-transform.ts";

/** Distances between two borders, one an element of the border they are measured from. */
export interface SurfaceDistances {
  /** From each border pixel of the prediction to the nearest of the target. */
  readonly toTarget: Float64Array;
  /** From each border pixel of the target to the nearest of the prediction. */
  readonly toPrediction: Float64Array;
}

/**
 * The border of a mask: its pixels that have a neighbour along an axis outside the mask or outside the image. What is
 * left when the erosion by a cross is taken away.
 */
export function borderOf(mask: Uint8Array, size: readonly number[]): Uint8Array {
  const border = new Uint8Array(mask.length);
  let stride = 1;
  for (let axis = size.length - 1; axis >= 0; axis--) {
    const last = (size[axis] - 1) * stride;
    for (let block = 0; block < mask.length; block += last + stride) {
      for (let i = block; i < block + last + stride; i++) {
        if (mask[i] === 0) continue;
        const before = i >= block + stride && mask[i - stride] !== 0;
        const after = i < block + last && mask[i + stride] !== 0;
        if (!(before && after)) border[i] = 1;
      }
    }
    stride *= size[axis];
  }
  return border;
}

/** The smallest box that holds all marked pixels of several maps: nothing outside it is nearest to anything. */
class Box {
  readonly #size: readonly number[];
  readonly #low: number[];
  readonly #high: number[];

  constructor(maps: readonly Uint8Array[], size: readonly number[]) {
    this.#size = size;
    this.#low = size.map((length) => length);
    this.#high = size.map(() => -1);
    for (const map of maps) {
      for (let i = map.indexOf(1); i >= 0; i = map.indexOf(1, i + 1)) this.#include(i);
    }
  }

  get size(): number[] {
    return this.#low.map((low, axis) => this.#high[axis] - low + 1);
  }

  /** The part of a map inside the box. */
  cut(map: Uint8Array): Uint8Array {
    const { size } = this;
    const last = size.length - 1;
    const result = new Uint8Array(size.reduce((product, length) => product * length, 1));
    const position = this.#low.slice();
    for (let at = 0; at < result.length; at += size[last]) {
      const from = position.reduce((index, x, axis) => index * this.#size[axis] + x, 0);
      result.set(map.subarray(from, from + size[last]), at);
      for (let axis = last - 1; axis >= 0; axis--) {
        if (++position[axis] <= this.#high[axis]) break;
        position[axis] = this.#low[axis];
      }
    }
    return result;
  }

  #include(index: number): void {
    let rest = index;
    for (let axis = this.#size.length - 1; axis >= 0; axis--) {
      const x = rest % this.#size[axis];
      rest = (rest - x) / this.#size[axis];
      if (x < this.#low[axis]) this.#low[axis] = x;
      if (x > this.#high[axis]) this.#high[axis] = x;
    }
  }
}

/** Distances to the nearest mark of one map, at the marks of another. */
function distancesTo(
  marks: Uint8Array,
  from: Uint8Array,
  size: readonly number[],
  steps: readonly number[],
): Float64Array {
  const unmarked = new Uint8Array(marks.length);
  for (let i = 0; i < marks.length; i++) unmarked[i] = 1 - marks[i];
  const distances = distanceTransform(unmarked, size, steps);
  let count = 0;
  // Gathered in place: no place is written before it is read.
  for (let i = 0; i < from.length; i++) if (from[i] !== 0) distances[count++] = distances[i];
  return distances.slice(0, count);
}

/** Distances between the borders of two masks, neither of them empty. */
export function surfaceDistances(
  prediction: Uint8Array,
  target: Uint8Array,
  size: readonly number[],
  steps: readonly number[],
): SurfaceDistances {
  const borders = [borderOf(prediction, size), borderOf(target, size)];
  const box = new Box(borders, size);
  const [predicted, wanted] = borders.map((border) => box.cut(border));
  return {
    toTarget: distancesTo(wanted, predicted, box.size, steps),
    toPrediction: distancesTo(predicted, wanted, box.size, steps),
  };
}

/** The value below which a share of the numbers lies, interpolated between neighbours. Sorts them in place. */
export function percentileOf(values: Float64Array, percentile: number): number {
  values.sort();
  const position = ((values.length - 1) * percentile) / 100;
  const below = Math.floor(position);
  const above = Math.min(below + 1, values.length - 1);
  return values[below] + (position - below) * (values[above] - values[below]);
}
