import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import { laplacian } from "../shared/edges.ts";
import { complement } from "../shared/pixels.ts";
import { WINDOW_LOSS, type WindowSharedOptions } from "../shared/similarity.ts";

/** Options of {@link laplaceEdgeLoss}: the shared ones that windows can honour. */
export type LaplaceEdgeOptions = WindowSharedOptions;

/** Edges fainter than this run straight on: the slope of their logarithm stays finite. */
const FAINT = 0.01;

/** log e, and below `FAINT` its tangent there, so that the gradient of a missing edge stays of one size. */
const logOfEdge = (e: Tensor): Tensor => e.maximum(FAINT).log().add(e.minimum(FAINT).div(FAINT)).sub(1);

/**
 * Laplace edge loss: cross entropy between the edges of prediction and target.
 *
 * `L = -mean over pixels of [e(g) log e(p) + (1 - e(g)) log(1 - e(p))]`, `e(x) = |tanh(K x)|`, for each image
 * and class, then reduced
 *
 * Symbols: p predicted, g target share, K Laplace's window, a pixel's surplus over the box of 3 around it: 8 in
 * the middle and -1 around it in 2-D, 26 and -1 in 3-D. Beyond the image its border pixels go on, so that it
 * is no edge. `1 - e` comes from the logarithm's own form, so that strong edges keep their digits; log e has
 * its tangent below e = 0.01, so that an edge that was not predicted at all has a finite slope.
 *
 * It is least where the edges agree, and that least value is the entropy of e(g): not 0, since e takes values
 * like tanh 1 = 0.76 at corners.
 *
 * Published code differs. Some has the absolute value, which sees both sides of an edge; segme and others have
 * `relu(tanh(K x))`, which sees the inner side alone, and clip e to 1e-7: half of all missing edges then have no
 * gradient. PyTorch ports take zeros beyond the image, and so make an edge of its border.
 *
 * One-class images: a flat mask asks for a flat prediction, not for which; and a mask has the edges of its
 * negative. So join a loss of pixels or regions: ports have 0.7 of cross entropy and 0.3 of this.
 *
 * Kin: {@link sobelEdgeLoss} compares the length of gradients.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `ignoreIndex`, `pixelWeights` and `aggregate`, which windows cannot honour
 * @see Zhao and Wu 2019 (Pyramid Feature Attention Network, arXiv 1903.00179), the edge preservation loss
 * @example
 * ```ts
 * import { laplaceEdgeLoss, tensor } from "segtape";
 * const p = tensor([[[0, 0.5, 0.5]]]);
 * const g = tensor([[[0, 0, 0]]]);
 * // K p = -1/2, 1/2, 0, and no edge in g: -log(1 - tanh 0.5) twice
 * await laplaceEdgeLoss(p, g, { input: "probabilities" }).item(); // 2 * 0.6201 / 3 = 0.4134...
 * ```
 */
export const laplaceEdgeLoss: Loss<LaplaceEdgeOptions> = defineLoss<LaplaceEdgeOptions>(
  "laplaceEdgeLoss",
  {
    title: "Laplace edges",
    family: "boundary",
    summary: "Cross entropy between the edges of prediction and target, by Laplace's window.",
    formula: "L = -mean of [e(g) log e(p) + (1 - e(g)) log(1 - e(p))], e(x) = |tanh(K x)|",
    latex:
      "L = -\\frac{1}{N}\\sum_i e(g)_i\\log e(p)_i + (1 - e(g)_i)\\log(1 - e(p)_i), " +
      "\\quad e(x) = |\\tanh(K * x)|",
    source: "Zhao and Wu 2019",
    shared: WINDOW_LOSS,
  },
  (pixels) => {
    const wanted = laplacian(pixels.g).tanh().abs();
    const strength = laplacian(pixels.p).abs();
    // 1 - tanh u = 2 / (exp 2u + 1).
    const logMissing = strength.mul(2).softplus().sub(Math.LN2).neg();
    const likelihood = wanted.mul(logOfEdge(strength.tanh())).add(complement(wanted).mul(logMissing));
    return pixels.mean(likelihood.neg());
  },
);
