/**
 * Images that boundary and structure losses are tried on, made by formula so that other programs can remake
 * them.
 */
import { expect } from "vitest";
import { grad, type SharedOptions, type Tensor, tensor } from "../../src/index.ts";
import { filled } from "./losses.ts";

export const SHAPE = [1, 1, 7, 8] as const;

const overPixels = (f: (y: number, x: number, i: number) => number) =>
  filled(SHAPE, (i) => f(Math.floor(i / 8), i % 8, i));

/** Scattered over 0.05 .. 0.95. */
export const scattered = () => overPixels((_y, _x, i) => 0.05 + 0.9 * ((i * 0.618033988749895) % 1));

/** A disc of 21 pixels, its left half the border of a 7 by 8 image's middle. */
export const disc = () => overPixels((y, x) => ((y - 3) ** 2 + (x - 3) ** 2 <= 5 ? 1 : 0));

/** Logits of a blurred disc, beside the one above. */
export const shiftedLogits = () => overPixels((y, x) => -0.7 * ((y - 2.2) ** 2 + (x - 4.4) ** 2 - 6.3));

/** Logits without a pattern. */
export const logits = (shape: readonly number[], scale = 6): Tensor =>
  filled(shape, (i) => scale * (((i + 3) * 0.8467) % 1) - scale / 2);

/**
 * Logits within -3 .. 3, no two of them within a difference quotient's step of each other, and without a period:
 * in an arithmetic progression all softmax ratios repeat.
 */
export function apartLogits(shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const key = (i: number) => ((i + 1) ** 2 * Math.SQRT2) % 1;
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => key(i) - key(j));
  const logits = new Float64Array(size);
  order.forEach((i, rank) => {
    logits[i] = (6 * rank) / size - 2.9;
  });
  return tensor(logits, shape);
}

/** A picture in characters: `#` is 1. */
export const picture = (...rows: readonly string[]): Tensor =>
  tensor([[rows.map((row) => Array.from(row, (mark) => Number(mark === "#")))]]);

/** A box of ones in every image and channel of `[n, c, ...space]`: the middle half of each axis. */
export const box = (shape: readonly number[]): Tensor =>
  filled(shape, (i) => {
    let rest = i;
    let inside = 1;
    for (let axis = shape.length - 1; axis >= 2; axis--) {
      const at = rest % shape[axis];
      rest = (rest - at) / shape[axis];
      if (at < shape[axis] / 4 || at >= (3 * shape[axis]) / 4) inside = 0;
    }
    return inside;
  });

type AnyLoss = (prediction: Tensor, target: Tensor, options?: SharedOptions) => Tensor;

const EXTREMES = { low: -80, high: 80 } as const;

/**
 * Value and gradient stay finite for logits of +-80, right, wrong and mixed, on empty, full and soft masks.
 */
export async function expectFinite(loss: AnyLoss, shape: readonly number[] = [1, 1, 12, 12]): Promise<void> {
  const of = (f: (i: number) => number) => filled(shape, f);
  const { low, high } = EXTREMES;
  const predictions = [of(() => low), of(() => high), of((i) => (i % 3 === 0 ? low : high)), of(() => 0)];
  const targets = [of(() => 0), of(() => 1), box(shape), of((i) => (i * 0.37) % 1)];
  for (const prediction of predictions) {
    for (const target of targets) {
      expect(await loss(prediction, target).item()).toSatisfy(Number.isFinite);
      const slope = await grad((x) => loss(x, target))(prediction).data();
      expect(slope.every(Number.isFinite)).toBe(true);
    }
  }
}

/** How the loss changes where every logit goes up a little: the sum of its gradient. */
export async function slopeUpwards(loss: AnyLoss, prediction: Tensor, target: Tensor): Promise<number> {
  return grad((x) => loss(x, target))(prediction)
    .sum()
    .item();
}

/** An empty and a full mask. */
export const emptyLike = (x: Tensor): Tensor => x.mul(0);
export const fullLike = (x: Tensor): Tensor => x.mul(0).add(1);
