import { softLabelCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link softLabelJaccardLoss} beside the shared ones. */
export interface SoftLabelJaccardOptions extends SharedOptions, SmoothOptions {}

/**
 * Soft-label Jaccard loss: intersection over union of shares, so that the best prediction of a soft label is
 * that label.
 *
 * `L = 1 - J`, `J = (sum min(p, g) + s) / (sum max(p, g) + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, s `smooth`. Without smoothing it is a distance in the strict sense: 0
 * at p = g alone, symmetric, with the triangle inequality (Ruzicka's distance). The paper has two such
 * forms: this is the first, also smp's; the second has `p g` for the intersection and `p g + |p - g|` for the
 * union, and agrees with it for g of 0 and 1, where both are {@link jaccardLoss}. Range 0 .. 1.
 *
 * Kinks: at `p = g` the slope of a pixel jumps; there it has the mean of both sides, so that the gradient of a
 * perfect prediction is 0. The second derivative does not see the jump.
 *
 * One-class images: as in {@link jaccardLoss}. An empty mask costs `1 - s / (sum p + s)`, whose gradient
 * pushes every p above 0 down; a full mask is an ordinary case; with `smooth: 0` an empty mask has no gradient.
 *
 * Kin: {@link softLabelTverskyLoss} with both weights 1; of {@link softLabelDiceLoss} D, `J = D / (2 - D)`
 * without smoothing.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wang et al. 2023, "Jaccard Metric Losses", first form
 * @example
 * ```ts
 * import { softLabelJaccardLoss, tensor } from "segtape";
 * const p = tensor([[[[0.5, 0.5]]]]);
 * const g = tensor([[[[0.5, 0.25]]]]);
 * await softLabelJaccardLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 0.75 / 1 = 0.25
 * ```
 */
export const softLabelJaccardLoss: Loss<SoftLabelJaccardOptions> = defineLoss<SoftLabelJaccardOptions>(
  "softLabelJaccardLoss",
  {
    title: "Soft-label Jaccard",
    family: "region",
    summary:
      "Intersection over union that is right for soft labels: a distance between prediction and label.",
    formula: "L = 1 - (sum min(p, g) + s) / (sum max(p, g) + s)",
    latex: "L = 1 - \\frac{\\sum \\min(p, g) + s}{\\sum \\max(p, g) + s}",
    source: "Wang et al. 2023 (Jaccard metric losses)",
    shared: REGION_LOSS,
    options: { smooth: { default: 1, min: 0, doc: "added to numerator and denominator" } },
  },
  (pixels, { smoothNumerator, smoothDenominator }) => {
    const { truePositives, falsePositives, falseNegatives } = softLabelCounts(pixels);
    // sum max(p, g), from the errors: exactly the intersection where there are none.
    const union = truePositives.add(falsePositives).add(falseNegatives);
    return complement(ratio(truePositives.add(smoothNumerator), union.add(smoothDenominator), 1));
  },
);
