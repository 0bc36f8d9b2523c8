import { full } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { alphaOption, balanced, focusOf, GAMMA } from "../shared/focal.ts";
import { massOf, overSpace } from "../shared/mass.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link normalizedFocalLoss} beside the shared ones. */
export interface NormalizedFocalOptions extends SharedOptions {
  /**
   * What derivatives take as constant: the mean of the focal factors, the factors too, or nothing.
   * @defaultValue "mean"
   */
  readonly constant?: "mean" | "factors" | "nothing";
  /**
   * Weight of the foreground (of every class but 0), `1 - alpha` on the rest; `null` for none.
   * @defaultValue null
   */
  readonly alpha?: number | null;
  /** How fast well-classified pixels fade, from 0. @defaultValue 2 */
  readonly gamma?: number;
}

/**
 * Normalized focal loss: focal loss in which the pixels of an image share a fixed weight, however many are right.
 *
 * `L = mean over pixels of -a_t (b / mean of b) log p_t`, `b = (1 - p_t)^gamma`
 *
 * Symbols: p_t the probability of the true label, a_t `alpha` on the foreground and `1 - alpha` on the rest.
 * The mean of b is that of each image, and of each channel where channels are independent; with `aggregate:
 * "batch"` of the batch. {@link focalLoss} fades as a whole as training goes on; here the factors only move weight
 * from right pixels to wrong ones. Soft targets mix the terms of both labels by their shares, and their
 * factors in the mean: `b = g (1 - p)^gamma + (1 - g) p^gamma`.
 *
 * Derivatives: the authors' code, and that of f-BRS and RITM after it, holds the mean of b constant ("mean",
 * the default); segme holds the factors too ("factors"), which leaves the weighted gradient of cross entropy;
 * segmentation-models-pytorch's `normalized` differentiates all of it ("nothing"), and then also divides by the
 * number of pixels. All three have the same value; but with the last, pixels of little cost are pulled away
 * from their label, since a larger factor of theirs lowers the weight of the others.
 *
 * From logits, value and gradient are finite for every finite logit; where every factor is too small for a
 * number, the loss is 0. One-class images need no policy: what is wrong in them has their whole weight.
 *
 * Kin: `gamma: 0` is {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss}; times the mean of
 * b it is {@link focalLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Sofiiuk et al. 2019 (AdaptIS, arXiv 1909.07829), appendix A
 * @example
 * ```ts
 * import { normalizedFocalLoss, tensor } from "segtape";
 * // Equal factors have no effect: cross entropy is left.
 * const loss = normalizedFocalLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // log 2 = 0.6931...
 * ```
 */
export const normalizedFocalLoss: Loss<NormalizedFocalOptions> = defineLoss<NormalizedFocalOptions>(
  "normalizedFocalLoss",
  {
    title: "Normalized focal",
    family: "pixel",
    summary:
      "Focal loss whose factors are divided by their mean: hard pixels lead, and the whole never fades.",
    formula: "L = mean of -a_t (b / mean of b) log p_t, b = (1 - p_t)^gamma",
    latex:
      "L = -\\frac{1}{\\sum_i b_i}\\sum_i \\alpha_t b_i \\log p_{t,i}, \\quad b_i = (1 - p_{t,i})^\\gamma",
    source: "Sofiiuk et al. 2019, appendix A",
    constants: "the mean of the focal factors, and the factors, as the option constant says",
    shared: EVERY_LOSS,
    options: {
      constant: {
        default: "mean",
        choices: ["mean", "factors", "nothing"],
        doc: "what derivatives take as constant: the mean of the factors, the factors too, or nothing",
      },
      alpha: alphaOption(null),
      gamma: GAMMA,
    },
  },
  (pixels, { constant, alpha, gamma }) => {
    const { g, logP, logQ, mode } = pixels;
    const held = (x: Tensor) => (constant === "factors" ? stopGradient(x) : x);
    const { hit, rest } = focusOf(pixels, gamma);
    const [hits, rests] = [held(hit).mul(g), held(rest).mul(complement(g))];
    const factors = mode === "multiclass" ? hits.sum(1, true) : hits.add(rests);
    const total = massOf(full(factors.shape, 1), pixels);
    const scale = overSpace(ratio(massOf(factors, pixels), total, 0), pixels);
    const loss = balanced(pixels, alpha, hits.mul(logP), rests.mul(logQ)).neg();
    return ratio(loss, constant === "nothing" ? scale : stopGradient(scale), 0);
  },
);
