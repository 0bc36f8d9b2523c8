/** Short forms for tests of values and gradients. */
import { expect } from "vitest";
import { grad, type Tensor, tensor } from "../../src/index.ts";

/** Numbers of a tensor. */
export const values = async (x: Tensor): Promise<number[]> => Array.from(await x.data());

/** Gradient of the sum of f at one tensor. */
export const slopes = (f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> =>
  values(grad((y) => f(y).sum())(x));

/** Second derivative of the sum of an elementwise f. */
export const curvatures = (f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> =>
  slopes((y) => grad((z) => f(z).sum())(y), x);

/** A tensor of `size` numbers without symmetry or ties, in -1 .. 1. */
export const wave = (shape: readonly number[], phase = 0): Tensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float64Array.from({ length: size }, (_, i) => Math.sin(1.7 * i * i + i + phase)),
    shape,
  );
};

/** Equal, or as near as float64 comes after a few operations. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
    const error = Math.abs(actual[i] - expected[i]) / Math.max(Math.abs(expected[i]), 1e-300);
    expect(error, `element ${i}: ${actual[i]}, expected ${expected[i]}`).toBeLessThanOrEqual(relative);
  }
}
