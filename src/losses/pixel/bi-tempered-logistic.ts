import type { Tensor } from "../../tensor.ts";
import { charged } from "../shared/classes.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, type Pixels } from "../shared/pixels.ts";
import { temperedLog, temperedLogSoftmax } from "../shared/tempered.ts";

/** Options of {@link biTemperedLogisticLoss} beside the shared ones. */
export interface BiTemperedLogisticOptions extends Omit<SharedOptions, "aggregate"> {
  /** Temperature of the logarithm: below 1 the cost of a pixel is bounded. Range 0 .. 1. @defaultValue 0.8 */
  readonly t1?: number;
  /** Temperature of the softmax: above 1 it has a heavy tail. Range 1 .. 4. @defaultValue 1.4 */
  readonly t2?: number;
  /** Moves targets towards 1/C: `g (1 - s) + s / C`. Range 0 .. 1. @defaultValue 0 */
  readonly labelSmoothing?: number;
}

/** Logits and shares with classes along axis 2; one channel is the second of two classes, beside a logit of 0. */
function classesOf(pixels: Pixels): { x: Tensor; g: Tensor } {
  const { logits, g, shape } = pixels;
  const [n, c, ...space] = shape;
  if (pixels.mode === "multiclass") {
    return { x: logits.reshape([n, 1, c, ...space]), g: g.reshape([n, 1, c, ...space]) };
  }
  const pair = (first: Tensor, second: Tensor) =>
    first.reshape([n, c, 1, ...space]).concat(second.reshape([n, c, 1, ...space]), 2);
  return { x: pair(logits.mul(0), logits), g: pair(complement(g), g) };
}

/**
 * Bi-tempered logistic loss: cross entropy with a bounded logarithm and a heavy-tailed softmax, against labels
 * that are wrong far from the border (the first) and near it (the second).
 *
 * `L = mean over pixels of sum_c g_c (log_t1 g_c - log_t1 p_c) - (g_c^(2 - t1) - p_c^(2 - t1)) / (2 - t1)`,
 * `p_c = exp_t2(x_c - l)`, l such that `sum_c p_c = 1`
 *
 * Symbols: x logits, g target share, `log_t(u) = (u^(1 - t) - 1) / (1 - t)`, exp_t its inverse. It is a
 * distance: 0 where p = g, soft targets included. One channel is the second of two classes, whose first has the
 * logit 0, as in the authors' code (some ports take -x and x, which is a logit of 2x). Probabilities, where
 * they are given instead of logits, are taken for those of a plain sigmoid or softmax: their logits are what is
 * tempered.
 *
 * The normaliser l is iterated to rounding (the authors' code takes 5 steps of a slower iteration
 * by default), and its derivative is exact. Value and gradient are finite for every finite logit. A heavy tail
 * means that certainty comes slowly: at t2 = 1.4 a logit of 80 leaves 1 - p = 2e-4. t2 below 1 (a softmax
 * of finite support) is not taken.
 *
 * `labelSmoothing` s is that of {@link categoricalCrossEntropyLoss}; the authors' code smooths by
 * `g (1 - s C / (C - 1)) + s / (C - 1)`, whose s is (C - 1) / C of this one. One-class images need no policy:
 * each pixel counts for itself.
 *
 * Kin: `t1: 1, t2: 1` is {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss} for hard
 * targets, and less the target's entropy for soft ones.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Amid et al. 2019 (arXiv 1906.03361), section 3
 * @example
 * ```ts
 * import { biTemperedLogisticLoss, tensor } from "segtape";
 * const options = { t1: 0, t2: 2 };
 * const loss = biTemperedLogisticLoss(tensor([[[[0]]]]), tensor([[[[1]]]]), options);
 * await loss.item(); // 1 - 1/2 - (1 - 1/4 - 1/4) / 2 = 0.25
 * ```
 */
export const biTemperedLogisticLoss: Loss<BiTemperedLogisticOptions> = defineLoss<BiTemperedLogisticOptions>(
  "biTemperedLogisticLoss",
  {
    title: "Bi-tempered logistic",
    family: "pixel",
    summary:
      "Cross entropy with a bounded cost and a heavy-tailed softmax: bears wrong labels, far and near.",
    formula:
      "L = mean of sum_c g_c (log_t1 g_c - log_t1 p_c) - (g_c^(2 - t1) - p_c^(2 - t1)) / (2 - t1), p = exp_t2(x - l)",
    latex:
      "L = \\frac{1}{N}\\sum_i\\sum_c g_{ic} (\\log_{t_1} g_{ic} - \\log_{t_1} p_{ic})" +
      " - \\frac{g_{ic}^{2 - t_1} - p_{ic}^{2 - t_1}}{2 - t_1}, \\quad " +
      "p_{ic} = \\exp_{t_2}(x_{ic} - \\lambda_i)",
    source: "Amid et al. 2019, section 3",
    shared: PIXEL_LOSS,
    options: {
      t1: { default: 0.8, min: 0, max: 1, doc: "temperature of the logarithm; below 1 costs are bounded" },
      t2: { default: 1.4, min: 1, max: 4, doc: "temperature of the softmax; above 1 it has a heavy tail" },
      labelSmoothing: { default: 0, min: 0, max: 1, doc: "moves targets towards 1/C: g (1 - s) + s / C" },
    },
  },
  (pixels, { t1, t2, labelSmoothing }) => {
    const { x, g: shares } = classesOf(pixels.mode === "multiclass" ? pixels.whole : pixels);
    const g = labelSmoothing === 0 ? shares : shares.mul(1 - labelSmoothing).add(labelSmoothing / x.shape[2]);
    const logP = temperedLogSoftmax(x, 2, t2);
    const distance = temperedLog(g.safeLog(), t1).sub(temperedLog(logP, t1)).mul(g);
    const power = 2 - t1;
    const balance = g.pow(power).sub(logP.mul(power).exp()).div(power);
    const cost = distance.sub(balance).sum(2);
    return pixels.mode === "multiclass" ? charged(cost, pixels) : cost;
  },
);
