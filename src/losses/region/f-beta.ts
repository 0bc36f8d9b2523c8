import { softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link fBetaLoss} beside the shared ones. */
export interface FBetaOptions extends SharedOptions, SmoothOptions {
  /** How many times recall counts as much as precision, from 0. @defaultValue 1.5 */
  readonly beta?: number;
}

/**
 * F-beta loss (asymmetric similarity loss): one minus the F score of the soft prediction, in which recall
 * counts beta times as much as precision.
 *
 * `L = 1 - F`, `F = ((1 + b^2) TP + s) / ((1 + b^2) TP + b^2 FN + FP + s)`, for each image and class, then
 * reduced.
 *
 * Symbols: `TP = sum p g`, `FP = sum p (1 - g)`, `FN = sum (1 - p) g`, p predicted, g target share, b `beta`,
 * s `smooth`. The paper has no smoothing, and finds b = 1.5 best for lesions. Range 0 .. 1. Some code smooths
 * counts that are divided by `1 + b^2`: its s is `(1 + b^2) s` here.
 *
 * One-class images: an empty mask costs `1 - s / (sum p + s)`, whose gradient pushes every p down; a full
 * mask is an ordinary case. With `smooth: 0` an empty mask costs 1 with no gradient, and 0 where p is 0
 * throughout.
 *
 * Kin: {@link tverskyLoss} with `falseNegativeWeight: b^2 / (1 + b^2)`, `falsePositiveWeight: 1 / (1 + b^2)`
 * and smoothing `s / (1 + b^2)`; `beta: 1` is {@link diceLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Hashemi et al. 2018, asymmetric similarity loss
 * @example
 * ```ts
 * import { fBetaLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await fBetaLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 0.5 / 3.75 = 0.1333...
 * ```
 */
export const fBetaLoss: Loss<FBetaOptions> = defineLoss<FBetaOptions>(
  "fBetaLoss",
  {
    title: "F-beta",
    family: "region",
    summary: "One minus the soft F score: recall counts beta times as much as precision.",
    formula: "L = 1 - ((1 + b^2) TP + s) / ((1 + b^2) TP + b^2 FN + FP + s)",
    latex: "L = 1 - \\frac{(1 + \\beta^2) TP + s}{(1 + \\beta^2) TP + \\beta^2 FN + FP + s}",
    source: "Hashemi et al. 2018",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
      beta: { default: 1.5, min: 0, doc: "how many times recall counts as much as precision" },
    },
  },
  (pixels, { beta, smoothNumerator, smoothDenominator }) => {
    const { truePositives, falsePositives, falseNegatives } = softCounts(pixels);
    const hits = truePositives.mul(1 + beta ** 2);
    const errors = falseNegatives.mul(beta ** 2).add(falsePositives);
    return complement(ratio(hits.add(smoothNumerator), hits.add(errors).add(smoothDenominator), 1));
  },
);
