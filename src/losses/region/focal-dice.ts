import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";
import { gentlePower } from "../shared/power.ts";

/** Options of {@link focalDiceLoss} beside the shared ones. */
export interface FocalDiceOptions extends SharedOptions, SmoothOptions {
  /** The exponent is `1 / beta`: the larger, the more poorly segmented classes lead. From 1. @defaultValue 2 */
  readonly beta?: number;
}

/**
 * Focal Dice loss: one minus a root of the Dice coefficient, so that classes with little overlap lead.
 *
 * `L = 1 - D^(1 / b)`, `D = (2 sum p g + s) / (sum p + sum g + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, b `beta`, s `smooth`. The gradient is that of the Dice loss times `D^(1
 * / b - 1) / b`: below 1 where a class is well segmented, and the steeper, the worse it is. The paper's weights
 * of classes are `classWeights`. Range 0 .. 1. Other losses called so are {@link diceFocalLoss}.
 *
 * The root has an infinite slope at D = 0, which only `smooth: 0` can reach: below an overlap `2 sum p g` of
 * 1e-7 it is replaced by its chord to the origin.
 *
 * One-class images: an empty mask costs `1 - (s / (sum p + s))^(1 / b)`, whose gradient pushes every p down; a
 * full mask is an ordinary case. With `smooth: 0` an empty mask costs 1 with no gradient, and 0 where p is 0
 * throughout.
 *
 * Kin: `beta: 1` is {@link diceLoss}; in {@link focalTverskyLoss} the root is of the error, so that classes
 * that are nearly right lead.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wang and Chung 2018
 * @example
 * ```ts
 * import { focalDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await focalDiceLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - sqrt(0.8) = 0.1055...
 * ```
 */
export const focalDiceLoss: Loss<FocalDiceOptions> = defineLoss<FocalDiceOptions>(
  "focalDiceLoss",
  {
    title: "Focal Dice",
    family: "region",
    summary: "One minus a root of Dice: classes with little overlap lead.",
    formula: "L = 1 - ((2 sum p g + s) / (sum p + sum g + s))^(1 / b)",
    latex: "L = 1 - \\left(\\frac{2\\sum p g + s}{\\sum p + \\sum g + s}\\right)^{1/\\beta}",
    source: "Wang and Chung 2018",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
      beta: { default: 2, min: 1, doc: "the exponent is 1 / beta" },
    },
  },
  (pixels, { beta, smoothNumerator, smoothDenominator }) => {
    const { p, g } = pixels;
    const overlap = pixels.sum(p.mul(g)).mul(2).add(smoothNumerator);
    const total = pixels.sum(p).add(pixels.sum(g)).add(smoothDenominator);
    // The root of a ratio as a ratio of roots: on an empty mask without smoothing both are near 0, and the slope
    // of the root times that of the ratio would overflow.
    return complement(ratio(gentlePower(overlap, 1 / beta), total.pow(1 / beta), 1));
  },
);
