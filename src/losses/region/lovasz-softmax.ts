import { meanOverClasses, sumOverClasses } from "../shared/classes.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { lovaszExtension } from "../shared/lovasz.ts";
import type { SharedOptions } from "../shared/options.ts";
import { ratio } from "../shared/pixels.ts";

/** Options of {@link lovaszSoftmaxLoss} beside the shared ones. */
export interface LovaszSoftmaxOptions extends SharedOptions {
  /** Classes that count: those present in the target of an image (or batch), or all. @defaultValue "present" */
  readonly classes?: "present" | "all";
}

/**
 * Lovász-softmax loss: errors of probabilities, each weighed by what the Jaccard index of its class loses with it.
 *
 * `L = mean over classes c of sum_i e_i (J_i - J_(i-1))` for each image, then reduced, `e = |g_c - p_c|` sorted
 * from the largest, `J_i = 1 - |G \ M_i| / |G u M_i|`
 *
 * Symbols: p predicted, g target share, M_i the i pixels with the largest errors of class c, G its pixels, J_i its
 * Jaccard loss if exactly the pixels of M_i were wrong. It is the convex (Lovász) extension of the Jaccard loss,
 * equal to it for hard predictions. Range 0 .. 1.
 *
 * Classes join within their image: `reduction: "none"` gives `[n]`, one value an image. `aggregate: "batch"` takes
 * the whole batch for one image, as the authors' code does by default, and gives `[1]`. `classWeights` weigh the
 * mean. Pixels count by the weights of `pixelWeights`, like so many pixels of their kind, in J and thereby in L;
 * ignored pixels are not there. kornia sorts the numbers of the labels in place of `g_c`: its values are others.
 *
 * Derivatives take the order of the errors as constant, and nothing is lost: L is continuous where two errors
 * change places, and linear in the errors in between. Where errors are equal the value does not depend on their
 * order; the gradient is that of the order in which the pixels come, one of several subgradients.
 *
 * One-class images: with `classes: "present"` a class that is not in the target does not count, and an image
 * without any class that counts (its background left out) costs 0. With "all" such a class costs its largest p
 * alone, since one wrong pixel is all it takes for an index of 0. The class that is there costs the mean of `1 -
 * p`, which pulls every pixel.
 *
 * Kin: {@link lovaszHingeLoss} for channels that stand alone; {@link jaccardLoss} extends the index by soft
 * counts.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]`
 * @throws {@link OptionError} in modes "binary" and "multilabel", which have {@link lovaszHingeLoss}
 * @see Berman et al. 2018 (CVPR)
 * @example
 * ```ts
 * import { lovaszSoftmaxLoss, tensor } from "segtape";
 * const p = tensor([[[[0.6, 0.3, 0.1]], [[0.4, 0.7, 0.9]]]]);
 * const loss = lovaszSoftmaxLoss(p, tensor([[[0, 1, 1]]]), { input: "probabilities" });
 * // Errors 0.4, 0.3 and 0.1 in both: index 1, 0 of class 0; 1, 2/3, 1/3, 0 of class 1.
 * await loss.item(); // (0.4 + (0.4 + 0.3 + 0.1) / 3) / 2 = 0.3333...
 * ```
 */
export const lovaszSoftmaxLoss: Loss<LovaszSoftmaxOptions> = defineLoss<LovaszSoftmaxOptions>(
  "lovaszSoftmaxLoss",
  {
    title: "Lovász-softmax",
    family: "region",
    summary: "Errors of probabilities, each weighed by what the Jaccard index of its class loses with it.",
    formula: "L = mean_c sum_i e_i (J_i - J_(i-1)), e = |g_c - p_c| sorted from the largest",
    latex:
      "L = \\frac{1}{|C|}\\sum_{c \\in C} \\sum_i e_{\\pi_i}\\,(J_i - J_{i-1}), \\quad e_i = |g_{c,i} - p_{c,i}|, " +
      "\\quad e_{\\pi_1} \\ge e_{\\pi_2} \\ge \\dots",
    source: "Berman et al. 2018",
    modes: ["multiclass"],
    instead: "lovaszHingeLoss",
    constants: "the order of the errors",
    shared: EVERY_LOSS,
    options: {
      classes: {
        default: "present",
        choices: ["present", "all"],
        doc: "classes that count: those in the target, or all",
      },
    },
  },
  (pixels, { classes, aggregate = "image" }) => {
    const { p, g } = pixels;
    const costs = lovaszExtension(g.sub(p).abs(), pixels, aggregate);
    if (classes === "all") return meanOverClasses(costs, pixels);
    const present = pixels.sum(g).greater(0);
    return ratio(sumOverClasses(costs.mul(present), pixels), sumOverClasses(present, pixels), 0);
  },
);
