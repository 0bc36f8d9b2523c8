/** Ops made of rows: no rule of their own, since the rules of their parts give theirs. */
import { normalizeAxes, normalizeAxis } from "../axes.ts";
import { refuse, ShapeError } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import { formatShape, type Shape, sameShape } from "../shape.ts";
import { add, div, mul, neg, sub } from "./arithmetic.ts";
import { exp, log, softplus, stopGradient } from "./functions.ts";
import { equal } from "./logic.ts";
import type { Operand } from "./make.ts";
import { expand, flip, full, padInterior, permute, ramp, reshape, sliceTo, unfold } from "./movement.ts";
import { type Axes, max, mean, sum } from "./reduce.ts";

export const square = (x: Operand): Node => mul(x, x);

/** log sigmoid(x) = -softplus(-x): finite for every finite x. */
export const logSigmoid = (x: Operand): Node => neg(softplus(neg(x)));

/** log of the sum of exponentials; the largest element is taken out first, so that nothing overflows. */
export function logSumExp(x: Node, axes?: Axes, keepDims = false): Node {
  const top = stopGradient(max(x, axes, true));
  const total = add(log(sum(exp(sub(x, top)), axes, true)), top);
  if (keepDims) return total;
  const folded = normalizeAxes(axes, x.shape.length, "logSumExp");
  return reshape(
    total,
    x.shape.filter((_, axis) => !folded.includes(axis)),
  );
}

/** log softmax(x), finite for every finite x. */
export function logSoftmax(x: Node, axis = -1): Node {
  const plain = normalizeAxis(axis, x.shape.length, "logSoftmax");
  return sub(x, logSumExp(x, plain, true));
}

/** Exponentials over their sum, the largest element taken out first. */
export function softmax(x: Node, axis = -1): Node {
  const plain = normalizeAxis(axis, x.shape.length, "softmax");
  const raised = exp(sub(x, stopGradient(max(x, plain, true))));
  return div(raised, sum(raised, plain, true));
}

/** Mean squared distance from the mean (divides by the number of elements). */
export const variance = (x: Node, axes?: Axes, keepDims = false): Node =>
  mean(square(sub(x, mean(x, axes, true))), axes, keepDims);

/** Joins tensors of one shape along a new axis. */
export function stack(parts: readonly Node[], axis = 0): Node {
  if (parts.length === 0) refuse(ShapeError, "stack", "parts", "[]", "at least one tensor");
  const { shape } = parts[0];
  const plain = normalizeAxis(axis, shape.length + 1, "stack");
  const odd = parts.find((part) => !sameShape(part.shape, shape));
  if (odd !== undefined)
    refuse(ShapeError, "stack", "parts", formatShape(odd.shape), `${formatShape(shape)} like the first`);
  return concat(
    parts.map((part) => reshape(part, [...shape.slice(0, plain), 1, ...shape.slice(plain)])),
    plain,
  );
}

/** A sub-range of each axis, NumPy style: negative positions count from the end. */
export function slice(
  x: Node,
  ranges: readonly (readonly [start: number, stop?: number, step?: number])[],
): Node {
  if (ranges.length > x.shape.length) {
    throw new ShapeError(
      `slice: ${ranges.length} ranges for shape ${formatShape(x.shape)}, expected at most ${x.shape.length}`,
      {
        op: "slice",
        argument: "ranges",
        given: String(ranges.length),
        expected: `at most ${x.shape.length}`,
      },
    );
  }
  const starts: number[] = [];
  const steps: number[] = [];
  const shape = x.shape.map((length, axis) => {
    const [from = 0, to = length, step = 1] = ranges[axis] ?? [];
    const start = from < 0 ? from + length : from;
    const stop = Math.min(to < 0 ? to + length : to, length);
    starts.push(start);
    steps.push(step);
    if (![start, stop, step].every(Number.isInteger) || start < 0 || stop <= start || step < 1) {
      throw new ShapeError(
        `slice: range of axis ${axis} is [${from}, ${to}, ${step}], expected a part of 0 .. ${length}`,
        {
          op: "slice",
          argument: "ranges",
          given: `[${from}, ${to}, ${step}]`,
          expected: `a non-empty part of 0 .. ${length}, step from 1`,
        },
      );
    }
    return Math.ceil((stop - start) / step);
  });
  return sameShape(shape, x.shape) ? x : sliceTo(x, starts, steps, shape);
}

/** Pads each axis by `[before, after]` elements of `value`. */
export function pad(
  x: Node,
  padding: readonly (readonly [before: number, after: number])[],
  value = 0,
): Node {
  const fits =
    padding.length === x.shape.length && padding.flat().every((n) => Number.isInteger(n) && n >= 0);
  if (!fits) {
    throw new ShapeError(
      `pad: padding is ${JSON.stringify(padding)}, expected [before, after] from 0 for ${x.shape.length} axes`,
      {
        op: "pad",
        argument: "padding",
        given: JSON.stringify(padding),
        expected: `${x.shape.length} pairs of integers from 0`,
      },
    );
  }
  if (padding.every(([before, after]) => before === 0 && after === 0)) return x;
  return padInterior(
    x,
    padding.map(([before]) => before),
    padding.map(([, after]) => after),
    x.shape.map(() => 0),
    value,
  );
}

/** Mirrors an axis at its border elements, which are not repeated. */
export function padReflect(x: Node, axis: number, before: number, after: number): Node {
  const plain = normalizeAxis(axis, x.shape.length, "padReflect");
  const length = x.shape[plain];
  const fits = [before, after].every((count) => Number.isInteger(count) && count >= 0 && count < length);
  if (!fits) {
    refuse(
      ShapeError,
      "padReflect",
      "padding",
      `${before} and ${after}`,
      `integers in 0 .. ${length - 1} (axis ${plain} of ${length})`,
    );
  }
  const part = (start: number, stop: number) =>
    flip(
      slice(
        x,
        x.shape.map((n, i) => (i === plain ? [start, stop] : [0, n])),
      ),
      plain,
    );
  const parts = [x];
  if (before > 0) parts.unshift(part(1, before + 1));
  if (after > 0) parts.push(part(length - 1 - after, length - 1));
  return concat(parts, plain);
}

/** Joins along an axis: each part padded with zeros to the whole, then added. */
export function concat(parts: readonly Node[], axis = 0): Node {
  if (parts.length === 0) refuse(ShapeError, "concat", "parts", "[]", "at least one tensor");
  const plain = normalizeAxis(axis, parts[0].shape.length, "concat");
  const rest = (shape: Shape) => shape.map((n, i) => (i === plain ? 1 : n));
  for (const part of parts) {
    if (!sameShape(rest(part.shape), rest(parts[0].shape))) {
      throw new ShapeError(
        `concat: shapes ${formatShape(parts[0].shape)} and ${formatShape(part.shape)} differ beside axis ${plain}`,
        {
          op: "concat",
          argument: "parts",
          given: formatShape(part.shape),
          expected: formatShape(parts[0].shape),
        },
      );
    }
  }
  const total = parts.reduce((length, part) => length + part.shape[plain], 0);
  let offset = 0;
  const placed = parts.map((part) => {
    const before = offset;
    offset += part.shape[plain];
    return pad(
      part,
      part.shape.map((_, i) => (i === plain ? [before, total - offset] : [0, 0])),
    );
  });
  return placed.reduce((left, right) => add(left, right));
}

/** Class indices [n, ...space] as [n, classes, ...space] of 0 and 1; an index out of range gives all 0. */
export function oneHot(labels: Node, classes: number, axis = 1): Node {
  if (!Number.isInteger(classes) || classes < 1)
    refuse(ShapeError, "oneHot", "classes", String(classes), "a positive integer");
  const plain = normalizeAxis(axis, labels.shape.length + 1, "oneHot");
  const shape = [...labels.shape.slice(0, plain), classes, ...labels.shape.slice(plain)];
  const kept = [...labels.shape.slice(0, plain), 1, ...labels.shape.slice(plain)];
  return equal(expand(reshape(labels, kept), shape), ramp(shape, plain));
}

/** Settings of a pooling window; a number holds for every spatial axis. */
export interface PoolOptions {
  /** @defaultValue the window's size */
  readonly stride?: number;
  /** On both sides of each axis, at most half the window; never counted by a mean, never chosen by a maximum. @defaultValue 0 */
  readonly padding?: number;
}

/** A padding of half the window or more would make windows of nothing but padding. */
function checkPool(op: string, x: Node, size: number, stride: number, padding: number): void {
  const positive = (n: number) => Number.isInteger(n) && n >= 1;
  if (x.shape.length < 3) refuse(ShapeError, op, "input", formatShape(x.shape), "[n, c, ...space]");
  if (!positive(size)) refuse(ShapeError, op, "size", String(size), "a positive integer");
  if (!positive(stride)) refuse(ShapeError, op, "stride", String(stride), "a positive integer");
  if (!Number.isInteger(padding) || padding < 0 || padding > size / 2) {
    refuse(
      ShapeError,
      op,
      "padding",
      String(padding),
      `an integer in 0 .. ${Math.floor(size / 2)} (half the window)`,
    );
  }
  const short = x.shape.slice(2).find((length) => length + 2 * padding < size);
  if (short !== undefined)
    refuse(ShapeError, op, "input", formatShape(x.shape), `room for a window of ${size}`);
}

/** Windows that do not overlap: a spatial axis of each window beside the axis of windows, and nothing is repeated. */
function blocks(x: Node, size: number): Node {
  const counts = x.shape.slice(2).map((length) => Math.floor(length / size));
  const whole = [...x.shape.slice(0, 2), ...counts.map((count) => count * size)];
  const kept = slice(
    x,
    whole.map((length): [number, number] => [0, length]),
  );
  const split = reshape(kept, [...x.shape.slice(0, 2), ...counts.flatMap((count) => [count, size])]);
  const axes = counts.map((_, i) => 2 + 2 * i);
  return permute(split, [0, 1, ...axes, ...axes.map((axis) => axis + 1)]);
}

/** Windows of every spatial axis of [n, c, ...space], laid out along new last axes. */
function windows(x: Node, size: number, stride: number): Node {
  if (stride === size) return blocks(x, size);
  let result = x;
  for (let axis = 2; axis < x.shape.length; axis++) result = unfold(result, axis, size, stride);
  return result;
}

const windowAxes = (x: Node) => x.shape.slice(2).map((_, i) => x.shape.length + i);

function padSpace(x: Node, padding: number, value: number): Node {
  return pad(
    x,
    x.shape.map((_, axis) => (axis < 2 ? [0, 0] : [padding, padding])),
    value,
  );
}

/** Largest element of each window of [n, c, ...space]; ties share the cotangent evenly. */
export function maxPool(x: Node, size: number, { stride = size, padding = 0 }: PoolOptions = {}): Node {
  checkPool("maxPool", x, size, stride, padding);
  return max(windows(padSpace(x, padding, -Infinity), size, stride), windowAxes(x));
}

/** Mean of each window of [n, c, ...space]; padding is not counted. */
export function avgPool(x: Node, size: number, { stride = size, padding = 0 }: PoolOptions = {}): Node {
  checkPool("avgPool", x, size, stride, padding);
  const total = sum(windows(padSpace(x, padding, 0), size, stride), windowAxes(x));
  if (padding === 0) return div(total, size ** (x.shape.length - 2));
  const ones = full(x.shape, 1);
  return div(total, sum(windows(padSpace(ones, padding, 0), size, stride), windowAxes(x)));
}
