/** Windows over spatial axes: one pass an axis, never a window of the whole size. */
import { padReflect } from "../../ops/compose.ts";
import { correlate } from "../../ops/window.ts";
import { Tensor } from "../../tensor.ts";
import type { OptionSpec } from "./options.ts";

/** What lies beyond the image: nothing (only whole windows are taken), zeros, or its mirror image. */
export type Padding = "valid" | "zero" | "reflect";

/** The option `windowSize`, as every loss with windows has it. */
export const WINDOW_SIZE: OptionSpec = {
  default: 11,
  min: 1,
  doc: "length of the window along each axis",
  check: (size) =>
    Number.isInteger(size) && (size as number) % 2 === 1 && (size as number) > 0
      ? null
      : "an odd integer from 1",
};

/** The option `sigma`, likewise. */
export const SIGMA: OptionSpec = {
  default: 1.5,
  min: 0,
  exclusiveMin: true,
  doc: "deviation of the Gaussian window",
};

/** Weights of a Gaussian window, which sum to 1. */
export function gaussian(size: number, sigma: number): readonly number[] {
  const middle = (size - 1) / 2;
  const heights = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - middle) / sigma) ** 2));
  const total = heights.reduce((sum, height) => sum + height, 0);
  return heights.map((height) => height / total);
}

/** A window of equal weights, which sum to 1. */
export const box = (size: number): readonly number[] => new Array<number>(size).fill(1 / size);

/** Weighted sum of a window along each axis of `[n, c, ...space]`, with `padding` zeros on both sides. */
export function windowed(
  x: Tensor,
  windows: readonly (readonly number[])[],
  padding: (size: number) => number,
): Tensor {
  return windows.reduce((y, weights, i) => {
    const beyond = padding(weights.length);
    return new Tensor(correlate(y.node, i + 2, weights, beyond, beyond));
  }, x);
}

/** Elements on each side of a window's middle: what keeps the length of an axis. */
export const half = (size: number) => (size - 1) / 2;

/** Mirrors `[n, c, ...space]` at its borders, by half of each axis's window. */
export function mirrored(x: Tensor, sizes: readonly number[]): Tensor {
  return sizes.reduce(
    (y, size, i) => (size === 1 ? y : new Tensor(padReflect(y.node, i + 2, half(size), half(size)))),
    x,
  );
}
