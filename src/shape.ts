/** Shapes: row-major, channels first. Everything here is pure arithmetic on small arrays of integers. */
import { refuse, ShapeError } from "./errors.ts";

/** The lengths of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Row-major strides: how far apart neighbours along each axis lie in the flat array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** `[2, 3, 64, 32]`, as error messages and listings print it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape that both operands broadcast to, by NumPy's rule: align at the right, lengths equal or 1. */
export function broadcastShapes(a: Shape, b: Shape, op: string): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast (axis ${axis}: ${m} and ${n})`,
        { op, given: `${formatShape(a)} and ${formatShape(b)}`, expected: "equal lengths, or 1" },
      );
    }
    result[axis] = m === 1 ? n : m;
  }
  return result;
}

/** Throws unless every length is a positive integer: segtape has no empty tensors. */
export function checkShape(shape: Shape, op: string): void {
  if (!Array.isArray(shape)) {
    const given = typeof shape === "string" ? JSON.stringify(shape) : String(shape);
    refuse(ShapeError, op, "shape", given, "an array of positive integers");
  }
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 1) {
      throw new ShapeError(
        `${op}: shape is ${formatShape(shape)}, expected positive integers (no empty tensors)`,
        {
          op,
          argument: "shape",
          given: formatShape(shape),
          expected: "positive integers",
        },
      );
    }
  }
}
