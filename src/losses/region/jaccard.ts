import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link jaccardLoss} beside the shared ones. */
export interface JaccardOptions extends SharedOptions, SmoothOptions {
  /** Squares p and g in the sums below the line (Tanimoto's form). @defaultValue false */
  readonly squared?: boolean;
  /** `-log J` instead of `1 - J`. @defaultValue false */
  readonly log?: boolean;
}

/**
 * Jaccard loss: one minus the soft intersection over union of prediction and target.
 *
 * `L = 1 - J`, `J = (sum p g + s) / (sum p + sum g - sum p g + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, s `smooth`. Range 0 .. 1. `squared: true` takes `sum p^2 + sum g^2 -
 * sum p g` below the line, so that `1 - J` is 0 at p = g for soft labels too, as in
 * {@link softLabelJaccardLoss}. MONAI's Jaccard smooths doubled counts: its s is half as much here.
 *
 * One-class images: an empty mask costs `1 - s / (sum p + s)`, whose gradient pushes every p down; a full
 * mask is an ordinary case. With `smooth: 0` an empty mask costs 1 with no gradient, and 0 where p is 0
 * throughout.
 *
 * Kin: {@link tverskyLoss} with both weights 1; without smoothing, `J = D / (2 - D)` of {@link diceLoss},
 * which ranks predictions of one image alike.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Rahman and Wang 2016
 * @example
 * ```ts
 * import { jaccardLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await jaccardLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 1 / 1.5 = 0.3333...
 * ```
 */
export const jaccardLoss: Loss<JaccardOptions> = defineLoss<JaccardOptions>(
  "jaccardLoss",
  {
    title: "Jaccard",
    family: "region",
    summary: "One minus the soft intersection over union: like Dice, with errors counted in full.",
    formula: "L = 1 - (sum p g + s) / (sum p + sum g - sum p g + s)",
    latex: "L = 1 - \\frac{\\sum p g + s}{\\sum p + \\sum g - \\sum p g + s}",
    source: "Rahman and Wang 2016",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
      squared: { default: false, doc: "squares p and g in the sums below the line" },
      log: { default: false, doc: "-log J instead of 1 - J" },
    },
  },
  (pixels, { squared, log, smoothNumerator, smoothDenominator }) => {
    const { p, g } = pixels;
    const intersection = pixels.sum(p.mul(g));
    const union = pixels
      .sum(squared ? p.square() : p)
      .add(pixels.sum(squared ? g.square() : g))
      .sub(intersection);
    const jaccard = ratio(intersection.add(smoothNumerator), union.add(smoothDenominator), 1);
    return log ? jaccard.safeLog().neg() : complement(jaccard);
  },
);
