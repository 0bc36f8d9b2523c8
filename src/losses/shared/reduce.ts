/** From single values to the result: pixels, or images and classes, by one rule for every loss. */
import { ones } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import type { Reduction } from "./options.ts";
import { classWeightTensor, type Pixels, ratio } from "./pixels.ts";

/**
 * Values of pixels and classes, `[n, c, ...space]`.
 *
 * Exclusive classes share their pixel: their values add up, and the mean is taken over pixels, each with the weight
 * of its class. Independent channels each count for themselves.
 */
function reducePixels(values: Tensor, pixels: Pixels, reduction: Reduction): Tensor {
  const { mode, weight, classWeights, droppedBackground, g } = pixels;
  const classes = classWeights === null ? null : classWeightTensor(classWeights, values.rank);
  const weigh = (x: Tensor) => [weight, classes].reduce<Tensor>((y, w) => (w === null ? y : y.mul(w)), x);
  const exclusive = mode === "multiclass";
  if (reduction === "none") return exclusive ? weigh(values).sum(1) : weigh(values);
  const total = weigh(values).sum();
  if (reduction === "sum") return total;
  const byClass = classes !== null || droppedBackground || (weight?.shape[1] ?? 1) > 1;
  const [n, , ...space] = values.shape;
  // What each weight belongs to: a pixel through its class, a pixel, or a pixel and channel.
  const each = !exclusive ? ones(values.shape) : byClass ? g : ones([n, 1, ...space]);
  return weight === null && !(exclusive && byClass) && classes === null
    ? total.div(each.size)
    : ratio(total, weigh(each).sum(), 0);
}

/** Values of images and classes, `[n, c]`; of exclusive classes summed already, `[n, 1]`. */
function reduceClasses(values: Tensor, { classWeights }: Pixels, reduction: Reduction): Tensor {
  const applies = classWeights !== null && values.shape[1] === classWeights.length;
  const weighted = applies ? values.mul(classWeightTensor(classWeights, 2)) : values;
  if (reduction === "none") return weighted;
  if (reduction === "sum") return weighted.sum();
  if (!applies) return weighted.mean();
  const total = classWeights.reduce((sum, w) => sum + w, 0);
  return weighted.sum(1).div(total).mean();
}

/** Reduces by rank: `[n, c, ...space]` pixels, `[n, c]` classes, `[n]` images, or already a scalar. */
export function reduceLoss(values: Tensor, pixels: Pixels, reduction: Reduction): Tensor {
  if (values.rank === 0) return values;
  if (values.rank === 1) return reduction === "none" ? values : reduction === "sum" ? values.sum() : values.mean();
  return values.rank === 2 ? reduceClasses(values, pixels, reduction) : reducePixels(values, pixels, reduction);
}
