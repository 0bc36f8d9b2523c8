import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link sensitivitySpecificityLoss} beside the shared ones. */
export interface SensitivitySpecificityOptions extends SharedOptions, SmoothOptions {
  /** Weight r of the error on the foreground, `1 - r` on the background. Range 0 .. 1. @defaultValue 0.05 */
  readonly sensitivityWeight?: number;
}

/**
 * Sensitivity-specificity loss: mean squared error of the foreground and of the background, weighed against
 * each other.
 *
 * `L = r sum (g - p)^2 g / (sum g + s) + (1 - r) sum (g - p)^2 (1 - g) / (sum (1 - g) + s)`, for each image
 * and class, then reduced.
 *
 * Symbols: p predicted, g target share, r `sensitivityWeight` (0.01 to 0.1 in the paper), s `smooth`.
 * Numerators are errors, not scores, so `smooth` joins the denominators alone and `smoothNumerator` is 0
 * unless it is given. Range 0 .. 1. The survey's form without squares is a score rather than a loss;
 * NiftyNet's sum over the classes of a batch is `reduction: "sum", aggregate: "batch"`.
 *
 * One-class images: the term of the missing class is 0, the other is an ordinary case, so that the gradient
 * pushes every pixel towards the class that is there.
 *
 * Kin: with r = 1/2 and both classes equally large, the mean squared error.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Brosch et al. 2015; NiftyNet (Gibson et al. 2018)
 * @example
 * ```ts
 * import { sensitivitySpecificityLoss, tensor } from "segtape";
 * const p = tensor([[[[0.5, 0.2]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * const options = { input: "probabilities", sensitivityWeight: 0.1, smooth: 0 } as const;
 * await sensitivitySpecificityLoss(p, g, options).item(); // 0.1 * 0.25 + 0.9 * 0.04 = 0.061
 * ```
 */
export const sensitivitySpecificityLoss: Loss<SensitivitySpecificityOptions> =
  defineLoss<SensitivitySpecificityOptions>(
    "sensitivitySpecificityLoss",
    {
      title: "Sensitivity-specificity",
      family: "region",
      summary:
        "Squared error of the foreground against squared error of the background, each by its own mean.",
      formula: "L = r sum (g - p)^2 g / (sum g + s) + (1 - r) sum (g - p)^2 (1 - g) / (sum (1 - g) + s)",
      latex:
        "L = r\\frac{\\sum (g - p)^2 g}{\\sum g + s}" +
        " + (1 - r)\\frac{\\sum (g - p)^2 (1 - g)}{\\sum (1 - g) + s}",
      source: "Brosch et al. 2015",
      shared: REGION_LOSS,
      options: {
        smooth: { default: 1e-5, min: 0, doc: "added to the denominators" },
        smoothNumerator: { default: 0, doc: "added to the numerators" },
        sensitivityWeight: { default: 0.05, min: 0, max: 1, doc: "weight r of the error on the foreground" },
      },
    },
    (pixels, { sensitivityWeight, smoothNumerator, smoothDenominator }) => {
      const error = pixels.g.sub(pixels.p).square();
      const meanError = (share: typeof error) =>
        ratio(pixels.sum(error.mul(share)).add(smoothNumerator), pixels.sum(share).add(smoothDenominator), 0);
      const foreground = meanError(pixels.g);
      const background = meanError(complement(pixels.g));
      return foreground.mul(sensitivityWeight).add(background.mul(1 - sensitivityWeight));
    },
  );
