import { softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { OptionSpec, SharedOptions, SmoothOptions } from "../shared/options.ts";
import { tverskyIndex } from "../shared/overlap.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link tverskyLoss} beside the shared ones. */
export interface TverskyOptions extends SharedOptions, SmoothOptions {
  /** Weight of false positives, from 0. @defaultValue 0.3 */
  readonly falsePositiveWeight?: number;
  /** Weight of false negatives, from 0. @defaultValue 0.7 */
  readonly falseNegativeWeight?: number;
}

/** The options of this loss and of those made of it. */
export const TVERSKY_OPTIONS = {
  smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
  falsePositiveWeight: { default: 0.3, min: 0, doc: "weight of false positives" },
  falseNegativeWeight: { default: 0.7, min: 0, doc: "weight of false negatives" },
} as const satisfies Record<string, OptionSpec>;

/**
 * Tversky loss: one minus an overlap coefficient in which misses and false alarms have weights of their own.
 *
 * `L = 1 - TI`, `TI = (TP + s) / (TP + a FP + b FN + s)`, for each image and class, then reduced.
 *
 * Symbols: `TP = sum p g`, `FP = sum p (1 - g)`, `FN = sum (1 - p) g`, p predicted, g target share, a
 * `falsePositiveWeight`, b `falseNegativeWeight`, s `smooth`. The weights are called by what they weigh
 * because peers' alpha is a here and in the paper, MONAI and smp, but b in others; more weight on misses
 * raises recall. Range 0 .. 1.
 *
 * One-class images: an empty mask costs `1 - s / (a sum p + s)`, whose gradient pushes every p down; a full
 * mask is an ordinary case. With `smooth: 0` an empty mask costs 1 with no gradient, and 0 where p is 0
 * throughout.
 *
 * Kin: with both weights 1/2, {@link diceLoss} with twice the smoothing; with both 1, {@link jaccardLoss};
 * {@link focalTverskyLoss} takes a root of it.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Salehi et al. 2017; Jadon 2020, eq. 9-10
 * @example
 * ```ts
 * import { tensor, tverskyLoss } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await tverskyLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 1 / 1.15 = 0.1304...
 * ```
 */
export const tverskyLoss: Loss<TverskyOptions> = defineLoss<TverskyOptions>(
  "tverskyLoss",
  {
    title: "Tversky",
    family: "region",
    summary: "One minus the soft overlap, with separate weights for misses and false alarms.",
    formula: "L = 1 - (TP + s) / (TP + a FP + b FN + s)",
    latex: "L = 1 - \\frac{TP + s}{TP + \\alpha FP + \\beta FN + s}",
    source: "Salehi et al. 2017",
    shared: REGION_LOSS,
    options: TVERSKY_OPTIONS,
  },
  (pixels, options) => complement(tverskyIndex(softCounts(pixels), options)),
);
