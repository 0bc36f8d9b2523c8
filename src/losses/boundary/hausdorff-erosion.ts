import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { softErosion } from "../shared/neighbours.ts";
import type { SharedOptions } from "../shared/options.ts";
import { onKnown } from "../shared/pixels.ts";

/** Options of {@link hausdorffErosionLoss} beside the shared ones. */
export interface HausdorffErosionOptions extends SharedOptions {
  /** Power of the erosion's number: the higher, the more thick errors lead. From 0. @defaultValue 2 */
  readonly alpha?: number;
  /** How many erosions: errors up to about twice as thick are told apart. From 1. @defaultValue 10 */
  readonly erosions?: number;
}

/**
 * Hausdorff distance loss by erosion: squared errors are eroded again and again, and what survives longer
 * costs more.
 *
 * `L = mean over pixels of sum_k k^alpha E_k`, `E_k = erode(E_{k-1})`, `E_0 = (p - g)^2`, k = 1 ..
 * `erosions`, for each image and class, then reduced
 *
 * Symbols: p predicted, g target share; `erode` is the mean over a pixel and its nearest neighbours (a cross
 * of 5 in 2-D, of 7 in 3-D), less 1/2, held above 0, then stretched to 0 .. 1 in each image and class. Beyond
 * the image there is no error. Everything is differentiated, the stretching too; where several pixels share
 * the extremum, they share its gradient.
 *
 * Pixels of weight 0 (`ignoreIndex`, `pixelWeights`) hold no error, like those beyond the image; other
 * weights apply to the mean.
 *
 * It sees thick errors only: where no cross has a mean above 1/2, value and gradient are 0, which is so of
 * every good prediction. Add an overlap loss, as the paper does. An image without contrast after an erosion
 * is not stretched.
 *
 * One-class images need no policy: only errors are looked at. An empty or full mask is predicted wrong in a
 * thick region, or costs nothing.
 *
 * Kin: {@link hausdorffDistanceLoss} measures by distance transforms.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Karimi and Salcudean 2019 (the loss by erosion)
 * @example
 * ```ts
 * import { full, hausdorffErosionLoss, zeros } from "segtape";
 * const wrong = full([1, 1, 3, 3], 1);
 * const loss = hausdorffErosionLoss(wrong, zeros([1, 1, 3, 3]), { input: "probabilities", erosions: 2 });
 * // first erosion: 1 in the middle, 1/2 beside it, 0 in the corners; second: 1 in the middle alone
 * await loss.item(); // (1 + 4 / 2 + 2^2) / 9 = 0.7777...
 * ```
 */
export const hausdorffErosionLoss: Loss<HausdorffErosionOptions> = defineLoss<HausdorffErosionOptions>(
  "hausdorffErosionLoss",
  {
    title: "Hausdorff distance by erosion",
    family: "boundary",
    summary: "Squared errors eroded again and again: what survives longer costs more.",
    formula: "L = mean of sum_k k^alpha E_k, E_k = erode(E_(k-1)), E_0 = (p - g)^2",
    latex:
      "L = \\frac{1}{N}\\sum_i \\sum_{k=1}^{K} k^\\alpha E_k(i), \\quad E_k = E_{k-1} \\ominus B, " +
      "\\quad E_0 = (p - g)^2",
    source: "Karimi and Salcudean 2019, the loss by erosion",
    shared: EVERY_LOSS,
    options: {
      alpha: { default: 2, min: 0, doc: "power of the erosion's number" },
      erosions: { default: 10, min: 1, integer: true, doc: "how many erosions" },
    },
  },
  (pixels, { alpha, erosions }) => {
    let left = onKnown(pixels.p.sub(pixels.g).square(), pixels);
    let total = left.mul(0);
    for (let k = 1; k <= erosions; k++) {
      left = softErosion(left);
      total = total.add(left.mul(k ** alpha));
    }
    return pixels.mean(total);
  },
);
