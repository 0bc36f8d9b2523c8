import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { diceCoefficient } from "../shared/overlap.ts";
import { complement } from "../shared/pixels.ts";

/** Options of {@link logCoshDiceLoss} beside the shared ones. */
export interface LogCoshDiceOptions extends SharedOptions, SmoothOptions {}

/**
 * Log-cosh Dice loss: the Dice loss through a curve that is flat near 0.
 *
 * `L = log cosh(1 - D)`, `D = (2 sum p g + s) / (sum p + sum g + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, s `smooth`. Computed as `log1p(2 sinh(u/2)^2)` with u = 1 - D: the
 * published `log((e^u + e^-u) / 2)` loses its digits near u = 0. The gradient is `tanh(u)` times that of the
 * Dice loss, so it fades as the prediction gets right. Range 0 .. 0.4338.
 *
 * One-class images: as in {@link diceLoss}. An empty mask costs log cosh of `1 - s / (sum p + s)`, whose
 * gradient pushes every p down; a full mask is an ordinary case; with `smooth: 0` an empty mask has no
 * gradient.
 *
 * Kin: about `u^2 / 2` of {@link diceLoss} u for small u.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Jadon 2020, eq. 32
 * @example
 * ```ts
 * import { logCoshDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await logCoshDiceLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // log cosh 0.2 = 0.0198...
 * ```
 */
export const logCoshDiceLoss: Loss<LogCoshDiceOptions> = defineLoss<LogCoshDiceOptions>(
  "logCoshDiceLoss",
  {
    title: "Log-cosh Dice",
    family: "region",
    summary: "The Dice loss made smooth at its optimum: the gradient fades as the prediction gets right.",
    formula: "L = log cosh(1 - (2 sum p g + s) / (sum p + sum g + s))",
    latex: "L = \\log\\cosh\\left(1 - \\frac{2\\sum p g + s}{\\sum p + \\sum g + s}\\right)",
    source: "Jadon 2020, eq. 32",
    shared: REGION_LOSS,
    options: { smooth: { default: 1, min: 0, doc: "added to numerator and denominator" } },
  },
  (pixels, smooth) => {
    const half = complement(diceCoefficient(pixels, smooth)).div(2);
    const sinh = half.expm1().sub(half.neg().expm1()).div(2);
    return sinh.square().mul(2).log1p();
  },
);
