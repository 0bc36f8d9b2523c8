import { OptionError, refuse } from "../../errors.ts";
import { asTensor, type Tensor } from "../../tensor.ts";
import { type AnyLoss, checkWeights, levelShares, sumOfLevels } from "./levels.ts";

/** A loss of predictions at several resolutions. */
export interface DeepSupervision<Own extends object> {
  /** Predictions, that of the full size first, one target, and the options of the loss. */
  (predictions: readonly Tensor[], target: Tensor, options?: Own): Tensor;
  readonly name: string;
}

const WORDS = { op: "deepSupervision", weights: "weights" };

/**
 * Deep supervision: one target for the outputs of several levels of a network.
 *
 * `L = sum_l v_l L(p_l, g_l)`, `v_l = w_l / sum_k w_k`
 *
 * Symbols: p_l the predictions, full size first, g_l the target thinned out to the size of p_l, w_l the weights, by default
 * `2^-l`. Thinning takes of each block of pixels the one nearest to its middle: class indices stay indices, masks
 * stay hard, an ignored pixel stays ignored, and soft targets keep their values. `pixelWeights`, and other maps of that size among
 * the options, are thinned likewise. Axes may shrink by different factors, and by factors that are not whole. All other
 * options go to the loss at every level;
 * `reduction: "none"` is refused where it would add pixels of different sizes.
 *
 * nnU-Net has the same weights, and 0 for the lowest level: `[1, 0.5, 0.25, 0]`. MONAI's DeepSupervisionLoss thins the target
 * alike, but does not divide by the sum of the weights, and none is below 1/16. A level of weight 0 is not computed.
 *
 * {@link multiScale} looks at one prediction at several scales instead. `fit` supervises all outputs of its model by
 * this same rule, with the loss itself and its option `levelWeights`.
 *
 * @param loss - any loss, or a plain function of prediction, target and options
 * @param weights - one a level, from 0
 * @throws {@link OptionError} for weights that are not numbers from 0, or another number of predictions
 * @throws {@link ShapeError} for a first prediction that has not the target's size, or a later one that is larger
 * @see Isensee et al. 2021 (nnU-Net)
 * @example
 * ```ts
 * import { binaryCrossEntropyLoss, deepSupervision, tensor } from "segtape";
 * const loss = deepSupervision(binaryCrossEntropyLoss);
 * const g = tensor([[[1, 0, 1, 1]]]);
 * const outputs = [tensor([[[0.8, 0.5, 0.5, 0.5]]]), tensor([[[0.5, 0.8]]])];
 * // pixels 1 and 3 of the target stand for the coarser one: 2/3 (-log 0.8 - 3 log 0.5) / 4 + 1/3 (-log 0.5 - log 0.8) / 2
 * await loss(outputs, g, { input: "probabilities" }).item(); // 0.5364...
 * ```
 */
export function deepSupervision<Own extends object>(
  loss: AnyLoss<Own>,
  weights?: readonly number[],
): DeepSupervision<Own> {
  const { op } = WORDS;
  if (typeof loss !== "function") refuse(OptionError, op, "loss", String(loss), "a loss");
  if (weights !== undefined) checkWeights(WORDS, weights);
  const supervised = (predictions: readonly Tensor[], target: Tensor, options?: Own): Tensor => {
    if (!Array.isArray(predictions) || predictions.length === 0) {
      const given = Array.isArray(predictions) ? "an empty list" : "no list";
      refuse(OptionError, op, "predictions", given, "a list of tensors, that of the full size first");
    }
    for (const [at, prediction] of predictions.entries()) asTensor(prediction, op, `prediction ${at}`);
    asTensor(target, op, "target");
    const shares = levelShares(WORDS, weights, predictions.length);
    return sumOfLevels(loss, WORDS, shares, predictions, target, options);
  };
  return Object.defineProperty(supervised, "name", { value: `deepSupervision(${loss.name})` });
}
