import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link binaryCrossEntropyLoss} beside the shared ones. */
export interface BinaryCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** Moves targets towards 1/2: `g (1 - s) + s / 2`. Range 0 .. 1. @defaultValue 0 */
  readonly labelSmoothing?: number;
}

/**
 * Binary cross entropy: the negative log likelihood of each pixel's label.
 *
 * `L = mean over pixels of -[g log p + (1 - g) log(1 - p)]`
 *
 * Symbols: p predicted, g target share, x logits, N the number of pixels.
 *
 * From logits it is computed as `g softplus(-x) + (1 - g) softplus(x)`, finite for every finite x; its gradient
 * is `(p - g) / N`. Probabilities of exactly 0 or 1 cost at most 100 (PyTorch's floor) and keep a gradient that
 * points the right way.
 *
 * One-class images need no policy: each pixel counts for itself.
 *
 * `labelSmoothing` s moves a target g to `g (1 - s) + s / 2`, as PyTorch's cross entropy over two classes and
 * Keras do. segmentation-models-pytorch's `SoftBCEWithLogitsLoss` writes `g (1 - s) + (1 - g) s`: its
 * `smooth_factor` is half of this s.
 *
 * Kin: {@link weightedCrossEntropyLoss} weighs the foreground, {@link focalLoss} the hard pixels.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, shares in 0 .. 1
 * @throws {@link OptionError} in mode "multiclass": see {@link categoricalCrossEntropyLoss}
 * @see Jadon 2020, eq. 1
 * @example
 * ```ts
 * import { binaryCrossEntropyLoss, tensor } from "segtape";
 * const loss = binaryCrossEntropyLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // log 2 = 0.6931...
 * ```
 */
export const binaryCrossEntropyLoss: Loss<BinaryCrossEntropyOptions> = defineLoss<BinaryCrossEntropyOptions>(
  "binaryCrossEntropyLoss",
  {
    title: "Binary cross entropy",
    family: "pixel",
    summary: "The negative log likelihood of each pixel's label: every pixel counts the same.",
    formula: "L = mean of -[g log p + (1 - g) log(1 - p)]",
    latex: "L = -\\frac{1}{N}\\sum_i g_i \\log p_i + (1 - g_i)\\log(1 - p_i)",
    source: "Jadon 2020, eq. 1",
    modes: ["binary", "multilabel"],
    instead: "categoricalCrossEntropyLoss",
    shared: PIXEL_LOSS,
    options: {
      labelSmoothing: { default: 0, min: 0, max: 1, doc: "moves targets towards 1/2: g (1 - s) + s / 2" },
    },
  },
  (pixels, { labelSmoothing: s }) => {
    const g = s === 0 ? pixels.g : pixels.g.mul(1 - s).add(s / 2);
    return g.mul(pixels.logP).add(complement(g).mul(pixels.logQ)).neg();
  },
);
