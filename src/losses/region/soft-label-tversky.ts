import { softLabelCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import { tverskyIndex } from "../shared/overlap.ts";
import { complement } from "../shared/pixels.ts";
import { TVERSKY_OPTIONS, type TverskyOptions } from "./tversky.ts";

/** Options of {@link softLabelTverskyLoss}: those of {@link tverskyLoss}. */
export interface SoftLabelTverskyOptions extends TverskyOptions {}

/**
 * Soft-label Tversky loss: misses and false alarms of shares, with weights of their own, so that the best
 * prediction of a soft label is that label.
 *
 * `L = 1 - TI`, `TI = (TP + s) / (TP + a FP + b FN + s)`, `TP = sum min(p, g)`, `FP = sum max(p - g, 0)`, `FN =
 * sum max(g - p, 0)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, a `falsePositiveWeight`, b `falseNegativeWeight`, s `smooth`. For g of
 * 0 and 1 the counts, and the loss, are those of {@link tverskyLoss}. It is what MONAI (`soft_label`) and smp
 * take the Tversky loss for. Range 0 .. 1.
 *
 * Kinks: at `p = g` the slope of a pixel jumps; there its hit has the mean of both sides and its errors have
 * none, so that the gradient of a perfect prediction is 0 whatever the weights. The second derivative does
 * not see the jump.
 *
 * One-class images: as in {@link tverskyLoss}. An empty mask costs `1 - s / (a sum p + s)`, whose gradient
 * pushes every p above 0 down; a full mask is an ordinary case; with `smooth: 0` an empty mask has no gradient.
 *
 * Kin: with both weights 1/2, {@link softLabelDiceLoss} with twice the smoothing; with both 1,
 * {@link softLabelJaccardLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wang et al. 2023, "Dice Semimetric Losses", compatible Tversky loss
 * @example
 * ```ts
 * import { softLabelTverskyLoss, tensor } from "segtape";
 * const p = tensor([[[[0.5, 0.5]]]]);
 * const g = tensor([[[[0.5, 0.25]]]]);
 * const loss = softLabelTverskyLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // 0.3 * 0.25 / (0.75 + 0.3 * 0.25) = 0.0909...
 * ```
 */
export const softLabelTverskyLoss: Loss<SoftLabelTverskyOptions> = defineLoss<SoftLabelTverskyOptions>(
  "softLabelTverskyLoss",
  {
    title: "Soft-label Tversky",
    family: "region",
    summary:
      "Tversky that is right for soft labels: misses and false alarms of shares, each with its weight.",
    formula: "L = 1 - (TP + s) / (TP + a FP + b FN + s), TP = sum min(p, g)",
    latex:
      "L = 1 - \\frac{TP + s}{TP + \\alpha FP + \\beta FN + s}, \\quad TP = \\sum \\min(p, g), " +
      "\\ FP = \\sum \\max(p - g, 0), \\ FN = \\sum \\max(g - p, 0)",
    source: "Wang et al. 2023 (Dice semimetric losses)",
    shared: REGION_LOSS,
    options: TVERSKY_OPTIONS,
  },
  (pixels, options) => complement(tverskyIndex(softLabelCounts(pixels), options)),
);
