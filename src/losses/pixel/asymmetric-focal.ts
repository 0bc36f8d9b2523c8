import type { Tensor } from "../../tensor.ts";
import { byClass } from "../shared/classes.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { focusOf } from "../shared/focal.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, type Pixels } from "../shared/pixels.ts";

/** Options of {@link asymmetricFocalLoss} beside the shared ones. */
export interface AsymmetricFocalOptions extends Omit<SharedOptions, "aggregate"> {
  /** Weight of the foreground, `1 - delta` on the background. Range 0 .. 1. @defaultValue 0.7 */
  readonly delta?: number;
  /** How fast well-classified background fades, from 0. @defaultValue 2 */
  readonly gamma?: number;
}

/** The loss of each pixel and class. */
export function asymmetricFocalTerms(pixels: Pixels, delta: number, gamma: number): Tensor {
  const { g, logP, logQ } = pixels;
  if (pixels.mode === "multiclass") {
    const focus = logQ.mul(byClass(pixels, gamma, 0)).exp();
    return focus
      .mul(g)
      .mul(logP)
      .mul(byClass(pixels, delta - 1, -delta));
  }
  const foreground = g.mul(logP).mul(-delta);
  const background = complement(g)
    .mul(logQ)
    .mul(focusOf(pixels, gamma).rest)
    .mul(delta - 1);
  return foreground.add(background);
}

/**
 * Asymmetric focal loss: cross entropy in which easy background fades, and foreground never does.
 *
 * `L = mean over pixels of -[d g log p + (1 - d) p^gamma (1 - g) log(1 - p)]`
 *
 * For exclusive classes `L = mean over pixels of -[(1 - d) (1 - p_0)^gamma g_0 log p_0 + d sum_{c > 0} g_c log
 * p_c]`.
 *
 * Symbols: p predicted, g target share, d `delta`. The paper keeps the focus off one rare class r. Here class
 * 0 is the background and every other class is kept in full, which for two classes is the paper's loss; one
 * channel is the foreground of two classes, its background `1 - p`, so that a sigmoid of x costs what a
 * softmax of (0, x) does. With `mode: "multilabel"` each channel has a background of its own.
 *
 * Value and gradient are finite for every finite logit and every gamma from 0. Probabilities of exactly 0 or
 * 1 keep a gradient that points the right way. One-class images need no policy: each pixel counts for itself.
 *
 * Kin: the paper's symmetric form, where foreground fades too, is {@link focalLoss} with `alpha: delta`;
 * `gamma: 0` is {@link balancedCrossEntropyLoss} with `beta: delta`; {@link asymmetricFocalTverskyLoss} is
 * the same idea for regions, {@link unifiedFocalLoss} both together.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Yeung et al. 2022, modified asymmetric focal loss
 * @example
 * ```ts
 * import { asymmetricFocalLoss, tensor } from "segtape";
 * const loss = asymmetricFocalLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // (0.7 + 0.3 / 4) log 2 / 2 = 0.2685...
 * ```
 */
export const asymmetricFocalLoss: Loss<AsymmetricFocalOptions> = defineLoss<AsymmetricFocalOptions>(
  "asymmetricFocalLoss",
  {
    title: "Asymmetric focal",
    family: "pixel",
    summary: "Cross entropy in which easy background fades, while the rare foreground keeps its weight.",
    formula: "L = mean of -[d g log p + (1 - d) p^gamma (1 - g) log(1 - p)]",
    latex:
      "L = -\\frac{1}{N}\\sum_i \\delta g_i \\log p_i" +
      " + (1 - \\delta) p_i^\\gamma (1 - g_i)\\log(1 - p_i)",
    source: "Yeung et al. 2022",
    shared: PIXEL_LOSS,
    options: {
      delta: { default: 0.7, min: 0, max: 1, doc: "weight of the foreground, 1 - delta on the background" },
      gamma: { default: 2, min: 0, doc: "how fast well-classified background fades" },
    },
  },
  (pixels, { delta, gamma }) => asymmetricFocalTerms(pixels, delta, gamma),
);
