/** Folds over axes. A fold drops its axes; `keepDims` is a reshape on top. */
import { normalizeAxes } from "../axes.ts";
import { constantOf, type Node } from "../graph/node.ts";
import type { FoldRow, OpRow } from "../graph/row.ts";
import { sizeOf } from "../shape.ts";
import { div, mul } from "./arithmetic.ts";
import { equal, where } from "./logic.ts";
import { record, row } from "./make.ts";
import { expand, full, reshape } from "./movement.ts";

type FoldAttributes = { axes: readonly number[] };

/** A fold's result, spread back over the axes that it dropped. */
function spreadBack(folded: Node, axes: readonly number[], like: Node): Node {
  const kept = like.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return expand(reshape(folded, kept), like.shape);
}

/** The cotangent goes to whoever attained the extremum, in even shares. */
const extremumVjp: FoldRow<FoldAttributes>["vjp"] = (g, [x], y, { axes }) => {
  const attained = equal(x, spreadBack(y, axes, x));
  const share = div(g, sum(attained, axes));
  return [where(attained, spreadBack(share, axes, x), 0)];
};

export const sumRow: OpRow = row<FoldAttributes>({
  name: "sum",
  kind: "fold",
  doc: "sum over axes",
  fold: { combine: "add", initial: 0 },
  vjp: (g, [x], _y, { axes }) => [spreadBack(g, axes, x)],
  simplify: ({ inputs: [x], shape }) => {
    const value = constantOf(x);
    return value === undefined ? null : full(shape, value * (sizeOf(x.shape) / sizeOf(shape)));
  },
});

function extremum(name: string, doc: string, combine: "max" | "min", initial: number): OpRow {
  return row<FoldAttributes>({
    name,
    kind: "fold",
    doc,
    fold: { combine, initial },
    vjp: extremumVjp,
    simplify: ({ inputs: [x], shape }) => {
      const value = constantOf(x);
      return value === undefined ? null : full(shape, value);
    },
  });
}

export const maxRow: OpRow = extremum(
  "max",
  "largest over axes; ties share the cotangent evenly",
  "max",
  -Infinity,
);
export const minRow: OpRow = extremum(
  "min",
  "smallest over axes; ties share the cotangent evenly",
  "min",
  Infinity,
);

function fold(op: OpRow, x: Node, axes: number | readonly number[] | undefined, keepDims: boolean): Node {
  const plain = normalizeAxes(axes, x.shape.length, op.name);
  const dropped = x.shape.filter((_, axis) => !plain.includes(axis));
  // Axes of length 1 have nothing to fold.
  const folded = plain.every((axis) => x.shape[axis] === 1)
    ? reshape(x, dropped)
    : record(op, [x], dropped, { axes: plain });
  return keepDims
    ? reshape(
        folded,
        x.shape.map((length, axis) => (plain.includes(axis) ? 1 : length)),
      )
    : folded;
}

export type Axes = number | readonly number[];

export const sum = (x: Node, axes?: Axes, keepDims = false): Node => fold(sumRow, x, axes, keepDims);
export const max = (x: Node, axes?: Axes, keepDims = false): Node => fold(maxRow, x, axes, keepDims);
export const min = (x: Node, axes?: Axes, keepDims = false): Node => fold(minRow, x, axes, keepDims);

/** Sum over axes, divided by the number of elements folded. */
export function mean(x: Node, axes?: Axes, keepDims = false): Node {
  const total = sum(x, axes, keepDims);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}
