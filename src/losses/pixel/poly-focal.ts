import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { alphaOption, balanced, focusOf, GAMMA } from "../shared/focal.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link polyFocalLoss} beside the shared ones. */
export interface PolyFocalOptions extends Omit<SharedOptions, "aggregate"> {
  /** What is added to the first coefficient of the focal loss. From -1. @defaultValue 1 */
  readonly epsilon?: number;
  /**
   * Weight of the foreground (of every class but 0), `1 - alpha` on the rest; `null` for none.
   * @defaultValue 0.25
   */
  readonly alpha?: number | null;
  /** How fast well-classified pixels fade, from 0. @defaultValue 2 */
  readonly gamma?: number;
}

/**
 * Poly-1 focal loss: focal loss with another weight on the first term of its expansion.
 *
 * `L = mean over pixels of a_t [(1 - p_t)^gamma CE + e (1 - p_t)^(gamma + 1)]`
 *
 * Symbols: p_t the probability of the true label, CE = -log p_t, e `epsilon`, a_t `alpha` on the foreground
 * and `1 - alpha` on the rest, as in {@link focalLoss}. The weight a_t stands on both terms, as in the paper's
 * balanced listing; some ports leave the second without.
 *
 * Soft targets mix the terms of both labels by their shares, as {@link focalLoss} does: `g (1 - p)^gamma
 * [-log p + e (1 - p)] + (1 - g) p^gamma [-log(1 - p) + e p]`. The paper's listing takes the power of the
 * mixed probability instead; hard targets give the same.
 *
 * Powers are computed through logarithms taken from logits: value and gradient are finite for every finite
 * logit and every gamma from 0. One-class images need no policy: each pixel counts for itself.
 *
 * Kin: `epsilon: 0` is {@link focalLoss}; `gamma: 0, alpha: null` is {@link polyCrossEntropyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Leng et al. 2022 (PolyLoss, arXiv 2204.12511)
 * @example
 * ```ts
 * import { polyFocalLoss, tensor } from "segtape";
 * const loss = polyFocalLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]), { alpha: null });
 * await loss.item(); // log 2 / 4 + 1/8 = 0.2982...
 * ```
 */
export const polyFocalLoss: Loss<PolyFocalOptions> = defineLoss<PolyFocalOptions>(
  "polyFocalLoss",
  {
    title: "Poly-1 focal",
    family: "pixel",
    summary:
      "Focal loss with a power of the error beside it, so that its pull on confident pixels can be set.",
    formula: "L = mean of a_t [-(1 - p_t)^gamma log p_t + e (1 - p_t)^(gamma + 1)]",
    latex:
      "L = \\frac{1}{N}\\sum_i \\alpha_t \\left[-(1 - p_{t,i})^\\gamma \\log p_{t,i}" +
      " + \\epsilon\\,(1 - p_{t,i})^{\\gamma + 1}\\right]",
    source: "Leng et al. 2022",
    shared: PIXEL_LOSS,
    options: {
      epsilon: { default: 1, min: -1, doc: "added to the coefficient of (1 - p_t)^(gamma + 1)" },
      alpha: alphaOption(0.25),
      gamma: GAMMA,
    },
  },
  (pixels, { epsilon, alpha, gamma }) => {
    const { g, p, q, logP, logQ } = pixels;
    const { hit, rest } = focusOf(pixels, gamma);
    return balanced(
      pixels,
      alpha,
      hit.mul(g).mul(q.mul(epsilon).sub(logP)),
      rest.mul(complement(g)).mul(p.mul(epsilon).sub(logQ)),
    );
  },
);
