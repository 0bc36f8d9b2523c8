import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { localMean } from "../shared/local-mean.ts";
import { overSpace } from "../shared/mass.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, onKnown, type Pixels, ratio } from "../shared/pixels.ts";
import { gaussian, SIGMA, WINDOW_SIZE } from "../shared/windows.ts";

/** Options of {@link correlationMaximizedSimilarityLoss} beside the shared ones. */
export interface CorrelationMaximizedSimilarityOptions extends Omit<SharedOptions, "aggregate"> {
  /** A pixel is hard where its error is above this share of the largest. Range 0 .. 1. @defaultValue 0.1 */
  readonly beta?: number;
  /** Share of plain cross entropy; the rest goes to hard pixels. Range 0 .. 1. @defaultValue 0.5 */
  readonly crossEntropyShare?: number;
  /** Length of the window along each axis, odd. @defaultValue 11 */
  readonly windowSize?: number;
  /** Deviation of the Gaussian window. Above 0. @defaultValue 1.5 */
  readonly sigma?: number;
  /** Keeps the division by a local deviation finite. Above 0. @defaultValue 0.01 */
  readonly stability?: number;
  /** Whether the gradient also flows through the errors e. @defaultValue false */
  readonly differentiateWeights?: boolean;
}

/** Inside a square root: far below any variance that matters, and enough for a finite slope. */
const TINY = 1e-12;

/**
 * How each pixel stands out: `(x - m + C) / (s + C)`, m and s under a window of the known pixels around it.
 */
function standardizer(pixels: Pixels, window: readonly number[], stability: number) {
  const local = localMean(pixels, window);
  return (x: Tensor, rest: Tensor) => {
    const mean = local(x);
    // E x^2 - (E x)^2 for x + rest = 1: nothing cancels where x is near 0 or 1, as shares mostly are.
    const variance = mean.mul(local(rest)).sub(local(x.mul(rest)));
    const deviation = variance.relu().add(TINY).sqrt();
    return onKnown(x.sub(mean).add(stability).div(deviation.add(stability)), pixels);
  };
}

/**
 * Correlation-maximized structural similarity loss: cross entropy with more weight on pixels that spoil the
 * local correlation of prediction and target.
 *
 * `L = w mean(CE) + (1 - w) sum(e f CE) / sum f`,
 * `e = |(g - m_g + C) / (s_g + C) - (p - m_p + C) / (s_p + C)|`, `f = 1 where e > beta max e`
 *
 * Symbols: CE cross entropy of a pixel and class, w `crossEntropyShare`, C `stability`; `m`, `s` mean and
 * deviation under a Gaussian window; `max e` and both sums over one image and class. Computed as one weight a
 * pixel, `CE (w + (1 - w) e f N / sum f)`, so that `reduction`, `classWeights` and `pixelWeights` mean what
 * they mean for cross entropy. The selection f is a constant for derivatives; e is one too, unless
 * `differentiateWeights` (the paper leaves that open).
 *
 * At the borders of the image, and around pixels of weight 0 (`ignoreIndex`, `pixelWeights`), the window
 * shrinks to the pixels that are known; ports pad with zeros, which biases m and s there.
 *
 * One-class images: the target has no variation, so e tells how much the prediction varies; where nothing
 * varies, e = 0 and plain cross entropy is left. Without a hard pixel the second term is 0.
 *
 * Kin: {@link ssimLoss} takes the same statistics as the loss itself; with `crossEntropyShare: 1` this is
 * {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Zhao et al. 2019 (arXiv 1910.08711)
 * @example
 * ```ts
 * import { correlationMaximizedSimilarityLoss, tensor } from "segtape";
 * // Nothing varies: what is left is the share of cross entropy.
 * const loss = correlationMaximizedSimilarityLoss(tensor([[[0, 0, 0]]]), tensor([[[0, 0, 0]]]));
 * await loss.item(); // 0.5 log 2 = 0.3465...
 * ```
 */
export const correlationMaximizedSimilarityLoss: Loss<CorrelationMaximizedSimilarityOptions> =
  defineLoss<CorrelationMaximizedSimilarityOptions>(
    "correlationMaximizedSimilarityLoss",
    {
      title: "Correlation-maximized structural similarity",
      family: "structure",
      summary: "Cross entropy with more weight on pixels that spoil the local correlation with the target.",
      formula: "L = w mean(CE) + (1 - w) sum(e f CE) / sum f, e = |standardized g - standardized p|",
      latex:
        "L = \\lambda\\,\\overline{\\mathrm{CE}} + (1 - \\lambda)" +
        "\\frac{\\sum e f\\,\\mathrm{CE}}{\\sum f}, \\quad " +
        "e = \\left|\\frac{g - \\mu_g + C}{\\sigma_g + C} - \\frac{p - \\mu_p + C}{\\sigma_p + C}\\right|",
      source: "Zhao et al. 2019",
      constants: "the selection f, and the errors e unless differentiateWeights",
      shared: PIXEL_LOSS,
      options: {
        beta: { default: 0.1, min: 0, max: 1, doc: "a pixel is hard above this share of the largest error" },
        crossEntropyShare: { default: 0.5, min: 0, max: 1, doc: "share of plain cross entropy" },
        windowSize: WINDOW_SIZE,
        sigma: SIGMA,
        stability: {
          default: 0.01,
          min: 0,
          exclusiveMin: true,
          doc: "keeps the division by a deviation finite",
        },
        differentiateWeights: { default: false, doc: "whether the gradient flows through the errors e" },
      },
    },
    (pixels, { beta, crossEntropyShare, windowSize, sigma, stability, differentiateWeights }) => {
      const standardized = standardizer(pixels, gaussian(windowSize, sigma), stability);
      const { p, q, g } = pixels;
      const error = standardized(g, complement(g)).sub(standardized(p, q)).abs();
      const e = differentiateWeights ? error : stopGradient(error);
      const f = e.greater(pixels.maxOverSpace(e).mul(beta));
      const emphasis = ratio(e.mul(f), overSpace(pixels.mean(f), pixels), 0);
      return pixels.crossEntropy.mul(emphasis.mul(1 - crossEntropyShare).add(crossEntropyShare));
    },
  );
