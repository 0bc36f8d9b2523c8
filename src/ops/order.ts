/** Results that depend on positions found in the data: sorting, gathering, running sums. */
import { normalizeAxis } from "../axes.ts";
import { refuse, ShapeError } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import { mul } from "./arithmetic.ts";
import { floor } from "./functions.ts";
import { equal, less, where } from "./logic.ts";
import { record, row } from "./make.ts";
import { flip } from "./movement.ts";

/** Calls `line(start, stride)` for each line of a shape along an axis. */
function eachLine(shape: Shape, axis: number, line: (start: number, stride: number) => void): void {
  const stride = sizeOf(shape.slice(axis + 1));
  const block = stride * shape[axis];
  const size = sizeOf(shape);
  for (let base = 0; base < size; base += block) {
    for (let inner = 0; inner < stride; inner++) line(base + inner, stride);
  }
}

export const argsortRow: OpRow = row<{ axis: number; descending: boolean }>({
  name: "argsort",
  kind: "order",
  doc: "positions that sort an axis, equal elements in their first order, NaN last",
  vjp: null,
  compute: ([x], [shape], _output, { axis, descending }) => {
    const result = new Float64Array(x.length);
    const length = shape[axis];
    const sign = descending ? -1 : 1;
    eachLine(shape, axis, (start, stride) => {
      const positions = Array.from({ length }, (_, i) => i);
      const at = (i: number) => x[start + i * stride];
      positions.sort((i, j) => {
        const [a, b] = [at(i), at(j)];
        if (a < b) return -sign;
        if (a > b) return sign;
        return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j;
      });
      positions.forEach((position, i) => {
        result[start + i * stride] = position;
      });
    });
    return result;
  },
});

export const cumsumRow: OpRow = row<{ axis: number }>({
  name: "cumsum",
  kind: "order",
  doc: "running sum along an axis, inclusive",
  vjp: (g, _x, _y, { axis }) => [flip(cumsum(flip(g, axis), axis), axis)],
  compute: ([x], [shape], _output, { axis }) => {
    const result = new Float64Array(x.length);
    eachLine(shape, axis, (start, stride) => {
      let total = 0;
      for (let i = 0; i < shape[axis]; i++) {
        total += x[start + i * stride];
        result[start + i * stride] = total;
      }
    });
    return result;
  },
});

/** NaN wherever an index has no element: a wrong index must show, never read a neighbour. */
function checkedIndex(value: number, length: number): number {
  return Number.isInteger(value) && value >= 0 && value < length ? value : -1;
}

/** 1 where an index names an element of an axis, else 0. */
const isIndex = (index: Node, length: number): Node =>
  mul(mul(less(-1, index), less(index, length)), equal(index, floor(index)));

export const gatherRow: OpRow = row<{ axis: number }>({
  name: "gather",
  kind: "order",
  doc: "elements of an axis picked by an index tensor of the same rank; NaN where the index is out of range",
  constantInputs: [1],
  vjp: (g, [x, index], _y, { axis }) => [scatterAdd(g, index, axis, x.shape[axis]), null],
  compute: ([x, index], [shape], output, { axis }) => {
    const result = new Float64Array(sizeOf(output));
    const stride = sizeOf(shape.slice(axis + 1));
    const count = output[axis];
    for (let flat = 0; flat < result.length; flat++) {
      const outer = Math.floor(flat / (stride * count));
      const inner = flat % stride;
      const at = checkedIndex(index[flat], shape[axis]);
      result[flat] = at < 0 ? Number.NaN : x[(outer * shape[axis] + at) * stride + inner];
    }
    return result;
  },
});

export const scatterAddRow: OpRow = row<{ axis: number }>({
  name: "scatterAdd",
  kind: "order",
  doc: "adjoint of gather: elements added at the places that an index tensor names",
  constantInputs: [1],
  // What fell outside was added nowhere: its cotangent is 0, where gather would say NaN.
  vjp: (c, [_g, index], _y, { axis }) => [
    where(isIndex(index, c.shape[axis]), gather(c, index, axis), 0),
    null,
  ],
  compute: ([g, index], [shape], output, { axis }) => {
    const result = new Float64Array(sizeOf(output));
    const stride = sizeOf(shape.slice(axis + 1));
    for (let flat = 0; flat < g.length; flat++) {
      const outer = Math.floor(flat / (stride * shape[axis]));
      const at = checkedIndex(index[flat], output[axis]);
      if (at >= 0) result[(outer * output[axis] + at) * stride + (flat % stride)] += g[flat];
    }
    return result;
  },
});

export function argsort(x: Node, axis = -1, descending = false): Node {
  return record(argsortRow, [x], x.shape, {
    axis: normalizeAxis(axis, x.shape.length, "argsort"),
    descending,
  });
}

export function sort(x: Node, axis = -1, descending = false): Node {
  return gather(x, argsort(x, axis, descending), axis);
}

export function cumsum(x: Node, axis = -1): Node {
  return record(cumsumRow, [x], x.shape, { axis: normalizeAxis(axis, x.shape.length, "cumsum") });
}

export function gather(x: Node, index: Node, axis: number): Node {
  const plain = normalizeAxis(axis, x.shape.length, "gather");
  const fits =
    index.shape.length === x.shape.length &&
    x.shape.every((length, i) => i === plain || length === index.shape[i]);
  if (!fits) {
    const expected = `${formatShape(x.shape)} but for axis ${plain}`;
    refuse(ShapeError, "gather", "index", formatShape(index.shape), expected);
  }
  return record(gatherRow, [x, index], index.shape, { axis: plain });
}

export function scatterAdd(g: Node, index: Node, axis: number, length: number): Node {
  const shape = g.shape.map((n, i) => (i === axis ? length : n));
  return record(scatterAddRow, [g, index], shape, { axis });
}
