import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link diceLoss} beside the shared ones. */
export interface DiceOptions extends SharedOptions, SmoothOptions {
  /** Squares p and g in the denominator (Milletari's V-Net form). @defaultValue false */
  readonly squared?: boolean;
  /** `-log D` instead of `1 - D`. @defaultValue false */
  readonly log?: boolean;
}

/**
 * Dice loss: one minus the soft overlap coefficient of prediction and target.
 *
 * `L = 1 - D`, `D = (2 sum p g + s) / (sum p + sum g + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, s `smooth`. `squared: true` takes `sum p^2 + sum g^2` below the line.
 *
 * Other names: log-Dice is `log: true`. The consistency-enhanced loss of MINet, `(FP + FN) / (sum p + sum g + s)`,
 * is this loss with `smooth: 1e-6, aggregate: "batch"`, since `1 - D` has the same numerator.
 *
 * One-class images: an empty mask costs `1 - s / (sum p + s)`, whose gradient pushes every p down; a full mask is
 * an ordinary case. With `smooth: 0` an empty mask costs 1 with no gradient, and 0 where p is 0 throughout.
 *
 * Kin: equal to {@link tverskyLoss} with both weights 1/2 and half the smoothing; to {@link jaccardLoss} J by
 * `D = 2J / (1 + J)` without smoothing. For targets that are shares see {@link softLabelDiceLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Milletari et al. 2016 (V-Net); Sudre et al. 2017; Jadon 2020, eq. 8
 * @example
 * ```ts
 * import { diceLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await diceLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 2 / 2.5 = 0.2
 * ```
 */
export const diceLoss: Loss<DiceOptions> = defineLoss<DiceOptions>(
  "diceLoss",
  {
    title: "Dice",
    family: "region",
    summary:
      "One minus the soft overlap of prediction and target: small objects weigh as much as large ones.",
    formula: "L = 1 - (2 sum p g + s) / (sum p + sum g + s)",
    latex: "L = 1 - \\frac{2\\sum p g + s}{\\sum p + \\sum g + s}",
    source: "Milletari et al. 2016; Jadon 2020, eq. 8",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
      squared: { default: false, doc: "squares p and g in the denominator" },
      log: { default: false, doc: "-log D instead of 1 - D" },
    },
  },
  (pixels, { squared, log, smoothNumerator, smoothDenominator }) => {
    const { p, g } = pixels;
    const overlap = pixels.sum(p.mul(g)).mul(2).add(smoothNumerator);
    const total = pixels
      .sum(squared ? p.square() : p)
      .add(pixels.sum(squared ? g.square() : g))
      .add(smoothDenominator);
    const dice = ratio(overlap, total, 1);
    return log ? dice.safeLog().neg() : complement(dice);
  },
);
