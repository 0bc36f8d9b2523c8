/** Logarithm and softmax with a temperature, as bi-tempered losses have them. */
import { zeros } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { customVjp, stopGradient } from "../../transform/grad.ts";

/**
 * Steps to the normaliser. From below they converge without overshooting, and quadratically: up to t = 1.5 there is
 * nothing left but rounding after 3 for two classes and 5 for a hundred, up to t = 4 after 5 and 11. One more
 * is taken.
 */
function stepsFor(t: number, classes: number): number {
  if (classes === 2) return t <= 1.5 ? 4 : 6;
  return t <= 1.5 ? 6 : 12;
}

/** log p of `p = exp_t(-z) = (1 + (t - 1) z)^(-1 / (t - 1))`, for z >= 0 and t > 1. */
const logOf = (z: Tensor, t: number): Tensor =>
  z
    .mul(t - 1)
    .log1p()
    .div(1 - t);

/**
 * l >= 0 such that `exp_t(-(gaps + l))` adds up to 1.
 *
 * Newton's method on `f^(1 - t) = 1`, f the sum: f itself falls like a power of l, this is nearly a line.
 */
function solve(gaps: Tensor, axis: number, t: number): Tensor {
  let normaliser = zeros(gaps.shape.map((length, i) => (i === axis ? 1 : length)));
  for (let step = 0; step < stepsFor(t, gaps.shape[axis]); step++) {
    const log = logOf(gaps.add(normaliser), t);
    const total = log.exp().sum(axis, true);
    const slope = log.mul(t).exp().sum(axis, true);
    const excess = total
      .log()
      .mul(t - 1)
      .expm1()
      .div(t - 1);
    normaliser = normaliser.add(total.mul(excess).div(slope));
  }
  return normaliser;
}

/**
 * Logarithm of the tempered softmax `p = exp_t(x - l(x))`, finite for every finite x; for t = 1 the log-softmax.
 *
 * The normaliser's own derivative is `p^t / sum p^t` of each class, by the implicit function: the iterations
 * are no part of any derivative, of whatever order.
 */
export function temperedLogSoftmax(x: Tensor, axis: number, t: number): Tensor {
  if (t === 1) return x.logSoftmax(axis);
  const normaliserOf = customVjp(
    (gaps) => solve(gaps, axis, t),
    (g, [gaps], normaliser) => {
      const share = logOf(gaps.add(normaliser), t).mul(t).exp();
      return [g.mul(share.div(share.sum(axis, true))).neg()];
    },
  );
  // The same for x and x + c, so the largest x is a constant: gaps from it keep their digits.
  const gaps = stopGradient(x.max(axis, true)).sub(x);
  return logOf(gaps.add(normaliserOf(gaps)), t);
}

/** Tempered logarithm `(p^(1 - t) - 1) / (1 - t)` from log p; for t = 1 that itself. */
export const temperedLog = (logP: Tensor, t: number): Tensor =>
  t === 1
    ? logP
    : logP
        .mul(1 - t)
        .expm1()
        .div(1 - t);
