/**
 * Index maps: where an output element finds its input. Each input axis is an affine form of the output
 * coordinates, so maps compose, and executors turn them into strides instead of copies.
 */
import { type Shape, stridesOf } from "../shape.ts";

/** One input coordinate: `(offset + sum of step * coordinate[axis]) / every`. */
export interface AxisMap {
  readonly offset: number;
  /** Pairs of output axis and step. */
  readonly terms: readonly (readonly [axis: number, step: number])[];
  /** Only where the form divides evenly is there an element; elsewhere the fill is read. Default 1. */
  readonly every?: number;
  /** The coordinate may fall outside `0 .. length - 1`; the fill is read there. Default false. */
  readonly bounded?: boolean;
}

/** One entry an input axis. */
export type IndexMap = readonly AxisMap[];

/** Output axis `axis`, unchanged. */
export function along(axis: number, step = 1, offset = 0): AxisMap {
  return { offset, terms: [[axis, step]] };
}

/** The same coordinate everywhere (broadcasting reads 0). */
export function fixed(offset = 0): AxisMap {
  return { offset, terms: [] };
}

/** Whether some coordinates have no element and read the fill. */
export function mayMiss(map: IndexMap): boolean {
  return map.some((axis) => axis.bounded === true || (axis.every ?? 1) !== 1);
}

/** A map without holes as one affine form of the output coordinates over the flat input. */
export interface StridedView {
  readonly offset: number;
  /** One stride an output axis. */
  readonly strides: readonly number[];
}

/** The strided view of a map that never misses. */
export function stridedView(map: IndexMap, inputShape: Shape, outputRank: number): StridedView {
  const inputStrides = stridesOf(inputShape);
  const strides = new Array<number>(outputRank).fill(0);
  let offset = 0;
  map.forEach((axis, i) => {
    offset += axis.offset * inputStrides[i];
    for (const [outputAxis, step] of axis.terms) strides[outputAxis] += step * inputStrides[i];
  });
  return { offset, strides };
}
