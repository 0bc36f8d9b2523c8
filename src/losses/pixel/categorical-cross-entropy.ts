import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link categoricalCrossEntropyLoss} beside the shared ones. */
export interface CategoricalCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** Moves targets towards 1/C: `g (1 - s) + s / C`. Range 0 .. 1. @defaultValue 0 */
  readonly labelSmoothing?: number;
}

/**
 * Categorical cross entropy: the negative log likelihood of each pixel's class.
 *
 * `L = mean over pixels of -sum_c g_c log p_c`
 *
 * Symbols: p predicted, g target share, C the number of channels. With `classWeights` w it is the weighted
 * mean `-sum w_c g_c log p_c / sum w_c g_c`. With `labelSmoothing` s the shares above the line become `g (1 -
 * s) + s / C` and those below it stay, so that both options together give PyTorch's `cross_entropy`. The
 * `smooth_factor` of segmentation-models-pytorch's `SoftCrossEntropyLoss` is the same s.
 *
 * From logits, log p is taken by log-softmax, finite for every finite logit; the gradient is `(p - g) / N`.
 * Probabilities of exactly 0 cost at most 100 and keep a gradient that points the right way.
 * `includeBackground: false` leaves the mean over the pixels of the other classes.
 *
 * One-class images need no policy: each pixel counts for itself. Where no pixel counts (all of them ignored,
 * or of classes with weight 0), the loss is 0 without gradient rather than 0 / 0.
 *
 * Kin: {@link binaryCrossEntropyLoss} for independent channels; {@link focalLoss} with `gamma: 0, alpha:
 * null` is this loss.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]`
 * @throws {@link OptionError} in modes "binary" and "multilabel": see {@link binaryCrossEntropyLoss}
 * @see Bishop 2006, eq. 4.108; label smoothing: Szegedy et al. 2016, section 7
 * @example
 * ```ts
 * import { categoricalCrossEntropyLoss, tensor } from "segtape";
 * const logits = tensor([[[[0, 0]], [[0, 0]]]]);
 * await categoricalCrossEntropyLoss(logits, tensor([[[1, 0]]])).item(); // log 2 = 0.6931...
 * ```
 */
export const categoricalCrossEntropyLoss: Loss<CategoricalCrossEntropyOptions> =
  defineLoss<CategoricalCrossEntropyOptions>(
    "categoricalCrossEntropyLoss",
    {
      title: "Categorical cross entropy",
      family: "pixel",
      summary: "The negative log likelihood of each pixel's class: every pixel counts the same.",
      formula: "L = mean of -sum_c g_c log p_c",
      latex: "L = -\\frac{1}{N}\\sum_i\\sum_c g_{ic} \\log p_{ic}",
      source: "Bishop 2006, eq. 4.108",
      modes: ["multiclass"],
      instead: "binaryCrossEntropyLoss",
      shared: PIXEL_LOSS,
      options: {
        labelSmoothing: { default: 0, min: 0, max: 1, doc: "moves targets towards 1/C: g (1 - s) + s / C" },
      },
    },
    (pixels, { labelSmoothing: s }, { prediction }) => {
      const classes = prediction.shape[1];
      const g = s === 0 ? pixels.g : pixels.g.mul(1 - s).add(s / classes);
      return g.mul(pixels.logP).neg();
    },
  );
