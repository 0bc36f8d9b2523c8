import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { alphaOption, balanced, focusOf, GAMMA } from "../shared/focal.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, type Pixels } from "../shared/pixels.ts";

/** Options of {@link focalLoss} beside the shared ones. */
export interface FocalOptions extends Omit<SharedOptions, "aggregate"> {
  /**
   * Weight of the foreground (of every class but 0), `1 - alpha` on the rest; `null` for none.
   * @defaultValue 0.25
   */
  readonly alpha?: number | null;
  /** How fast well-classified pixels fade, from 0. @defaultValue 2 */
  readonly gamma?: number;
}

/** The loss of each pixel and class. */
export function focalTerms(pixels: Pixels, alpha: number | null, gamma: number): Tensor {
  const { g, logP, logQ } = pixels;
  const { hit, rest } = focusOf(pixels, gamma);
  return balanced(pixels, alpha, hit.mul(g).mul(logP), rest.mul(complement(g)).mul(logQ)).neg();
}

/**
 * Focal loss: cross entropy in which pixels count the less, the better they are classified.
 *
 * `L = mean over pixels of -[a (1 - p)^gamma g log p + (1 - a) p^gamma (1 - g) log(1 - p)]`
 *
 * For exclusive classes `L = mean over pixels of -sum_c a_c (1 - p_c)^gamma g_c log p_c`, with `a_0 = 1 -
 * alpha` and `a_c = alpha` for the others.
 *
 * Symbols: p predicted, g target share, a `alpha`. With `alpha: null` there is no weight a at all. Soft
 * targets mix the two terms as written; some libraries take `p_t = exp(-cross entropy)` instead, which is the
 * same for hard targets only. The paper divides by the number of positive anchors; segmentation takes the
 * mean, as here.
 *
 * The powers are computed as `exp(gamma log(1 - p))`, with the logarithms taken from logits: value and
 * gradient are finite for every finite logit and every gamma from 0, fractions below 1 included (where `(1 -
 * p)^gamma` itself has an infinite slope at p = 1). Probabilities of exactly 0 or 1 keep a gradient that
 * points the right way.
 *
 * One-class images need no policy: each pixel counts for itself.
 *
 * Kin: `gamma: 0, alpha: null` is {@link binaryCrossEntropyLoss} (or {@link categoricalCrossEntropyLoss});
 * `gamma: 0` with alpha is {@link balancedCrossEntropyLoss} with `beta: alpha`.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Lin et al. 2017, eq. 5; Jadon 2020, eq. 7
 * @example
 * ```ts
 * import { focalLoss, tensor } from "segtape";
 * const loss = focalLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // (0.25 + 0.75) / 4 log 2 / 2 = 0.0866...
 * ```
 */
export const focalLoss: Loss<FocalOptions> = defineLoss<FocalOptions>(
  "focalLoss",
  {
    title: "Focal",
    family: "pixel",
    summary: "Cross entropy in which easy pixels fade, so that hard ones lead.",
    formula: "L = mean of -[a (1 - p)^gamma g log p + (1 - a) p^gamma (1 - g) log(1 - p)]",
    latex:
      "L = -\\frac{1}{N}\\sum_i \\alpha (1 - p_i)^\\gamma g_i \\log p_i" +
      " + (1 - \\alpha) p_i^\\gamma (1 - g_i)\\log(1 - p_i)",
    source: "Lin et al. 2017, eq. 5",
    shared: PIXEL_LOSS,
    options: { alpha: alphaOption(0.25), gamma: GAMMA },
  },
  (pixels, { alpha, gamma }) => focalTerms(pixels, alpha, gamma),
);
