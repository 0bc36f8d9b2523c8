import { meanOverClasses } from "../shared/classes.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import {
  joined,
  SIMILARITY,
  type SimilarityOptions,
  similarityErrors,
  WINDOW_LOSS,
  type WindowSharedOptions,
} from "../shared/similarity.ts";

/** Options of {@link ssimLoss} beside the shared ones. */
export interface SsimOptions extends WindowSharedOptions, SimilarityOptions {}

/**
 * SSIM loss: one minus the structural similarity of prediction and target.
 *
 * `L = 1 - mean over windows of (2 m_p m_g + C1) (2 s_pg + C2) / ((m_p^2 + m_g^2 + C1) (s_p^2 + s_g^2 + C2))`
 *
 * Symbols: `m`, `s^2`, `s_pg` mean, variance and covariance of p and g under a Gaussian window, `C1 = k1^2`,
 * `C2 = k2^2` (values range over 0 .. 1). Range 0 .. 2. With `padding: "valid"` only whole windows count
 * (Wang's own code, TensorFlow); "zero" is BASNet's, "reflect" kornia's (which also halves the loss). A
 * window is separable: the work grows with its length, not its area, in any number of dimensions. Along an
 * axis too short for the window, the longest odd window that fits is taken.
 *
 * One value an image: `reduction: "none"` gives `[n]`, the mean over classes; with exclusive classes each
 * class is a map of its own.
 *
 * One-class images: C1 and C2 keep everything finite. An empty mask costs nearly 1 wherever p is well above
 * `k1`, with a gradient that pushes p down; a full mask compares means, and pushes p up.
 *
 * Kin: {@link msSsimLoss} looks at several scales; {@link correlationMaximizedSimilarityLoss} uses the same
 * statistics to pick hard pixels; {@link basnetLoss} joins it with others.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `ignoreIndex`, `pixelWeights` and `aggregate`: a window sees all its pixels
 * @see Wang et al. 2004, eq. 13
 * @example
 * ```ts
 * import { full, ssimLoss, zeros } from "segtape";
 * const loss = ssimLoss(full([1, 1, 16, 16], 0.1), zeros([1, 1, 16, 16]), { input: "probabilities" });
 * await loss.item(); // 1 - C1 / (0.1^2 + C1) = 0.990...
 * ```
 */
export const ssimLoss: Loss<SsimOptions> = defineLoss<SsimOptions>(
  "ssimLoss",
  {
    title: "SSIM",
    family: "structure",
    summary:
      "One minus structural similarity: local means and variations of prediction and target should agree.",
    formula: "L = 1 - mean of (2 m_p m_g + C1) (2 s_pg + C2) / ((m_p^2 + m_g^2 + C1) (s_p^2 + s_g^2 + C2))",
    latex:
      "L = 1 - \\frac{1}{N}\\sum_i \\frac{(2\\mu_p\\mu_g + C_1)(2\\sigma_{pg} + C_2)}" +
      "{(\\mu_p^2 + \\mu_g^2 + C_1)(\\sigma_p^2 + \\sigma_g^2 + C_2)}",
    source: "Wang et al. 2004, eq. 13",
    shared: WINDOW_LOSS,
    options: SIMILARITY,
  },
  (pixels, options) => {
    const error = joined(similarityErrors(pixels.p, pixels.g, options));
    return meanOverClasses(error.mean(pixels.spaceAxes), pixels);
  },
);
