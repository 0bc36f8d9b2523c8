import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link generalizedCrossEntropyLoss} beside the shared ones. */
export interface GeneralizedCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** How far from cross entropy (towards 0), how near to the plain error (1). Above 0, up to 1. @defaultValue 0.7 */
  readonly q?: number;
}

/**
 * Generalized cross entropy: between cross entropy, which learns fast, and the plain error, which bears wrong
 * labels.
 *
 * `L = mean over pixels of (1 - p_t^q) / q`
 *
 * Symbols: p_t the probability of the true label, q in (0, 1]. Its gradient is cross entropy's times `p_t^q`:
 * pixels that contradict their label strongly count less, and no pixel costs more than 1 / q. Soft targets mix
 * the terms of all labels by their shares, `sum_c g_c (1 - p_c^q) / q`. The paper's truncated variant, which
 * drops samples after a look at the whole training set, is not here.
 *
 * Computed as `-expm1(q log p) / q`, with the logarithm taken from logits: exact at both ends, finite for every
 * finite logit. One-class images need no policy: each pixel counts for itself.
 *
 * Kin: for q towards 0 it becomes {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss}; q = 1
 * is `1 - p_t`, half of the absolute error summed over classes. {@link biTemperedLogisticLoss} with `t2: 1`
 * is this cost with q = 1 - t1, made proper by a further term.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Zhang and Sabuncu 2018 (arXiv 1805.07836)
 * @example
 * ```ts
 * import { generalizedCrossEntropyLoss, tensor } from "segtape";
 * const p = tensor([[[[0.25]]]]);
 * const options = { input: "probabilities", q: 0.5 };
 * await generalizedCrossEntropyLoss(p, tensor([[[[1]]]]), options).item(); // (1 - 1/2) / 0.5 = 1
 * ```
 */
export const generalizedCrossEntropyLoss: Loss<GeneralizedCrossEntropyOptions> =
  defineLoss<GeneralizedCrossEntropyOptions>(
    "generalizedCrossEntropyLoss",
    {
      title: "Generalized cross entropy",
      family: "pixel",
      summary:
        "A cost between cross entropy and the plain error: bounded, so that wrong labels do little harm.",
      formula: "L = mean of (1 - p_t^q) / q",
      latex: "L = \\frac{1}{N}\\sum_i \\frac{1 - p_{t,i}^q}{q}",
      source: "Zhang and Sabuncu 2018",
      shared: PIXEL_LOSS,
      options: {
        q: {
          default: 0.7,
          min: 0,
          exclusiveMin: true,
          max: 1,
          doc: "towards 0: cross entropy; 1: plain error",
        },
      },
    },
    (pixels, { q: exponent }) => {
      const { g, logP, logQ } = pixels;
      const cost = (log: Tensor) => log.mul(exponent).expm1().div(-exponent);
      const hit = g.mul(cost(logP));
      return pixels.mode === "multiclass" ? hit : hit.add(complement(g).mul(cost(logQ)));
    },
  );
