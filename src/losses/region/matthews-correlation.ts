import type { Tensor } from "../../tensor.ts";
import { complementCounts, softCounts } from "../shared/counts.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link matthewsCorrelationLoss} beside the shared ones. */
export interface MatthewsCorrelationOptions extends SharedOptions, Pick<SmoothOptions, "smooth"> {}

/** `count / sqrt(a b)`, a share of at most 1; where a or b is 0 the count is 0, and so is the share. */
function share(count: Tensor, a: Tensor, b: Tensor): Tensor {
  const product = a.mul(b);
  const none = product.equal(0);
  return none.where(0, count.div(none.where(1, product).sqrt()));
}

/** A {@link share} of what is right; 1 where there is nothing to be right about. */
const rightShare = (count: Tensor, a: Tensor, b: Tensor): Tensor =>
  a
    .add(b)
    .equal(0)
    .where(1, share(count, a, b));

/**
 * Matthews correlation loss: one minus the correlation of prediction and target, in which both classes count
 * alike.
 *
 * `L = 1 - (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))`, for each image and class, then
 * reduced, with s added to TP and to TN.
 *
 * Symbols: `TP = sum p g`, `TN = sum (1 - p) (1 - g)`, `FP = sum p (1 - g)`, `FN = sum (1 - p) g`, p predicted,
 * g target share, s `smooth`. Range 0 .. 2: 0 right, 1 no better than chance, 2 all wrong. Each class of
 * several is set against all others, and the values are reduced.
 *
 * It is computed as `TP / sqrt(P G) * TN / sqrt(Q H) - FP / sqrt(P H) * FN / sqrt(Q G)` with the four sums `P
 * = TP + FP`, `G = TP + FN`, `Q = TN + FN`, `H = TN + FP`: every factor lies in 0 .. 1, and no product of four
 * counts is formed, which for volumes comes near the end of float32.
 *
 * One-class images: without a pixel of one class the fraction is 0 / 0. Here s is an agreement of either class
 * that is always there: an empty mask costs `1 - sqrt(s / (s + sum p) * (s + sum (1 - p)) / (s + N))`, N its
 * pixels: 0 where p is 0 throughout, and every p is pushed down, of a full mask up. smp adds 1e-5 to all four
 * counts, so that a perfect empty mask costs nearly 1; the paper's code adds 1e-7 under the root, where an
 * empty mask has no gradient. With `smooth: 0` it costs 1 without a gradient, and 0 where p is 0 throughout.
 *
 * Kin: `TP / sqrt(P G)` is the geometric mean of precision and recall, where {@link diceLoss} has their
 * harmonic mean; it is what is left of L where the background is vast and right.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `smoothNumerator` and `smoothDenominator`: s is part of two counts
 * @see Abhishek and Hamarneh 2021 (ISBI); Matthews 1975
 * @example
 * ```ts
 * import { matthewsCorrelationLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 1, 0, 0]]]]);
 * const g = tensor([[[[1, 0, 0, 0]]]]);
 * const loss = matthewsCorrelationLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // 1 - 2 / sqrt(12) = 0.4226...
 * ```
 */
export const matthewsCorrelationLoss: Loss<MatthewsCorrelationOptions> =
  defineLoss<MatthewsCorrelationOptions>(
    "matthewsCorrelationLoss",
    {
      title: "Matthews correlation",
      family: "region",
      summary: "One minus the correlation of prediction and target: foreground and background count alike.",
      formula: "L = 1 - (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))",
      latex: "L = 1 - \\frac{TP\\,TN - FP\\,FN}{\\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}}",
      source: "Abhishek and Hamarneh 2021",
      shared: [...EVERY_LOSS, "smooth"],
      options: { smooth: { default: 1, min: 0, doc: "added to the right pixels of either class" } },
    },
    (pixels, { smooth }) => {
      const counts = softCounts(pixels);
      const { falsePositives, falseNegatives } = counts;
      const truePositives = counts.truePositives.add(smooth);
      const trueNegatives = complementCounts(pixels, counts).truePositives.add(smooth);
      const predicted = truePositives.add(falsePositives);
      const actual = truePositives.add(falseNegatives);
      const predictedRest = trueNegatives.add(falseNegatives);
      const actualRest = trueNegatives.add(falsePositives);
      const right = rightShare(truePositives, predicted, actual).mul(
        rightShare(trueNegatives, predictedRest, actualRest),
      );
      const wrong = share(falsePositives, predicted, actualRest).mul(
        share(falseNegatives, predictedRest, actual),
      );
      return complement(right).add(wrong);
    },
  );
