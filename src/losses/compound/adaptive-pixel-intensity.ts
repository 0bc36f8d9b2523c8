import type { Tensor } from "../../tensor.ts";
import { meanOverClasses } from "../shared/classes.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import { localMean } from "../shared/local-mean.ts";
import { massOf } from "../shared/mass.ts";
import type { OptionSpec, SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, type Pixels, ratio } from "../shared/pixels.ts";
import { box } from "../shared/windows.ts";

/** Options of {@link adaptivePixelIntensityLoss} beside the shared ones. */
export interface AdaptivePixelIntensityOptions extends SharedOptions, SmoothOptions {
  /** Lengths of the windows along each axis, odd. @defaultValue [3, 15, 31] */
  readonly windowSizes?: readonly number[];
  /** What a pixel gains for each window that differs from it wholly. From 0. @defaultValue 0.5 */
  readonly emphasis?: number;
}

const isLength = (size: unknown) =>
  typeof size === "number" && Number.isInteger(size) && size > 0 && size % 2 === 1;

const WINDOW_SIZES: OptionSpec = {
  default: [3, 15, 31],
  doc: "lengths of the windows along each axis",
  check: (sizes) =>
    Array.isArray(sizes) && sizes.length > 0 && sizes.every(isLength) ? null : "odd integers from 1",
};

/**
 * What each pixel counts: `1 + e g sum_k |mean_k(g) - g|`, summed over exclusive classes, of which a pixel has
 * one.
 */
function intensity(pixels: Pixels, sizes: readonly number[], emphasis: number): Tensor {
  const { g, mode } = pixels;
  const contrast = sizes
    .map((size) => localMean(pixels, box(size))(g).sub(g).abs())
    .reduce((sum, one) => sum.add(one));
  const gain = g.mul(contrast).mul(emphasis);
  return (mode === "multiclass" ? gain.sum(1, true) : gain).add(1);
}

/**
 * Adaptive pixel intensity loss: cross entropy, Jaccard and absolute error, each with more weight on foreground
 * that is thin or near its border.
 *
 * `L = sum w CE / sum (w + 1/2) + 1 - (sum w p g + s) / (sum w (p + g - p g) + s)`
 * ` + sum w |p - g| / sum (w - 1/2)`, `w = 1 + e g sum_k |mean_k(g) - g|`, k = 3, 15, 31
 *
 * Symbols: p predicted, g target share, CE cross entropy, e `emphasis`, s `smooth`, mean_k the mean of g under
 * a window of k pixels along each axis; sums over each image. Windows reach beyond the image and see only what is
 * inside it, and known (of weight above 0), so that a mask without an edge has w = 1 throughout. For exclusive
 * classes w is that of the pixel's class, the other two parts are those of each class, and the mean over
 * classes is taken. The weights w depend on the target alone.
 *
 * Where others differ: the authors' code divides the last part by `sum (w - 1)`, which is 0 for a mask without
 * an edge; segme has 1/2 in its place, as here. The authors' code also averages cross entropy and error before
 * it weighs them (a misread argument), pads windows with zeros, and multiplies the loss by 0.7. segme treats
 * one channel as two classes, here `mode: "multiclass"` with logits 0 and x.
 *
 * One-class images: w = 1, and the three parts are cross entropy times 2/3, Jaccard, and twice the absolute
 * error, all of which pull towards the class.
 *
 * Kin: {@link basnetLoss} has cross entropy and Jaccard with equal weights, beside a structural part.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Lee et al. 2022 (TRACER, arXiv 2112.07380), eq. 12
 * @example
 * ```ts
 * import { adaptivePixelIntensityLoss, tensor } from "segtape";
 * // Nothing but foreground: w = 1.
 * const p = tensor([[[[0.5, 0.5]]]]);
 * const loss = adaptivePixelIntensityLoss(p, tensor([[[[1, 1]]]]), { input: "probabilities" });
 * await loss.item(); // log 2 / 1.5 + 1 - 2/3 + 0.5 / 0.5 = 1.7954...
 * ```
 */
export const adaptivePixelIntensityLoss: Loss<AdaptivePixelIntensityOptions> =
  defineLoss<AdaptivePixelIntensityOptions>(
    "adaptivePixelIntensityLoss",
    {
      title: "Adaptive pixel intensity",
      family: "compound",
      summary:
        "Cross entropy, Jaccard and absolute error with more weight on thin foreground and its border.",
      formula:
        "L = sum w CE / sum (w + 1/2) + 1 - (sum w p g + s) / (sum w (p + g - p g) + s) + " +
        "sum w |p - g| / sum (w - 1/2), w = 1 + e g sum_k |mean_k(g) - g|",
      latex:
        "L = \\frac{\\sum w\\,\\mathrm{CE}}{\\sum (w + \\frac12)} + 1 - \\frac{\\sum w p g + s}{\\sum w (p + g - p g) + s}" +
        " + \\frac{\\sum w |p - g|}{\\sum (w - \\frac12)}, \\quad w = 1 + e\\,g \\sum_k |\\overline{g}^{(k)} - g|",
      source: "Lee et al. 2022, eq. 12",
      shared: REGION_LOSS,
      options: {
        windowSizes: WINDOW_SIZES,
        emphasis: { default: 0.5, min: 0, doc: "what a pixel gains for each window that differs from it" },
        smooth: { default: 1, min: 0, doc: "added above and below the ratio of the Jaccard part" },
      },
    },
    (pixels, { windowSizes, emphasis, smoothNumerator, smoothDenominator }) => {
      const { p, q, g, crossEntropy, mode } = pixels;
      const w = intensity(pixels, windowSizes, emphasis);
      const costs = mode === "multiclass" ? crossEntropy.sum(1, true) : crossEntropy;
      const likelihood = ratio(massOf(costs.mul(w), pixels), massOf(w.add(0.5), pixels), 0);
      const error = g.mul(q).sub(complement(g).mul(p)).abs();
      const union = p.add(g.mul(q));
      const shared = ratio(
        pixels.sum(p.mul(g).mul(w)).add(smoothNumerator),
        pixels.sum(union.mul(w)).add(smoothDenominator),
        1,
      );
      const miss = ratio(pixels.sum(error.mul(w)), pixels.sum(w.sub(0.5)), 0);
      return meanOverClasses(likelihood.add(complement(shared)).add(miss), pixels);
    },
  );
