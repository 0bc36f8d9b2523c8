/** Formulas that tell classes apart, or join them. */
import { type Tensor, tensor } from "../../tensor.ts";
import { classWeightTensor, type Pixels } from "./pixels.ts";

/** One number for class 0, where it is there, and another for every other class: `[1, c, 1, ...]`. */
export function byClass({ shape, droppedBackground }: Pixels, background: number, others: number): Tensor {
  const [, classes, ...space] = shape;
  const numbers = Array.from({ length: classes }, (_, c) =>
    c === 0 && !droppedBackground ? background : others,
  );
  return tensor(Float64Array.from(numbers), [1, classes, ...space.map(() => 1)]);
}

/**
 * A cost of pixels, `[n, 1, ...space]`, charged to their classes by the share of each: what weighs a pixel's class,
 * or leaves it out, then does so with the whole cost of the pixel.
 */
export const charged = (cost: Tensor, { g }: Pixels): Tensor => g.mul(cost);

/** Sum over classes of values of images and classes: `[n, c]` to `[n]`, each times its weight. */
export function sumOverClasses(x: Tensor, { classWeights }: Pixels): Tensor {
  return (classWeights === null ? x : x.mul(classWeightTensor(classWeights, 2))).sum(1);
}

/** Mean over classes, `[n, c]` to `[n]`; with weights, divided by their sum. */
export function meanOverClasses(x: Tensor, pixels: Pixels): Tensor {
  const total = pixels.classWeights?.reduce((sum, weight) => sum + weight, 0) ?? pixels.shape[1];
  return sumOverClasses(x, pixels).div(total);
}

/** Sum over classes, `[n, c]` to `[n]`; weights are scaled to a mean of 1, and a class of weight 0 is not there. */
export function totalOverClasses(x: Tensor, pixels: Pixels): Tensor {
  const counted = pixels.classWeights?.filter((weight) => weight > 0).length ?? pixels.shape[1];
  return meanOverClasses(x, pixels).mul(counted);
}
