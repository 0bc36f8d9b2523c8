import type { Loss } from "../shared/define-loss.ts";
import type { Ramp } from "./ramp.ts";
import { type LossParts, type SumNaming, type SumOptions, sumLoss } from "./sum.ts";

/**
 * A sum of losses whose weights change over the training: a {@link weightedSum} with ramps for weights.
 *
 * `L(t) = sum_k w_k(t) L_k`
 *
 * Symbols: L_k the parts, t the `progress` of the training, 0 .. 1, w_k a weight: a number, one
 * of {@link ramp}, or a function of one's own from t, a scalar tensor, to a scalar tensor or a number from 0, such as
 * `(t) => t.neg().add(1).square().mul(-5).exp()` (the Gaussian ramp of Laine and Aila 2017).
 *
 * `fit` gives the progress of each step; a training loop of one's own passes the option `progress`, a number or a
 * scalar tensor. As a tensor it is an input like any other: a step recorded once serves the whole training.
 * Called without, the loss refuses, since no weight is right then. Derivatives take the weights as they are: t is not
 * trained.
 *
 * Everything else is as {@link weightedSum} says. Kervadec et al. let a region loss give way to {@link boundaryLoss}, so that
 * a first shape is there before its border is moved.
 *
 * @param parts - losses, each alone or with weight or ramp, and options
 * @throws {@link OptionError} as {@link weightedSum} does, and at a call without `progress`
 * @see Kervadec et al. 2019 (Boundary loss); Laine and Aila 2017 (Temporal ensembling)
 * @example
 * ```ts
 * import { boundaryLoss, diceLoss, ramp, rampedSum, tensor } from "segtape";
 * const loss = rampedSum([
 *   [diceLoss, ramp.linear(1, 0.01)],
 *   [boundaryLoss, ramp.linear(0, 0.99, { start: 0.2 })],
 * ]);
 * const [p, g] = [tensor([[[0.9, 0.8, 0.5, 0.1]]]), tensor([[[1, 1, 0, 0]]])];
 * const at = (progress) => loss(p, g, { input: "probabilities", progress }).item();
 * await at(0); // 1 - 4.4 / 5.3 = 0.1698...
 * await at(1); // 0.01 * 0.16981 - 0.99 * 0.05 = -0.0478...
 * ```
 */
export function rampedSum<const Own extends readonly object[]>(
  parts: LossParts<Own, number | Ramp>,
  options: SumNaming = {},
): Loss<SumOptions> {
  return sumLoss("rampedSum", parts, options, true);
}
