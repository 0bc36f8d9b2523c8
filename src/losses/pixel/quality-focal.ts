import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";
import { gentlePower } from "../shared/power.ts";

/** Options of {@link qualityFocalLoss} beside the shared ones. */
export interface QualityFocalOptions extends Omit<SharedOptions, "aggregate"> {
  /** How fast pixels fade as the prediction nears the target; the paper's beta. From 0. @defaultValue 2 */
  readonly gamma?: number;
}

/**
 * Quality focal loss: a focal loss for soft targets, with its least value, 0, where prediction and target agree.
 *
 * `L = mean over pixels of -|g - p|^gamma [g log p + (1 - g) log(1 - p)]`
 *
 * Symbols: p predicted, g target share. Where {@link focalLoss} with a soft target mixes the costs of both
 * labels, and goes on pulling at p = g, this loss fades with the distance of p from g itself. It has no
 * alpha; the paper leaves that out too.
 *
 * The distance is computed as `|g (1 - p) - (1 - g) p|`, with all its digits at both ends. A gamma below 1 has an
 * infinite slope at p = g; below a distance of 1e-7 the power runs straight to 0 instead. Value and gradient
 * are finite for every finite logit. One-class images need no policy: each pixel counts for itself.
 *
 * Kin: for hard targets it is {@link focalLoss} with `alpha: null`; `gamma: 0` is
 * {@link binaryCrossEntropyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, shares in 0 .. 1
 * @throws {@link OptionError} in mode "multiclass": see {@link focalLoss}, the same for hard targets
 * @see Li et al. 2020 (generalized focal loss, arXiv 2006.04388)
 * @example
 * ```ts
 * import { qualityFocalLoss, tensor } from "segtape";
 * const p = tensor([[[[0.5, 0.5]]]]);
 * const g = tensor([[[[1, 0.5]]]]);
 * await qualityFocalLoss(p, g, { input: "probabilities" }).item(); // log 2 / 4 / 2 = 0.0866...
 * ```
 */
export const qualityFocalLoss: Loss<QualityFocalOptions> = defineLoss<QualityFocalOptions>(
  "qualityFocalLoss",
  {
    title: "Quality focal",
    family: "pixel",
    summary: "Cross entropy that fades as the prediction nears its target, soft targets included.",
    formula: "L = mean of -|g - p|^gamma [g log p + (1 - g) log(1 - p)]",
    latex:
      "L = -\\frac{1}{N}\\sum_i |g_i - p_i|^\\gamma \\left[g_i \\log p_i + (1 - g_i)\\log(1 - p_i)\\right]",
    source: "Li et al. 2020",
    modes: ["binary", "multilabel"],
    instead: "focalLoss",
    shared: PIXEL_LOSS,
    options: {
      gamma: { default: 2, min: 0, doc: "how fast pixels fade as the prediction nears the target" },
    },
  },
  ({ p, q, g, crossEntropy }, { gamma }) => {
    const error = g.mul(q).sub(complement(g).mul(p));
    // Even powers are those of the square, smooth at 0.
    const fade = gamma % 2 === 0 ? error.square().pow(gamma / 2) : gentlePower(error.abs(), gamma);
    return fade.mul(crossEntropy);
  },
);
