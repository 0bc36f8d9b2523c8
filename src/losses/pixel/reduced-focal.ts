import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { alphaOption, balanced, focusOf, GAMMA } from "../shared/focal.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link reducedFocalLoss} beside the shared ones. */
export interface ReducedFocalOptions extends Omit<SharedOptions, "aggregate"> {
  /** Pixels whose true label is less probable than this count in full. Above 0, up to 1. @defaultValue 0.5 */
  readonly threshold?: number;
  /**
   * Weight of the foreground (of every class but 0), `1 - alpha` on the rest; `null` for none.
   * @defaultValue null
   */
  readonly alpha?: number | null;
  /** How fast well-classified pixels fade, from 0. @defaultValue 2 */
  readonly gamma?: number;
}

/**
 * Reduced focal loss: focal loss that fades right pixels, and leaves wrong ones their whole cross entropy.
 *
 * `L = mean over pixels of -a_t f log p_t`, `f = 1` where `p_t < t`, else `((1 - p_t) / t)^gamma`
 *
 * Symbols: p_t the probability of the true label, t `threshold`, a_t `alpha` on the foreground and `1 - alpha`
 * on the rest. Soft targets mix the terms of both labels by their shares, as {@link focalLoss} does, each with
 * its own f. At t = 1/2 the factor is continuous; at any other t it jumps where p_t = t, from 1 to
 * `((1 - t) / t)^gamma`, as published. Which side of the threshold a pixel is on is a constant for derivatives.
 *
 * Value and gradient are finite for every finite logit. One-class images need no policy: each pixel counts for
 * itself.
 *
 * Kin: `threshold: 1` is cross entropy; without the threshold it is {@link focalLoss}, whose factor is also below
 * 1 for wrong pixels: with gamma 2, p_t = 0.3 keeps half of its cross entropy there, all of it here.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Sergievskiy and Ponamarev 2019 (arXiv 1903.01347)
 * @example
 * ```ts
 * import { reducedFocalLoss, tensor } from "segtape";
 * const p = tensor([[[[0.25, 0.75]]]]);
 * const loss = reducedFocalLoss(p, tensor([[[[1, 1]]]]), { input: "probabilities" });
 * await loss.item(); // (log 4 + log(4/3) / 4) / 2 = 0.7291...
 * ```
 */
export const reducedFocalLoss: Loss<ReducedFocalOptions> = defineLoss<ReducedFocalOptions>(
  "reducedFocalLoss",
  {
    title: "Reduced focal",
    family: "pixel",
    summary: "Cross entropy in which right pixels fade, and wrong ones count in full.",
    formula: "L = mean of -a_t f log p_t, f = 1 where p_t < t, else ((1 - p_t) / t)^gamma",
    latex:
      "L = -\\frac{1}{N}\\sum_i \\alpha_t f_i \\log p_{t,i}, \\quad " +
      "f_i = 1 \\text{ if } p_{t,i} < t, \\text{ else } \\left(\\frac{1 - p_{t,i}}{t}\\right)^\\gamma",
    source: "Sergievskiy and Ponamarev 2019",
    constants: "which pixels are below the threshold",
    shared: PIXEL_LOSS,
    options: {
      threshold: {
        default: 0.5,
        min: 0,
        exclusiveMin: true,
        max: 1,
        doc: "pixels whose true label is less probable count in full",
      },
      alpha: alphaOption(null),
      gamma: GAMMA,
    },
  },
  (pixels, { threshold, alpha, gamma }) => {
    const { g, p, q, logP, logQ } = pixels;
    const { hit, rest } = focusOf(pixels, gamma);
    const reduced = (truth: Tensor, fade: Tensor) =>
      truth.less(threshold).where(1, fade.mul(threshold ** -gamma));
    return balanced(
      pixels,
      alpha,
      reduced(p, hit).mul(g).mul(logP),
      reduced(q, rest).mul(complement(g)).mul(logQ),
    ).neg();
  },
);
