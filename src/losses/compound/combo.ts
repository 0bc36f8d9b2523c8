import { meanOverClasses } from "../shared/classes.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { diceCoefficient } from "../shared/overlap.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link comboLoss} beside the shared ones. */
export interface ComboOptions extends SharedOptions, SmoothOptions {
  /** Share of the cross entropy, `1 - alpha` of the Dice coefficients. Range 0 .. 1. @defaultValue 0.5 */
  readonly alpha?: number;
  /**
   * Weight of the foreground in the cross entropy, `1 - beta` on the rest: below 1/2 false positives cost
   * more, above it false negatives. Range 0 .. 1.
   * @defaultValue 0.5
   */
  readonly beta?: number;
}

/**
 * Combo loss: balanced cross entropy minus the Dice coefficients of all classes.
 *
 * `L = -a / N sum [b g log p + (1 - b) (1 - g) log(1 - p)] - (1 - a) sum_k D_k`, for each image,
 * `D_k = (2 sum p g + s) / (sum p + sum g + s)`
 *
 * Symbols: p predicted, g target share, k the K classes, N the number of pixels times K, a `alpha`, b `beta`,
 * s `smooth`. The sign is the paper's: the loss is negative where it is good, with its minimum at `-(1 - a)
 * K`; add `(1 - a) K` for a loss from 0. (The authors' published code negates the first term of the cross
 * entropy alone, and so rewards false positives; this is the paper's formula.)
 *
 * Exclusive classes: each softmax channel is one class of the sums, with both of its terms, as in the paper.
 * Classes join within their image: `reduction: "none"` gives `[n]`, one value an image (`[1]` with
 * `aggregate: "batch"`); `classWeights` weigh both means, of the cross entropies and of the K Dice
 * coefficients, whose sum is K times theirs.
 *
 * From logits the cross entropy is finite for every finite logit; where softmax rounds to exactly 1, log(1 -
 * p) is held at -100, and the gradient comes from log p.
 *
 * One-class images: the cross entropy sees each pixel, whatever the others are, so its gradient points the
 * right way even where Dice has none (`smooth: 0` on an empty mask). An empty mask has `D = s / (sum p + s)`.
 *
 * Kin: {@link balancedCrossEntropyLoss} with a number minus {@link diceLoss}; `alpha: 0` is `diceLoss - 1`
 * for one class.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Taghanaki et al. 2019, eq. 3; Jadon 2020, eq. 17-18
 * @example
 * ```ts
 * import { comboLoss, tensor } from "segtape";
 * const loss = comboLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // log 2 / 4 - (2 * 0.5 + 1) / (1 + 1 + 1) / 2 = -0.1600...
 * ```
 */
export const comboLoss: Loss<ComboOptions> = defineLoss<ComboOptions>(
  "comboLoss",
  {
    title: "Combo",
    family: "compound",
    summary:
      "Cross entropy minus Dice: pixels set the slope, overlap the balance. Negative where it is good.",
    formula: "L = -a mean of [b g log p + (1 - b) (1 - g) log(1 - p)] - (1 - a) sum_k D_k",
    latex:
      "L = -\\frac{\\alpha}{N}\\sum_i \\beta g_i \\log p_i + (1 - \\beta)(1 - g_i)\\log(1 - p_i)" +
      " - (1 - \\alpha)\\sum_k \\frac{2\\sum p g + s}{\\sum p + \\sum g + s}",
    source: "Taghanaki et al. 2019, eq. 3",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerator and denominator of Dice" },
      alpha: { default: 0.5, min: 0, max: 1, doc: "share of the cross entropy, 1 - alpha of Dice" },
      beta: { default: 0.5, min: 0, max: 1, doc: "weight of the foreground, 1 - beta on the rest" },
    },
  },
  (pixels, { alpha, beta, ...smooth }) => {
    const { g, logP, logQ } = pixels;
    const likelihood = g
      .mul(logP)
      .mul(beta)
      .add(
        complement(g)
          .mul(logQ)
          .mul(1 - beta),
      );
    const crossEntropy = meanOverClasses(pixels.mean(likelihood).neg(), pixels);
    const diceSum = meanOverClasses(diceCoefficient(pixels, smooth), pixels).mul(pixels.shape[1]);
    return crossEntropy.mul(alpha).sub(diceSum.mul(1 - alpha));
  },
);
