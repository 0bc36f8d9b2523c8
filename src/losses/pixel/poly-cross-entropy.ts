import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link polyCrossEntropyLoss} beside the shared ones. */
export interface PolyCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /**
   * What is added to the first coefficient of cross entropy: above 0 pulls confident pixels further, below 0
   * lets them go earlier. From -1, where that coefficient is 0.
   * @defaultValue 1
   */
  readonly epsilon?: number;
}

/**
 * Poly-1 cross entropy: cross entropy with another weight on the linear term of its expansion.
 *
 * `L = mean over pixels of CE + e (1 - p_t)`
 *
 * Symbols: p_t the probability of the true label, e `epsilon`, CE = -log p_t. Since
 * `-log p_t = (1 - p_t) + (1 - p_t)^2 / 2 + ...`, e changes the coefficient 1 of the first term to 1 + e, the
 * only term whose gradient by p_t does not fade as p_t goes to 1.
 *
 * Soft targets: `1 - p_t = g (1 - p) + (1 - g) p`, and over exclusive classes `sum_c g_c (1 - p_c)`, linear in
 * the shares as in the paper's own listing with smoothed labels. The least loss is then no longer at p = g:
 * the second term pulls towards the larger share.
 *
 * `classWeights` weigh both terms of a pixel alike; some ports weigh the cross entropy alone. From logits,
 * value and gradient are finite for every finite logit; probabilities of exactly 0 or 1 keep a gradient that
 * points the right way. One-class images need no policy: each pixel counts for itself.
 *
 * Kin: `epsilon: 0` is {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss};
 * {@link polyFocalLoss} does the same to the focal loss.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Leng et al. 2022 (PolyLoss, arXiv 2204.12511)
 * @example
 * ```ts
 * import { polyCrossEntropyLoss, tensor } from "segtape";
 * const loss = polyCrossEntropyLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // log 2 + 1/2 = 1.1931...
 * ```
 */
export const polyCrossEntropyLoss: Loss<PolyCrossEntropyOptions> = defineLoss<PolyCrossEntropyOptions>(
  "polyCrossEntropyLoss",
  {
    title: "Poly-1 cross entropy",
    family: "pixel",
    summary: "Cross entropy with a linear term beside it, so that its pull on confident pixels can be set.",
    formula: "L = mean of -log p_t + e (1 - p_t)",
    latex: "L = \\frac{1}{N}\\sum_i -\\log p_{t,i} + \\epsilon\\,(1 - p_{t,i})",
    source: "Leng et al. 2022",
    shared: PIXEL_LOSS,
    options: {
      epsilon: { default: 1, min: -1, doc: "added to the coefficient of 1 - p_t" },
    },
  },
  (pixels, { epsilon }) => {
    const { g, p, q, crossEntropy } = pixels;
    const miss = g.mul(q);
    const error = pixels.mode === "multiclass" ? miss : miss.add(complement(g).mul(p));
    return crossEntropy.add(error.mul(epsilon));
  },
);
