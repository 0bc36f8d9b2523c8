/** Weights of classes by their volumes. */
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { classWeightTensor, type Pixels } from "./pixels.ts";

/** `sum g` of each image and class, `[n, c]`; of a class of weight 0 nothing is there. */
export function countedVolumes(pixels: Pixels): Tensor {
  const volumes = pixels.sum(pixels.g);
  const { classWeights } = pixels;
  return classWeights === null ? volumes : volumes.mul(classWeightTensor(classWeights, 2).greater(0));
}

/**
 * `(v / V_c)^power` of each image and class, v the smallest volume of the image above 0: the inverse volumes,
 * as shares of the largest. An absent class has no inverse, and counts as the rarest one that is there: 1.
 *
 * @param volumes - V, `[n, c]`
 */
export function inverseVolumes(volumes: Tensor, power: number): Tensor {
  const absent = volumes.equal(0);
  // Where every class is absent, the largest volume is 0 as well, and all weights are 1.
  const smallest = absent.where(volumes.max(1, true), volumes).min(1, true);
  return stopGradient(absent.where(1, smallest.div(absent.where(1, volumes)).pow(power)));
}
