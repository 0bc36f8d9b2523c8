import { full } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { overSpace } from "../shared/mass.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, type Pixels } from "../shared/pixels.ts";

/** Options of {@link balancedCrossEntropyLoss} beside the shared ones. */
export interface BalancedCrossEntropyOptions extends SharedOptions {
  /**
   * Weight of the foreground term, `1 - beta` on the background: the background's share of the pixels, or a
   * number in 0 .. 1 (at 0 or 1, one of the two classes has no gradient).
   * @defaultValue "auto"
   */
  readonly beta?: "auto" | number;
}

/**
 * Share of background of each image and channel, `[n or 1, c, 1, ...]`, held within `1/(N+1) .. 1 - 1/(N+1)`:
 * as though one more pixel were of the class that is missing.
 */
function backgroundShare(pixels: Pixels): Tensor {
  const share = pixels.mean(complement(pixels.g));
  const n = pixels.countPresent();
  const least = typeof n === "number" ? full([1, 1], 1 / (n + 1)) : n.add(1).pow(-1);
  return share.maximum(least).minimum(complement(least));
}

/**
 * Balanced cross entropy: each image's rarer class weighs as much as its commoner one.
 *
 * `L = mean over pixels of -[b g log p + (1 - b) (1 - g) log(1 - p)]`
 *
 * Symbols: p predicted, g target share, b `beta`: with "auto" the share of background among the pixels of the
 * image and channel (of the channel in the whole batch with `aggregate: "batch"`; `pixelWeights` weigh it), a
 * constant for derivatives. HED sums over pixels (`reduction: "sum"`); most others take the mean, as here by
 * default.
 *
 * From logits x it is computed through softplus(x) and softplus(-x), finite for every finite x; its gradient
 * is `((1 - b) p (1 - g) - b g (1 - p)) / N`. Probabilities of exactly 0 or 1 cost at most 100 times their
 * weight.
 *
 * One-class images: the formula as published has b = 1 on an empty mask and b = 0 on a full one, so that
 * neither the loss nor its gradient sees them. Here b is held within `1/(N+1) .. 1 - 1/(N+1)`, N the number
 * of pixels, as though one more pixel were of the missing class: such an image costs `mean / (N+1)` of its
 * cross entropy, about the share that the larger class has in an image with a single pixel of the other, and
 * every logit is pushed the right way. Unweighted images with both classes are never touched.
 *
 * Kin: with a number, `1 - b` times {@link weightedCrossEntropyLoss} with `positiveWeight: b / (1 - b)`;
 * `beta: 0.5` is half of {@link binaryCrossEntropyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, shares in 0 .. 1
 * @throws {@link OptionError} in mode "multiclass": see {@link categoricalCrossEntropyLoss} with
 * `classWeights`
 * @see Xie and Tu 2015 (HED), eq. 2; Jadon 2020, eq. 3
 * @example
 * ```ts
 * import { balancedCrossEntropyLoss, tensor } from "segtape";
 * const loss = balancedCrossEntropyLoss(tensor([[[[0, 0, 0, 0]]]]), tensor([[[[1, 0, 0, 0]]]]));
 * await loss.item(); // (0.75 + 3 * 0.25) / 4 log 2 = 0.2599...
 * ```
 */
export const balancedCrossEntropyLoss: Loss<BalancedCrossEntropyOptions> =
  defineLoss<BalancedCrossEntropyOptions>(
    "balancedCrossEntropyLoss",
    {
      title: "Balanced cross entropy",
      family: "pixel",
      summary: "Cross entropy in which each image's rarer class weighs as much as its commoner one.",
      formula: "L = mean of -[b g log p + (1 - b) (1 - g) log(1 - p)], b = share of background",
      latex:
        "L = -\\frac{1}{N}\\sum_i \\beta g_i \\log p_i + (1 - \\beta)(1 - g_i)\\log(1 - p_i), " +
        "\\quad \\beta = 1 - \\frac{1}{N}\\sum_i g_i",
      source: "Xie and Tu 2015, eq. 2",
      constants: "beta",
      modes: ["binary", "multilabel"],
      instead: "categoricalCrossEntropyLoss with classWeights",
      shared: EVERY_LOSS,
      options: {
        beta: {
          default: "auto",
          choices: ["auto"],
          min: 0,
          max: 1,
          doc: "weight of the foreground, 1 - beta on the rest; auto: the share of background",
        },
      },
    },
    (pixels, { beta: asked }) => {
      const { g, logP, logQ } = pixels;
      const beta =
        asked === "auto" ? stopGradient(overSpace(backgroundShare(pixels), pixels)) : full([], asked);
      return beta
        .mul(g)
        .mul(logP)
        .add(complement(beta).mul(complement(g)).mul(logQ))
        .neg();
    },
  );
