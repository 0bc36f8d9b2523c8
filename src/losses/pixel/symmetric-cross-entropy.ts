import type { Tensor } from "../../tensor.ts";
import { charged } from "../shared/classes.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link symmetricCrossEntropyLoss} beside the shared ones. */
export interface SymmetricCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** Weight of cross entropy, the paper's alpha. From 0. @defaultValue 0.1 */
  readonly crossEntropyWeight?: number;
  /** Weight of reverse cross entropy, the paper's beta. From 0. @defaultValue 1 */
  readonly reverseWeight?: number;
  /** What log 0 is taken for, the paper's A. Range -100 .. 0. @defaultValue -4 */
  readonly logZero?: number;
}

/**
 * Symmetric cross entropy: cross entropy and its reverse, with prediction and target in each other's place.
 *
 * `L = mean over pixels of a CE + b RCE`, `RCE = -sum_c p_c max(log g_c, A)`
 *
 * Symbols: p predicted, g target share, a `crossEntropyWeight`, b `reverseWeight`, A `logZero`. One channel is
 * the foreground of two classes. For hard targets `RCE = -A (1 - p_t)`: it is bounded, and so bears wrong
 * labels. Many ports clip labels at 1e-4 "for A = -4", but the logarithm is the natural one: theirs is A = log
 * 1e-4 = -9.21.
 *
 * From logits, value and gradient are finite for every finite logit. One-class images need no policy: each
 * pixel counts for itself.
 *
 * Kin: for hard targets it is a times {@link polyCrossEntropyLoss} with `epsilon: -A b / a`; `reverseWeight: 0`
 * is a times {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wang et al. 2019 (arXiv 1908.06112)
 * @example
 * ```ts
 * import { symmetricCrossEntropyLoss, tensor } from "segtape";
 * const loss = symmetricCrossEntropyLoss(tensor([[[[0]]]]), tensor([[[[1]]]]));
 * await loss.item(); // 0.1 log 2 + 4/2 = 2.0693...
 * ```
 */
export const symmetricCrossEntropyLoss: Loss<SymmetricCrossEntropyOptions> =
  defineLoss<SymmetricCrossEntropyOptions>(
    "symmetricCrossEntropyLoss",
    {
      title: "Symmetric cross entropy",
      family: "pixel",
      summary: "Cross entropy and its bounded reverse: learns from labels without trusting each of them.",
      formula: "L = mean of a CE + b RCE, RCE = -sum_c p_c max(log g_c, A)",
      latex:
        "L = \\frac{1}{N}\\sum_i -\\alpha\\sum_c g_{ic} \\log p_{ic}" +
        " - \\beta\\sum_c p_{ic} \\max(\\log g_{ic}, A)",
      source: "Wang et al. 2019",
      shared: PIXEL_LOSS,
      options: {
        crossEntropyWeight: { default: 0.1, min: 0, doc: "weight of cross entropy" },
        reverseWeight: { default: 1, min: 0, doc: "weight of reverse cross entropy" },
        logZero: { default: -4, min: -100, max: 0, doc: "what log 0 is taken for" },
      },
    },
    (pixels, { crossEntropyWeight, reverseWeight, logZero }) => {
      const log = (g: Tensor) => g.safeLog().maximum(logZero);
      const join = (cost: Tensor, reverse: Tensor) =>
        cost.mul(crossEntropyWeight).sub(reverse.mul(reverseWeight));
      if (pixels.mode === "multiclass") {
        const { p, g, crossEntropy } = pixels.whole;
        return charged(join(crossEntropy, p.mul(log(g))).sum(1, true), pixels);
      }
      const { p, q, g, crossEntropy } = pixels;
      return join(crossEntropy, p.mul(log(g)).add(q.mul(log(complement(g)))));
    },
  );
