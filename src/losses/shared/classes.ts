/**
 * From values of images and classes `[n, c]` to values of images `[n]`, for formulas that join their classes.
 */
import type { Tensor } from "../../tensor.ts";
import { classWeightTensor, type Pixels } from "./pixels.ts";

/** Sum over classes, each times its weight. */
export function sumOverClasses(x: Tensor, { classWeights }: Pixels): Tensor {
  return (classWeights === null ? x : x.mul(classWeightTensor(classWeights, 2))).sum(1);
}

/** Mean over classes; with weights, divided by their sum. */
export function meanOverClasses(x: Tensor, pixels: Pixels): Tensor {
  const total = pixels.classWeights?.reduce((sum, weight) => sum + weight, 0) ?? pixels.shape[1];
  return sumOverClasses(x, pixels).div(total);
}
