import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { hardest } from "../shared/hardest.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link ohemCrossEntropyLoss} beside the shared ones. */
export interface OhemCrossEntropyOptions extends SharedOptions {
  /** Pixels whose true label is less probable are kept. Above 0, up to 1. @defaultValue 0.7 */
  readonly threshold?: number;
  /** At least so many pixels are kept, the hardest ones. An integer from 1. @defaultValue 10000 */
  readonly minKept?: number;
}

/**
 * Cross entropy with online hard example mining: the mean over the pixels that are not yet right enough.
 *
 * `L = mean of CE over pixels with p_t < t`, or over the `minKept` hardest if those are fewer
 *
 * Symbols: t `threshold`, p_t = exp(-CE) the probability of the true label (with soft targets, what their cross
 * entropy comes to), CE the cross entropy of a pixel, or of a pixel and channel where channels are independent.
 * Counts are those of each image and channel; with `aggregate: "batch"` of the whole batch, as in HRNet's and
 * PIDNet's code (`min_kept` 100000 or more). Images with fewer pixels than `minKept` are kept whole: set it to
 * suit small images. Which pixels are kept is a constant for derivatives.
 *
 * The mean is over the pixels kept; mmsegmentation's sampler divides by all pixels instead. Pixels that tie for
 * the last of the `minKept` places share them evenly. Ignored pixels, and those of weight 0, are not there.
 * Pixels are ranked by their plain cross entropy; `pixelWeights` and `classWeights` then weigh the mean over
 * those kept. With `reduction: "none"` each pixel kept has its cross entropy times N / k, so that the mean over
 * all pixels is the loss.
 *
 * One-class images: wrong pixels are kept and pulled towards the class; right ones have no gradient unless there
 * is room for them.
 *
 * Kin: with `minKept` no less than the number of pixels it is {@link binaryCrossEntropyLoss} or
 * {@link categoricalCrossEntropyLoss}; {@link topKCrossEntropyLoss} keeps a fixed share.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Shrivastava et al. 2016 (arXiv 1604.03540); for pixels, Wu et al. 2016 (arXiv 1605.06885)
 * @example
 * ```ts
 * import { ohemCrossEntropyLoss, tensor } from "segtape";
 * const p = tensor([[[[0.9, 0.5, 0.8, 0.25]]]]);
 * const g = tensor([[[[1, 1, 1, 1]]]]);
 * const loss = ohemCrossEntropyLoss(p, g, { input: "probabilities", minKept: 1 });
 * await loss.item(); // (log 2 + log 4) / 2 = 1.0397...
 * ```
 */
export const ohemCrossEntropyLoss: Loss<OhemCrossEntropyOptions> = defineLoss<OhemCrossEntropyOptions>(
  "ohemCrossEntropyLoss",
  {
    title: "Cross entropy with hard example mining",
    family: "pixel",
    summary: "The mean cross entropy of pixels that are not yet right enough, and of some number at least.",
    formula: "L = mean of CE over p_t < t, at least the minKept largest",
    latex: "L = \\frac{1}{|K|}\\sum_{i \\in K} \\mathrm{CE}_i, \\quad K = \\{i : p_{t,i} < t\\}",
    source: "Shrivastava et al. 2016; Wu et al. 2016",
    constants: "which pixels are kept",
    shared: EVERY_LOSS,
    options: {
      threshold: {
        default: 0.7,
        min: 0,
        exclusiveMin: true,
        max: 1,
        doc: "pixels whose true label is less probable are kept",
      },
      minKept: { default: 10000, min: 1, integer: true, doc: "at least so many pixels are kept" },
    },
  },
  (pixels, { threshold, minKept, aggregate = "image" }) =>
    hardest(pixels, aggregate, (costs, present) => {
      const wrong = costs.greater(-Math.log(threshold)).sum(2, true);
      return wrong.maximum(present.minimum(minKept)).maximum(1);
    }),
);
