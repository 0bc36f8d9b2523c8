import { defineLoss, type Loss } from "../shared/define-loss.ts";
import { sobelEdges } from "../shared/edges.ts";
import { WINDOW_LOSS, type WindowSharedOptions } from "../shared/similarity.ts";

/** Options of {@link sobelEdgeLoss}: the shared ones that windows can honour. */
export type SobelEdgeOptions = WindowSharedOptions;

/**
 * Sobel edge loss: how far apart the edges of prediction and target are in strength.
 *
 * `L = mean over pixels of |e(p) - e(g)|`, `e(x) = sqrt(sum over axes of (S_a m(x))^2 + 1e-7)`, for each image
 * and class, then reduced
 *
 * Symbols: p predicted, g target share, m the mean over 3 pixels an axis, `S_a` Sobel's window: the difference
 * of both neighbours along axis a, smoothed by 1/4, 1/2, 1/4 along the others. Beyond the image its border
 * pixels go on, so that it is no edge. A straight edge of a mask has strength 2/3 beside it.
 *
 * It is segme's, whose refinement takes 2 of it beside absolute and squared errors; the weight is left to whoever
 * adds it up.
 *
 * One-class images: a flat mask asks for a flat prediction, not for which; and a mask has the edges of its
 * negative. So join a loss of pixels or regions, as the paper does.
 *
 * Kin: {@link laplaceEdgeLoss} compares second derivatives; {@link ssimLoss} compares local variation.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `ignoreIndex`, `pixelWeights` and `aggregate`, which windows cannot honour
 * @see Cheng et al. 2020 (CascadePSP, arXiv 2005.02551), the gradient loss
 * @example
 * ```ts
 * import { sobelEdgeLoss, tensor } from "segtape";
 * const p = tensor([[[0, 0, 0, 0]]]);
 * const g = tensor([[[0, 0, 1, 1]]]);
 * // means of g are 0, 1/3, 2/3, 1, their differences 1/3, 2/3, 2/3, 1/3
 * await sobelEdgeLoss(p, g, { input: "probabilities" }).item(); // 1/2 but for the 1e-7: 0.4996...
 * ```
 */
export const sobelEdgeLoss: Loss<SobelEdgeOptions> = defineLoss<SobelEdgeOptions>(
  "sobelEdgeLoss",
  {
    title: "Sobel edges",
    family: "boundary",
    summary: "How far apart the edges of prediction and target are in strength.",
    formula: "L = mean of |e(p) - e(g)|, e the length of Sobel's gradient of the mean over 3 pixels an axis",
    latex: "L = \\frac{1}{N}\\sum_i \\bigl|\\,|\\nabla \\bar p_i| - |\\nabla \\bar g_i|\\,\\bigr|",
    source: "Cheng et al. 2020 (CascadePSP)",
    shared: WINDOW_LOSS,
  },
  (pixels) => pixels.mean(sobelEdges(pixels.p).sub(sobelEdges(pixels.g)).abs()),
);
