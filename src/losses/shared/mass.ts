/** What the mean over pixels divides by: weights of pixels, and of exclusive classes through their pixels. */
import type { Tensor } from "../../tensor.ts";
import { classWeightTensor, knownPixels, type Pixels } from "./pixels.ts";

/** Whether pixels of exclusive classes count by their class, as the mean over them does. */
export const countsByClass = ({ mode, classWeights, droppedBackground, weight }: Pixels) =>
  mode === "multiclass" && (classWeights !== null || droppedBackground || (weight?.shape[1] ?? 1) > 1);

const classWeight = ({ classWeights }: Pixels, x: Tensor) =>
  classWeights === null ? x : x.mul(classWeightTensor(classWeights, x.rank));

/** 1 for each pixel (and independent channel) that counts; `null` where all do. */
export function presence(pixels: Pixels): Tensor | null {
  const { g, weight } = pixels;
  if (!countsByClass(pixels)) return knownPixels(pixels);
  const each = classWeight(pixels, weight === null ? g : g.mul(weight));
  return each.sum(1, true).greater(0);
}

/**
 * Sum of x over the pixels of each image (of the batch, with `aggregate: "batch"`), each times the weight that
 * it has in the mean: `[n or 1, 1 or c]`. x has one value a pixel, and a channel where channels are
 * independent.
 */
export function massOf(x: Tensor, pixels: Pixels): Tensor {
  if (!countsByClass(pixels)) return pixels.sum(x);
  return classWeight(pixels, pixels.sum(pixels.g.mul(x))).sum(1, true);
}

/** Values of images and channels laid along the spatial axes. */
export const overSpace = (x: Tensor, { space }: Pixels): Tensor =>
  x.reshape([...x.shape, ...space.map(() => 1)]);
