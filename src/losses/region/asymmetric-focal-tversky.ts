import { concat } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { complementCounts, softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { OptionSpec, SharedOptions, SmoothOptions, SmoothTerms } from "../shared/options.ts";
import { tverskyDistance } from "../shared/overlap.ts";
import type { Pixels } from "../shared/pixels.ts";
import { gentlePower } from "../shared/power.ts";

/** Options of {@link asymmetricFocalTverskyLoss} beside the shared ones. */
export interface AsymmetricFocalTverskyOptions extends SharedOptions, SmoothOptions {
  /** Weight of a class's misses, `1 - delta` on its false alarms. Range 0 .. 1. @defaultValue 0.7 */
  readonly delta?: number;
  /** The foreground's exponent is `1 - gamma`. From 0, below 1. @defaultValue 0.75 */
  readonly gamma?: number;
}

/** Gamma of an exponent `1 - gamma`: at 1 there would be no slope left. */
export const TVERSKY_GAMMA = {
  min: 0,
  max: 1,
  check: (gamma: unknown) =>
    typeof gamma === "number" && gamma >= 0 && gamma < 1 ? null : "a number from 0, below 1",
} as const satisfies Partial<OptionSpec>;

/** Powers of `1 - TI`, of the background and of every other class. */
interface Exponents {
  readonly background: number;
  readonly foreground: number;
}

/** The loss of each image and class, `[n, c]`. A channel that stands alone is the mean of its two classes. */
export function focalTverskyTerms(
  pixels: Pixels,
  delta: number,
  { background, foreground }: Exponents,
  smooth: SmoothTerms,
): Tensor {
  const counts = softCounts(pixels);
  const weights = { ...smooth, falsePositiveWeight: 1 - delta, falseNegativeWeight: delta };
  const distance = tverskyDistance(counts, weights);
  if (pixels.mode !== "multiclass") {
    const rest = tverskyDistance(complementCounts(pixels, counts), weights);
    return gentlePower(distance, foreground).add(gentlePower(rest, background)).div(2);
  }
  if (pixels.droppedBackground || background === foreground) return gentlePower(distance, foreground);
  const [first, others] = [distance.slice([[0], [0, 1]]), distance.slice([[0], [1]])];
  return concat([gentlePower(first, background), gentlePower(others, foreground)], 1);
}

/**
 * Asymmetric focal Tversky loss: Tversky losses of background and foreground, of which the foreground's goes
 * through a root, so that its small errors keep their weight.
 *
 * `L = mean of (1 - TI_0) and (1 - TI_1)^(1 - gamma)`, `TI_c = (TP_c + s) / (TP_c + (1 - d) FP_c + d FN_c +
 * s)`
 *
 * Symbols: 0 the background, 1 the foreground, d `delta`, s `smooth` (1e-7 in the authors' code), counts of
 * each class as in {@link tverskyLoss}. Each class has d on its own misses: a false alarm of the foreground is
 * a miss of the background. Exclusive classes: class 0 is the background, every other class a foreground (the
 * paper has one rare class r, which is the same for two classes); the paper sums over classes, its code and
 * ours take the mean. One channel is the foreground of two classes: its background is `1 - p`, and its value
 * the mean of both, so that a sigmoid of x costs what a softmax of (0, x) does. With `mode: "multilabel"`
 * each channel has a background of its own. Range 0 .. 1.
 *
 * `1 - TI` is computed without cancellation. The root has an infinite slope at 0: below `1 - TI = 1e-7` it is
 * replaced by its chord to the origin, so that a perfect prediction costs 0 with a finite gradient.
 *
 * One-class images: the class that is missing costs `a sum p / (a sum p + s)`, a root of it for the
 * foreground, and the class that is there is an ordinary case: both pull every pixel the right way. Without
 * smoothing a missing class has no gradient, and the other one still has.
 *
 * Kin: the paper's symmetric form takes the same root of both classes: {@link focalTverskyLoss} with exclusive
 * classes and `gamma: 1 / (1 - gamma)`. `gamma: 0` is the mean of {@link tverskyLoss} over both classes.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Yeung et al. 2022, modified asymmetric focal Tversky loss
 * @example
 * ```ts
 * import { asymmetricFocalTverskyLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * const loss = asymmetricFocalTverskyLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // (0.35 / 0.85 + (0.15 / 1.15)^0.25) / 2 = 0.5063...
 * ```
 */
export const asymmetricFocalTverskyLoss: Loss<AsymmetricFocalTverskyOptions> =
  defineLoss<AsymmetricFocalTverskyOptions>(
    "asymmetricFocalTverskyLoss",
    {
      title: "Asymmetric focal Tversky",
      family: "region",
      summary:
        "Overlap of background and foreground, with a root of the foreground's: its small errors keep weight.",
      formula: "L = mean of 1 - TI_0 and (1 - TI_1)^(1 - gamma)",
      latex:
        "L = \\tfrac{1}{2}\\left[(1 - TI_0) + (1 - TI_1)^{1 - \\gamma}\\right], " +
        "\\quad TI_c = \\frac{TP_c + s}{TP_c + (1 - \\delta) FP_c + \\delta FN_c + s}",
      source: "Yeung et al. 2022",
      shared: REGION_LOSS,
      options: {
        smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
        delta: { default: 0.7, min: 0, max: 1, doc: "weight of misses, 1 - delta on false alarms" },
        gamma: { ...TVERSKY_GAMMA, default: 0.75, doc: "the foreground's exponent is 1 - gamma" },
      },
    },
    (pixels, { delta, gamma, ...smooth }) =>
      focalTverskyTerms(pixels, delta, { background: 1, foreground: 1 - gamma }, smooth),
  );
