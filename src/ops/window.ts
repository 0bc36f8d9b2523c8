/** Windows along one axis: correlation with constant weights, and the adjoint of `unfold`. Both are closed under derivation. */
import { normalizeAxis } from "../axes.ts";
import { ShapeError } from "../errors.ts";
import { type AxisMap, along } from "../graph/index-map.ts";
import type { Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { record, row } from "./make.ts";
import { unfold } from "./movement.ts";

export const correlateRow: OpRow = row<{ axis: number; weights: readonly number[]; before: number }>({
  name: "correlate",
  kind: "window",
  doc: "weighted sum over a sliding window of one axis, zeros beyond the borders",
  contraction: ([input], output, { axis, weights, before }) => ({
    reduce: [weights.length],
    weights,
    maps: [
      input.map(
        (_, i): AxisMap =>
          i === axis
            ? {
                offset: -before,
                terms: [
                  [axis, 1],
                  [output.length, 1],
                ],
                bounded: true,
              }
            : along(i),
      ),
    ],
  }),
  vjp: (g, [x], _y, { axis, weights, before }) => {
    const last = weights.length - 1;
    const after = g.shape[axis] - x.shape[axis] + last - before;
    return [correlate(g, axis, weights.slice().reverse(), last - before, last - after)];
  },
});

export const overlapAddRow: OpRow = row<{ axis: number; stride: number; dilation: number }>({
  name: "overlapAdd",
  kind: "window",
  doc: "windows along the last axis, added back where unfold took them from",
  contraction: ([input], output, { axis, stride, dilation }) => ({
    reduce: [input[input.length - 1]],
    maps: [
      input.map((_, i): AxisMap => {
        if (i === input.length - 1) return along(output.length);
        if (i !== axis) return along(i);
        return {
          offset: 0,
          terms: [
            [axis, 1],
            [output.length, -dilation],
          ],
          every: stride,
          bounded: true,
        };
      }),
    ],
  }),
  vjp: (g, [x], _y, { axis, stride, dilation }) => {
    const windows = unfold(g, axis, x.shape[x.shape.length - 1], stride, dilation);
    return [windows];
  },
});

/**
 * `y[i] = sum over k of weights[k] * x[i + k - before]` along one axis, zeros outside;
 * `before` and `after` elements of padding, each at most `weights.length - 1`.
 */
export function correlate(
  x: Node,
  axis: number,
  weights: readonly number[],
  before: number,
  after: number,
): Node {
  const plain = normalizeAxis(axis, x.shape.length, "correlate");
  const length = x.shape[plain] + before + after - weights.length + 1;
  const last = weights.length - 1;
  if (length < 1 || before < 0 || after < 0 || before > last || after > last) {
    throw new ShapeError(
      `correlate: axis ${plain} has length ${x.shape[plain]} with padding ${before} and ${after}, ` +
        `expected a window of ${weights.length} to fit, and padding of 0 .. ${last}`,
      { op: "correlate", argument: "weights", given: String(weights.length), expected: "a window that fits" },
    );
  }
  const shape = x.shape.map((n, i) => (i === plain ? length : n));
  return record(correlateRow, [x], shape, { axis: plain, weights, before });
}

/** Adds windows (last axis) back into an axis of `length`. */
export function overlapAdd(
  windows: Node,
  axis: number,
  length: number,
  stride: number,
  dilation: number,
): Node {
  const shape = windows.shape.slice(0, -1).map((n, i) => (i === axis ? length : n));
  return record(overlapAddRow, [windows], shape, { axis, stride, dilation });
}
