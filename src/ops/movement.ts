/** Leaves, and moves: elements change place, never value. A move is an index map, so it costs no copy of its own. */
import { normalizeAxes, normalizeAxis } from "../axes.ts";
import { AxisError, refuse, ShapeError } from "../errors.ts";
import { type AxisMap, along, fixed } from "../graph/index-map.ts";
import { constantOf, type Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { checkShape, formatShape, type Shape, sameShape, sizeOf } from "../shape.ts";
import { record, row } from "./make.ts";
import { sum } from "./reduce.ts";
import { overlapAdd } from "./window.ts";

export const inputRow: OpRow = row({
  name: "input",
  kind: "leaf",
  doc: "data given by the caller",
  vjp: null,
});

export const fullRow: OpRow = row<{ value: number }>({
  name: "full",
  kind: "leaf",
  doc: "one number everywhere",
  generate: (_coordinates, { value }) => value,
  constant: ({ value }) => value,
  vjp: null,
});

export const rampRow: OpRow = row<{ axis: number; start: number; step: number }>({
  name: "ramp",
  kind: "leaf",
  doc: "start + step * coordinate along one axis",
  generate: (coordinates, { axis, start, step }) => start + step * coordinates[axis],
  vjp: null,
});

export const reshapeRow: OpRow = row({
  name: "reshape",
  kind: "move",
  doc: "the same elements in the same order, under another shape",
  source: null,
  vjp: (g, [x]) => [reshape(g, x.shape)],
  simplify: (node) => {
    const x = node.inputs[0];
    if (sameShape(x.shape, node.shape)) return x;
    const value = constantOf(x);
    if (value !== undefined) return full(node.shape, value);
    return x.op === reshapeRow ? record(reshapeRow, [x.inputs[0]], node.shape) : null;
  },
});

export const expandRow: OpRow = row({
  name: "expand",
  kind: "move",
  doc: "repeats axes of length 1, and adds axes in front",
  source: (input, output) =>
    input.map((length, axis) => {
      const outputAxis = axis + output.length - input.length;
      return length === 1 && output[outputAxis] !== 1 ? fixed() : along(outputAxis);
    }),
  vjp: (g, [x]) => {
    const added = g.shape.length - x.shape.length;
    const axes = g.shape.flatMap((length, axis) =>
      axis < added || (x.shape[axis - added] === 1 && length !== 1) ? [axis] : [],
    );
    return [reshape(axes.length === 0 ? g : sum(g, axes), x.shape)];
  },
  simplify: (node) => {
    const x = node.inputs[0];
    if (sameShape(x.shape, node.shape)) return x;
    const value = constantOf(x);
    return value === undefined ? null : full(node.shape, value);
  },
});

export const permuteRow: OpRow = row<{ order: readonly number[] }>({
  name: "permute",
  kind: "move",
  doc: "axes in another order: output axis i is input axis order[i]",
  source: (input, _output, { order }) => input.map((_, axis) => along(order.indexOf(axis))),
  vjp: (g, _x, _y, { order }) => [
    permute(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  simplify: (node) => {
    const order = node.attributes.order as readonly number[];
    return order.every((axis, i) => axis === i) ? node.inputs[0] : null;
  },
});

export const sliceRow: OpRow = row<{ starts: readonly number[]; steps: readonly number[] }>({
  name: "slice",
  kind: "move",
  doc: "a regular sub-grid: start + step * coordinate on each axis",
  source: (input, _output, { starts, steps }) =>
    input.map((_, axis) => along(axis, steps[axis], starts[axis])),
  vjp: (g, [x], _y, { starts, steps }) => {
    const high = x.shape.map((length, axis) => length - starts[axis] - (g.shape[axis] - 1) * steps[axis] - 1);
    return [
      padInterior(
        g,
        starts,
        high,
        steps.map((step) => step - 1),
        0,
      ),
    ];
  },
  simplify: (node) => (sameShape(node.shape, node.inputs[0].shape) ? node.inputs[0] : null),
});

export const flipRow: OpRow = row<{ axes: readonly number[] }>({
  name: "flip",
  kind: "move",
  doc: "axes run backwards",
  source: (input, _output, { axes }) =>
    input.map((length, axis) => (axes.includes(axis) ? along(axis, -1, length - 1) : along(axis))),
  vjp: (g, _x, _y, { axes }) => [flip(g, axes)],
});

type PadAttributes = {
  low: readonly number[];
  high: readonly number[];
  interior: readonly number[];
  value: number;
};

export const padRow: OpRow = row<PadAttributes>({
  name: "pad",
  kind: "move",
  doc: "a constant around the elements, and between them where interior is not 0",
  source: (input, _output, { low, interior }) =>
    input.map(
      (_, axis): AxisMap => ({
        offset: -low[axis],
        terms: [[axis, 1]],
        every: interior[axis] + 1,
        bounded: true,
      }),
    ),
  fill: ({ value }) => value,
  vjp: (g, [x], _y, { low, interior }) => [
    sliceTo(
      g,
      low,
      interior.map((gap) => gap + 1),
      x.shape,
    ),
  ],
  simplify: (node) => (sameShape(node.shape, node.inputs[0].shape) ? node.inputs[0] : null),
});

export const unfoldRow: OpRow = row<{ axis: number; stride: number; dilation: number }>({
  name: "unfold",
  kind: "move",
  doc: "sliding windows of one axis, laid out along a new last axis",
  source: (input, output, { axis, stride, dilation }) =>
    input.map(
      (_, i): AxisMap =>
        i === axis
          ? {
              offset: 0,
              terms: [
                [axis, stride],
                [output.length - 1, dilation],
              ],
            }
          : along(i),
    ),
  vjp: (g, [x], _y, { axis, stride, dilation }) => [overlapAdd(g, axis, x.shape[axis], stride, dilation)],
});

export const full = (shape: Shape, value: number): Node => record(fullRow, [], shape, { value });

/** `start + step * i` along one axis of a shape. */
export const ramp = (shape: Shape, axis: number, start = 0, step = 1): Node =>
  record(rampRow, [], shape, { axis, start, step });

/** The same elements under another shape; one length may be -1 and is then worked out. */
export function reshape(x: Node, shape: Shape): Node {
  const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const result = shape.map((length) => (length === -1 ? sizeOf(x.shape) / known : length));
  if (shape.filter((length) => length === -1).length > 1 || sizeOf(result) !== sizeOf(x.shape)) {
    throw new ShapeError(`reshape: ${formatShape(x.shape)} does not fit ${formatShape(shape)}`, {
      op: "reshape",
      argument: "shape",
      given: formatShape(shape),
      expected: `${sizeOf(x.shape)} elements`,
    });
  }
  checkShape(result, "reshape");
  if (sameShape(result, x.shape)) return x;
  const value = constantOf(x);
  return value === undefined ? record(reshapeRow, [x], result) : full(result, value);
}

export function expand(x: Node, shape: Shape): Node {
  const added = shape.length - x.shape.length;
  const fits = added >= 0 && x.shape.every((length, axis) => length === 1 || length === shape[axis + added]);
  if (!fits) {
    throw new ShapeError(`expand: ${formatShape(x.shape)} does not expand to ${formatShape(shape)}`, {
      op: "expand",
      argument: "shape",
      given: formatShape(shape),
      expected: `a shape that ${formatShape(x.shape)} broadcasts to`,
    });
  }
  checkShape(shape, "expand");
  const value = constantOf(x);
  if (value !== undefined) return full(shape.slice(), value);
  return sameShape(shape, x.shape) ? x : record(expandRow, [x], shape.slice());
}

export function permute(x: Node, order: readonly number[]): Node {
  const rank = x.shape.length;
  const plain = order.map((axis) => normalizeAxis(axis, rank, "permute"));
  if (plain.length !== rank || new Set(plain).size !== rank) {
    refuse(AxisError, "permute", "order", `[${order.join(", ")}]`, `each of ${rank} axes once`);
  }
  return record(
    permuteRow,
    [x],
    plain.map((axis) => x.shape[axis]),
    { order: plain },
  );
}

/** The sub-grid of a given shape; callers have checked that it lies inside. */
export const sliceTo = (x: Node, starts: readonly number[], steps: readonly number[], shape: Shape): Node =>
  record(sliceRow, [x], shape, { starts, steps });

export function flip(x: Node, axes: number | readonly number[]): Node {
  const plain = normalizeAxes(axes, x.shape.length, "flip");
  return record(flipRow, [x], x.shape, { axes: plain });
}

/** Padding with gaps; callers have checked the lengths. */
export function padInterior(
  x: Node,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[],
  value: number,
): Node {
  const shape = x.shape.map(
    (length, axis) => low[axis] + (length - 1) * (interior[axis] + 1) + 1 + high[axis],
  );
  return record(padRow, [x], shape, { low, high, interior, value });
}

/** Windows of `size` along `axis`, as a new last axis. */
export function unfold(x: Node, axis: number, size: number, stride = 1, dilation = 1): Node {
  const plain = normalizeAxis(axis, x.shape.length, "unfold");
  if (![size, stride, dilation].every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError(
      `unfold: size, stride and dilation are ${size}, ${stride}, ${dilation}, expected positive integers`,
      {
        op: "unfold",
        argument: "size",
        given: `${size}, ${stride}, ${dilation}`,
        expected: "positive integers",
      },
    );
  }
  const count = Math.floor((x.shape[plain] - (size - 1) * dilation - 1) / stride) + 1;
  if (count < 1) {
    throw new ShapeError(
      `unfold: axis ${plain} has length ${x.shape[plain]}, expected at least ${(size - 1) * dilation + 1}`,
      {
        op: "unfold",
        argument: "size",
        given: String(size),
        expected: `a window that fits ${x.shape[plain]}`,
      },
    );
  }
  const shape = [...x.shape.map((length, i) => (i === plain ? count : length)), size];
  return record(unfoldRow, [x], shape, { axis: plain, stride, dilation });
}
