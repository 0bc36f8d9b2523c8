import type { Tensor } from "../../tensor.ts";
import { complementCounts, type SoftCounts, softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link softF1Loss} beside the shared ones. */
export interface SoftF1Options extends SharedOptions, SmoothOptions {}

/**
 * Soft F1 loss: one minus the mean of two F1 scores, of the class and of everything that is not the class.
 *
 * `L = 1 - (F + F') / 2`, `F = (2 TP + s) / (2 TP + FP + FN + s)`, `F' = (2 TN + s) / (2 TN + FP + FN + s)`,
 * for each image and class, then reduced.
 *
 * Symbols: `TP = sum p g`, `TN = sum (1 - p) (1 - g)`, `FP = sum p (1 - g)`, `FN = sum (1 - p) g`, p predicted,
 * g target share, s `smooth`. Known as the macro double soft F1 of multilabel classification, where sums run
 * over a batch of samples and denominators hold 1e-16; here they run over pixels. Range 0 .. 1. The class and
 * the rest change places without changing the loss.
 *
 * One-class images: the score of what is missing is `s / (errors + s)`, the other an ordinary case: both pull
 * every pixel the right way, and without smoothing the second still does.
 *
 * Kin: the mean of {@link diceLoss} over `p` and `1 - p`; {@link asymmetricFocalTverskyLoss} weighs the two.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Maiza 2019, "The unknown benefits of using a soft-F1 loss"; Bénédict et al. 2021 (sigmoidF1)
 * @example
 * ```ts
 * import { softF1Loss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await softF1Loss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - (2 / 2.5 + 1 / 1.5) / 2 = 0.2666...
 * ```
 */
export const softF1Loss: Loss<SoftF1Options> = defineLoss<SoftF1Options>(
  "softF1Loss",
  {
    title: "Soft F1",
    family: "region",
    summary: "One minus the mean F1 score of the class and of the rest: background counts as much.",
    formula: "L = 1 - (2 TP + s) / (4 TP + 2 FP + 2 FN + 2 s) - (2 TN + s) / (4 TN + 2 FP + 2 FN + 2 s)",
    latex:
      "L = 1 - \\tfrac{1}{2}\\left[\\frac{2TP + s}{2TP + FP + FN + s}" +
      " + \\frac{2TN + s}{2TN + FP + FN + s}\\right]",
    source: "Maiza 2019; Bénédict et al. 2021",
    shared: REGION_LOSS,
    options: { smooth: { default: 1, min: 0, doc: "added to numerator and denominator" } },
  },
  (pixels, { smoothNumerator, smoothDenominator }) => {
    const f1 = ({ truePositives, falsePositives, falseNegatives }: SoftCounts): Tensor => {
      const hits = truePositives.mul(2);
      const total = hits.add(falsePositives).add(falseNegatives).add(smoothDenominator);
      return ratio(hits.add(smoothNumerator), total, 1);
    };
    const counts = softCounts(pixels);
    return complement(
      f1(counts)
        .add(f1(complementCounts(pixels, counts)))
        .div(2),
    );
  },
);
