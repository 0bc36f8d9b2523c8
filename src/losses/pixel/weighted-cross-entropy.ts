import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link weightedCrossEntropyLoss} beside the shared ones. */
export interface WeightedCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /**
   * Weight of the foreground term, above 0: more than 1 costs misses, less costs false alarms.
   * @defaultValue 2
   */
  readonly positiveWeight?: number;
}

/**
 * Weighted cross entropy: binary cross entropy whose foreground term counts more, or less.
 *
 * `L = mean over pixels of -[w g log p + (1 - g) log(1 - p)]`
 *
 * Symbols: p predicted, g target share, w `positiveWeight` (the survey's beta, PyTorch's and TensorFlow's
 * `pos_weight`). The mean divides by the number of pixels, not by the sum of the weights.
 *
 * From logits x it is computed as `w g softplus(-x) + (1 - g) softplus(x)`, finite for every finite x; its
 * gradient is `(p (1 - g) - w g (1 - p)) / N`. Probabilities of exactly 0 or 1 cost at most 100 (w times 100)
 * and keep a gradient that points the right way. One-class images need no policy: each pixel counts for
 * itself.
 *
 * Kin: `positiveWeight: 1` is {@link binaryCrossEntropyLoss}; {@link balancedCrossEntropyLoss} with `beta: b`
 * is `1 - b` times this loss with `positiveWeight: b / (1 - b)`.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, shares in 0 .. 1
 * @throws {@link OptionError} in mode "multiclass": see {@link categoricalCrossEntropyLoss} with
 * `classWeights`
 * @see Jadon 2020, eq. 2
 * @example
 * ```ts
 * import { tensor, weightedCrossEntropyLoss } from "segtape";
 * const loss = weightedCrossEntropyLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]), { positiveWeight: 3 });
 * await loss.item(); // (3 + 1) / 2 log 2 = 1.3862...
 * ```
 */
export const weightedCrossEntropyLoss: Loss<WeightedCrossEntropyOptions> =
  defineLoss<WeightedCrossEntropyOptions>(
    "weightedCrossEntropyLoss",
    {
      title: "Weighted cross entropy",
      family: "pixel",
      summary: "Cross entropy whose foreground pixels count more: fewer misses, more false alarms.",
      formula: "L = mean of -[w g log p + (1 - g) log(1 - p)]",
      latex: "L = -\\frac{1}{N}\\sum_i w g_i \\log p_i + (1 - g_i)\\log(1 - p_i)",
      source: "Jadon 2020, eq. 2",
      modes: ["binary", "multilabel"],
      instead: "categoricalCrossEntropyLoss with classWeights",
      shared: PIXEL_LOSS,
      options: {
        positiveWeight: { default: 2, min: 0, exclusiveMin: true, doc: "weight w of the foreground term" },
      },
    },
    (pixels, { positiveWeight }) => {
      const { g, logP, logQ } = pixels;
      return g.mul(logP).mul(positiveWeight).add(complement(g).mul(logQ)).neg();
    },
  );
