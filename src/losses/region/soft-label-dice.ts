import { softLabelCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link softLabelDiceLoss} beside the shared ones. */
export interface SoftLabelDiceOptions extends SharedOptions, SmoothOptions {}

/**
 * Soft-label Dice loss: Dice with an intersection that is right for shares, so that the best prediction of a
 * soft label is that label.
 *
 * `L = 1 - D`, `D = (2 sum min(p, g) + s) / (sum p + sum g + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, s `smooth`. `min(p, g) = (p + g - |p - g|) / 2`, the L1 form of the
 * papers, MONAI's `soft_label` and smp. {@link diceLoss} has `p g` instead: for a share g = 1/2 it is least at p
 * = 1, this loss at p = 1/2, where it is exactly 0. For g of 0 and 1 both are the same. Range 0 .. 1; the
 * papers call it a semimetric. Use it for averaged annotations, smoothed labels and teachers' outputs.
 *
 * Kinks: at `p = g` the slope of a pixel jumps; there it has the mean of both sides, so that the gradient of a
 * perfect prediction is 0. The second derivative does not see the jump.
 *
 * One-class images: as in {@link diceLoss}. An empty mask costs `1 - s / (sum p + s)`, whose gradient pushes
 * every p above 0 down; a full mask is an ordinary case; with `smooth: 0` an empty mask has no gradient.
 *
 * Kin: {@link softLabelTverskyLoss} with both weights 1/2 and half the smoothing; of
 * {@link softLabelJaccardLoss} J, `D = 2 J / (1 + J)` without smoothing.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wang et al. 2023, "Dice Semimetric Losses", first form
 * @example
 * ```ts
 * import { softLabelDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[0.5, 0.5]]]]);
 * const g = tensor([[[[0.5, 0.25]]]]);
 * await softLabelDiceLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 1.5 / 1.75 = 0.1428...
 * ```
 */
export const softLabelDiceLoss: Loss<SoftLabelDiceOptions> = defineLoss<SoftLabelDiceOptions>(
  "softLabelDiceLoss",
  {
    title: "Soft-label Dice",
    family: "region",
    summary: "Dice that is right for soft labels: 0 exactly where the prediction is the label.",
    formula: "L = 1 - (2 sum min(p, g) + s) / (sum p + sum g + s)",
    latex: "L = 1 - \\frac{2\\sum \\min(p, g) + s}{\\sum p + \\sum g + s}",
    source: "Wang et al. 2023 (Dice semimetric losses)",
    shared: REGION_LOSS,
    options: { smooth: { default: 1, min: 0, doc: "added to numerator and denominator" } },
  },
  (pixels, { smoothNumerator, smoothDenominator }) => {
    const { truePositives, falsePositives, falseNegatives } = softLabelCounts(pixels);
    const hits = truePositives.mul(2);
    // sum p + sum g, from the errors: exactly the hits where there are none.
    const total = hits.add(falsePositives).add(falseNegatives);
    return complement(ratio(hits.add(smoothNumerator), total.add(smoothDenominator), 1));
  },
);
