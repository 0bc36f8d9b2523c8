/** Sums of products read through index maps, in float64. */
import type { HostArray } from "../../array.ts";
import type { AxisMap, IndexMap } from "../../graph/index-map.ts";
import type { Contraction } from "../../graph/row.ts";
import { type Shape, sizeOf, stridesOf } from "../../shape.ts";
import { advance } from "./coordinates.ts";
import { pairwiseSum } from "./pairwise.ts";

/** An input axis that may have no element where the map points. */
interface CheckedAxis {
  readonly axis: AxisMap;
  readonly length: number;
  readonly stride: number;
  /** What each reduced coordinate adds to the position. */
  readonly steps: Float64Array;
}

/**
 * Where one input is read. A map is affine, so the reduced coordinates' part is worked out once and added to that of
 * each output element; only axes that may miss are looked at tap by tap.
 */
class Reader {
  readonly #free: readonly (readonly [axis: AxisMap, stride: number])[];
  readonly #steps: Float64Array;
  readonly #checked: readonly CheckedAxis[];
  readonly #positions: Float64Array;
  #base = 0;

  constructor(map: IndexMap, inputShape: Shape, outputRank: number, reduce: Shape) {
    const strides = stridesOf(inputShape);
    const checks = (axis: AxisMap) => axis.bounded === true || (axis.every ?? 1) !== 1;
    const stepsOf = (axes: readonly (readonly [AxisMap, number])[]) => reducedPart(axes, outputRank, reduce);
    const all = map.map((axis, i) => [axis, i] as const);
    this.#free = all.filter(([axis]) => !checks(axis)).map(([axis, i]) => [axis, strides[i]] as const);
    this.#steps = stepsOf(this.#free);
    this.#checked = all
      .filter(([axis]) => checks(axis))
      .map(([axis, i]) => ({ axis, length: inputShape[i], stride: strides[i], steps: stepsOf([[axis, 1]]) }));
    this.#positions = new Float64Array(this.#checked.length);
  }

  /** Goes to an output element. */
  moveTo(coordinates: readonly number[]): void {
    this.#base = 0;
    for (const [axis, stride] of this.#free) this.#base += stride * position(axis, coordinates);
    for (let k = 0; k < this.#checked.length; k++)
      this.#positions[k] = position(this.#checked[k].axis, coordinates);
  }

  /** The flat index that reduced element `r` reads, or -1. */
  at(r: number): number {
    let flat = this.#base + this.#steps[r];
    for (let k = 0; k < this.#checked.length; k++) {
      const { axis, length, stride, steps } = this.#checked[k];
      const every = axis.every ?? 1;
      const place = (this.#positions[k] + steps[r]) / every;
      if (place < 0 || place >= length || (every !== 1 && !Number.isInteger(place))) return -1;
      flat += stride * place;
    }
    return flat;
  }
}

/** The part of a position that output coordinates give; terms of reduced axes are beyond their end. */
function position({ offset, terms }: AxisMap, coordinates: readonly number[]): number {
  let at = offset;
  for (const [axis, step] of terms) if (axis < coordinates.length) at += step * coordinates[axis];
  return at;
}

/** What each reduced coordinate adds, over several axes with their strides. */
function reducedPart(
  axes: readonly (readonly [axis: AxisMap, stride: number])[],
  outputRank: number,
  reduce: Shape,
): Float64Array {
  const coordinates = reduce.map(() => 0);
  return new Float64Array(sizeOf(reduce)).map(() => {
    let at = 0;
    for (const [{ terms }, stride] of axes) {
      for (const [axis, step] of terms)
        if (axis >= outputRank) at += stride * step * coordinates[axis - outputRank];
    }
    advance(coordinates, reduce);
    return at;
  });
}

/** `out[o] = sum over r of weights[r] * product over k of input_k[map_k(o, r)]`. */
export function runContraction(
  { reduce, maps, weights }: Contraction,
  inputs: readonly HostArray[],
  inputShapes: readonly Shape[],
  outputShape: Shape,
): Float64Array {
  const readers = maps.map((map, k) => new Reader(map, inputShapes[k], outputShape.length, reduce));
  const terms = new Float64Array(sizeOf(reduce));
  const coordinates = outputShape.map(() => 0);
  return new Float64Array(sizeOf(outputShape)).map(() => {
    for (const reader of readers) reader.moveTo(coordinates);
    for (let r = 0; r < terms.length; r++) {
      let product = weights === undefined ? 1 : weights[r % weights.length];
      for (let k = 0; k < readers.length; k++) {
        const at = readers[k].at(r);
        product *= at < 0 ? 0 : inputs[k][at];
      }
      terms[r] = product;
    }
    advance(coordinates, outputShape);
    return pairwiseSum(terms, 0, terms.length);
  });
}
