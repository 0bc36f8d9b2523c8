import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { lovaszExtension } from "../shared/lovasz.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link lovaszHingeLoss}: the shared ones. */
export type LovaszHingeOptions = SharedOptions;

/**
 * Lovász hinge loss: hinge losses of pixels, each weighed by what the Jaccard index loses with it.
 *
 * `L = sum_i max(m_i, 0) (J_i - J_(i-1))` for each image and class, then reduced, `m = 1 - x (2 g - 1)` sorted
 * from the largest, `J_i = 1 - |G \ M_i| / |G u M_i|`
 *
 * Symbols: x logits, g target share, m the margin errors, M_i the i pixels with the largest errors, G the pixels
 * of the class, J_i the Jaccard loss if exactly the pixels of M_i were wrong. It is the convex (Lovász) extension
 * of the Jaccard loss, equal to it where every m is 0 or 1. Range from 0 up.
 *
 * Pixels count by the weights of `pixelWeights`, like so many pixels of their kind, in J and thereby in L; ignored
 * pixels are not there. With `input: "probabilities"` x is `log p - log (1 - p)`. Soft targets enter as written: a
 * pixel of share 1/2 costs the same whatever is predicted. smp takes the whole batch for one image unless told
 * otherwise: `aggregate: "batch"`.
 *
 * Derivatives take the order of the errors as constant, and nothing is lost: L is continuous where two errors
 * change places, and linear in the errors in between. Where errors are equal the value does not depend on their
 * order; the gradient is that of the order in which the pixels come, one of several subgradients.
 *
 * One-class images: an empty mask costs its largest error alone, since one wrong pixel is all it takes for an
 * index of 0: only that pixel is pushed down. A full mask costs the mean of its hinge losses.
 *
 * Kin: {@link lovaszSoftmaxLoss} for exclusive classes; {@link jaccardLoss} extends the index by soft counts.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape
 * @throws {@link OptionError} in mode "multiclass", which has {@link lovaszSoftmaxLoss}
 * @see Berman et al. 2018 (CVPR); Yu and Blaschko 2015
 * @example
 * ```ts
 * import { lovaszHingeLoss, tensor } from "segtape";
 * const x = tensor([[[[0.5, 0, -2]]]]);
 * const g = tensor([[[[1, 0, 0]]]]);
 * // Errors 1, 0.5 and -1; the index falls from 1 to 1/2, then to 0.
 * await lovaszHingeLoss(x, g).item(); // 1 * 0.5 + 0.5 * 0.5 = 0.75
 * ```
 */
export const lovaszHingeLoss: Loss<LovaszHingeOptions> = defineLoss<LovaszHingeOptions>(
  "lovaszHingeLoss",
  {
    title: "Lovász hinge",
    family: "region",
    summary: "Hinge losses of pixels, each weighed by what the Jaccard index loses with it.",
    formula: "L = sum_i max(m_i, 0) (J_i - J_(i-1)), m = 1 - x (2 g - 1) sorted from the largest",
    latex:
      "L = \\sum_i \\max(m_{\\pi_i}, 0)\\,(J_i - J_{i-1}), \\quad m_i = 1 - x_i (2 g_i - 1), " +
      "\\quad m_{\\pi_1} \\ge m_{\\pi_2} \\ge \\dots",
    source: "Berman et al. 2018",
    modes: ["binary", "multilabel"],
    instead: "lovaszSoftmaxLoss",
    constants: "the order of the errors",
    shared: EVERY_LOSS,
  },
  (pixels, { aggregate = "image" }) => {
    const margin = pixels.logits.mul(pixels.g.mul(2).sub(1));
    return lovaszExtension(margin.neg().add(1).relu(), pixels, aggregate);
  },
);
