import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { hardest, shareOf } from "../shared/hardest.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link topKCrossEntropyLoss} beside the shared ones. */
export interface TopKCrossEntropyOptions extends SharedOptions {
  /** Share of the pixels that count, the hardest ones. Above 0, up to 1. @defaultValue 0.1 */
  readonly share?: number;
}

/**
 * Top-k cross entropy: the mean cross entropy of an image's hardest pixels, the others left alone.
 *
 * `L = (1/k) sum of the k largest CE`, `k = share N` rounded down, at least 1
 *
 * Symbols: CE cross entropy of a pixel (of a pixel and channel where channels are independent, each of which
 * has its own k), N the number of pixels of the image; with `aggregate: "batch"`, of the batch, as in nnU-Net
 * and SegLossOdyssey. Which pixels are taken is a constant for derivatives.
 *
 * Pixels that tie for the last places share them evenly, so that neither value nor gradient depends on the
 * order of pixels. Ignored pixels, and those of weight 0, are not there: they are not taken, and N does not
 * count them (nnU-Net counts them in N). Pixels are ranked by their plain cross entropy; `pixelWeights` and
 * `classWeights` then weigh the mean over those taken. With `reduction: "none"` each pixel taken has its cross
 * entropy times N / k, so that the mean over all pixels is the loss.
 *
 * One-class images: the hardest pixels are the most wrong ones, and are pulled towards the class; the others
 * have no gradient.
 *
 * Kin: `share: 1` is {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss};
 * {@link ohemCrossEntropyLoss} takes pixels by a threshold. Wu et al. call this online bootstrapping, which
 * has nothing to do with {@link bootstrappedCrossEntropyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wu et al. 2016 (arXiv 1605.06885); Isensee et al. 2021 (nnU-Net)
 * @example
 * ```ts
 * import { tensor, topKCrossEntropyLoss } from "segtape";
 * const p = tensor([[[[0.9, 0.5, 0.8, 0.25]]]]);
 * const g = tensor([[[[1, 1, 1, 1]]]]);
 * const loss = topKCrossEntropyLoss(p, g, { input: "probabilities", share: 0.5 });
 * await loss.item(); // (log 2 + log 4) / 2 = 1.0397...
 * ```
 */
export const topKCrossEntropyLoss: Loss<TopKCrossEntropyOptions> = defineLoss<TopKCrossEntropyOptions>(
  "topKCrossEntropyLoss",
  {
    title: "Top-k cross entropy",
    family: "pixel",
    summary: "The mean cross entropy of the hardest share of an image's pixels: what is right is left alone.",
    formula: "L = (1/k) sum of the k largest CE, k = share N",
    latex: "L = \\frac{1}{k}\\sum_{i \\in \\mathrm{top}_k(\\mathrm{CE})} \\mathrm{CE}_i",
    source: "Wu et al. 2016",
    constants: "which pixels are the hardest",
    shared: EVERY_LOSS,
    options: {
      share: { default: 0.1, min: 0, exclusiveMin: true, max: 1, doc: "share of the pixels that count" },
    },
  },
  (pixels, { share, aggregate = "image" }) =>
    hardest(pixels, aggregate, (_costs, present) => shareOf(present, share)),
);
