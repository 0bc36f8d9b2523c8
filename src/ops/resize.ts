/** Larger images: elements repeated, or interpolated between the centres of pixels. Made of rows. */
import { OptionError, refuse, ShapeError } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import { formatShape } from "../shape.ts";
import { concat, slice } from "./compose.ts";
import { expand, reshape } from "./movement.ts";
import { correlate } from "./window.ts";

/**
 * What stands between the pixels that are given: copies of the nearest, or values on the straight line between the two
 * nearest along every spatial axis. The linear modes are named by the number of those axes: 1, 2, 3.
 */
export type UpsampleMode = "nearest" | "linear" | "bilinear" | "trilinear";

const LINEAR: Readonly<Partial<Record<UpsampleMode, number>>> = { linear: 1, bilinear: 2, trilinear: 3 };

/** Repeats each element of some axes `factor` times. */
function repeat(x: Node, axes: readonly number[], factor: number): Node {
  const among = (axis: number) => axes.includes(axis);
  const gaps = x.shape.flatMap((n, axis) => (among(axis) ? [n, 1] : [n]));
  const wide = x.shape.flatMap((n, axis) => (among(axis) ? [n, factor] : [n]));
  const shape = x.shape.map((n, axis) => (among(axis) ? n * factor : n));
  return reshape(expand(reshape(x, gaps), wide), shape);
}

const part = (x: Node, axis: number, start: number, stop: number): Node =>
  slice(
    x,
    x.shape.map((n, i) => (i === axis ? [start, stop] : [0, n])),
  );

/**
 * The mean of the repeated elements over a box of width `factor`, which is where a straight line between pixel centres
 * goes. An even box has half an element at either end. Elements at the border are continued beyond it.
 */
function interpolate(x: Node, axis: number, factor: number): Node {
  const length = x.shape[axis];
  const half = factor >> 1;
  const weights = new Array<number>(2 * half + 1).fill(1 / factor);
  if (factor % 2 === 0) weights[0] = weights[2 * half] = 0.5 / factor;
  const continued = concat([part(x, axis, 0, 1), x, part(x, axis, length - 1, length)], axis);
  const repeated = repeat(continued, [axis], factor);
  return correlate(part(repeated, axis, factor - half, (length + 1) * factor + half), axis, weights, 0, 0);
}

/** Makes the spatial axes of [n, c, ...space] `factor` times as long. */
export function upsample(x: Node, factor: number, mode: UpsampleMode = "nearest"): Node {
  if (x.shape.length < 3) refuse(ShapeError, "upsample", "input", formatShape(x.shape), "[n, c, ...space]");
  if (!Number.isInteger(factor) || factor < 1)
    refuse(ShapeError, "upsample", "factor", String(factor), "a positive integer");
  const space = x.shape.slice(2).map((_, i) => i + 2);
  if (mode === "nearest") return repeat(x, space, factor);
  if (LINEAR[mode] !== space.length) {
    const fitting = Object.entries(LINEAR).find(([, count]) => count === space.length);
    const expected = fitting === undefined ? '"nearest"' : `"nearest" or "${fitting[0]}"`;
    refuse(OptionError, "upsample", "mode", JSON.stringify(mode), `${expected} for ${formatShape(x.shape)}`);
  }
  if (factor === 1) return x;
  return space.reduce((y, axis) => interpolate(y, axis, factor), x);
}
