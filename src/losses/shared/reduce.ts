/** From single values to the result: pixels, or images and classes, by one rule for every loss. */
import { ones } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { countsByClass } from "./mass.ts";
import type { Reduction } from "./options.ts";
import { classWeightTensor, type Pixels, ratio } from "./pixels.ts";

/** Everything, or everything of an image. */
const meanAxes = (values: Tensor, reduction: Reduction): number[] =>
  values.shape.map((_, axis) => axis).slice(reduction === "image" ? 1 : 0);

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
  if (reduction === "sum") return weigh(values).sum();
  const axes = meanAxes(values, reduction);
  const total = weigh(values).sum(axes);
  const equal = weight === null && classes === null && !(exclusive && droppedBackground);
  const [n, , ...space] = values.shape;
  // What each weight belongs to: a pixel through its class, a pixel, or a pixel and channel.
  const each = countsByClass(pixels) ? g : ones(exclusive ? [n, 1, ...space] : values.shape);
  return equal ? total.div(each.size / total.size) : ratio(total, weigh(each).sum(axes), 0);
}

/** Values of images and classes, `[n, c]`; of exclusive classes summed already, `[n, 1]`. */
function reduceClasses(values: Tensor, { classWeights }: Pixels, reduction: Reduction): Tensor {
  const applies = classWeights !== null && values.shape[1] === classWeights.length;
  const weighted = applies ? values.mul(classWeightTensor(classWeights, 2)) : values;
  if (reduction === "none") return weighted;
  if (reduction === "sum") return weighted.sum();
  const images = applies
    ? weighted.sum(1).div(classWeights.reduce((sum, w) => sum + w, 0))
    : weighted.mean(1);
  return reduction === "image" ? images : images.mean();
}

/** Reduces by rank: `[n, c, ...space]` pixels, `[n, c]` classes, `[n]` images, or already a scalar. */
export function reduceLoss(values: Tensor, pixels: Pixels, reduction: Reduction): Tensor {
  if (values.rank === 0) return values;
  if (values.rank === 1) {
    if (reduction === "sum") return values.sum();
    return reduction === "mean" ? values.mean() : values;
  }
  return values.rank === 2
    ? reduceClasses(values, pixels, reduction)
    : reducePixels(values, pixels, reduction);
}
