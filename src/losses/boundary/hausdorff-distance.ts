import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { HAUSDORFF, type HausdorffOptions, hausdorffDistance } from "../shared/hausdorff.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link hausdorffDistanceLoss} beside the shared ones. */
export interface HausdorffDistanceOptions extends SharedOptions, HausdorffOptions {}

/**
 * Hausdorff distance loss by distance transforms: squared errors, weighted by how far they are from the
 * borders.
 *
 * `L = mean over pixels of (p - g)^2 (d_p^alpha + d_g^alpha)`, for each image and class, then reduced
 *
 * Symbols: p predicted, g target share, `d_p`, `d_g` Euclidean distance of a pixel to the nearest pixel on
 * the other side of the border of p, of g, both cut at `threshold`. Distances are constants for derivatives.
 * `oneSided: true` drops `d_p`. In units of pixels to the power alpha: a large image gives large values, so
 * weigh it against an overlap loss, as the paper does. Pixels of weight 0 (`ignoreIndex`, `pixelWeights`) are
 * on neither side.
 *
 * Distances are taken inside and outside, as by MONAI; some code takes those inside only.
 *
 * One-class images: a mask without a border, empty or full, has d = 0 everywhere (MONAI's convention). An
 * empty target is then seen through `d_p` alone: what was predicted above the threshold is pushed down. Where
 * neither p nor g has a border, and for an empty or full target with `oneSided`, value and gradient are 0:
 * join an overlap loss.
 *
 * Kin: {@link hausdorffErosionLoss} estimates the same distance by erosions, with no constant in it;
 * {@link logHausdorffDistanceLoss} takes the logarithm, on the scale of an overlap loss.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} where `spacing` has another number of axes than the images
 * @see Karimi and Salcudean 2019 (the losses by distance transform, two-sided and one-sided)
 * @example
 * ```ts
 * import { hausdorffDistanceLoss, tensor } from "segtape";
 * const p = tensor([[[0.9, 0.8, 0.1, 0]]]);
 * const g = tensor([[[1, 0, 0, 0]]]);
 * // d_p = 2, 1, 1, 2 and d_g = 1, 1, 2, 3
 * await hausdorffDistanceLoss(p, g, { input: "probabilities" }).item(); // (0.05 + 1.28 + 0.05) / 4 = 0.345
 * ```
 */
export const hausdorffDistanceLoss: Loss<HausdorffDistanceOptions> = defineLoss<HausdorffDistanceOptions>(
  "hausdorffDistanceLoss",
  {
    title: "Hausdorff distance",
    family: "boundary",
    summary: "Squared errors weighted by their distance from the borders: far errors lead.",
    formula: "L = mean of (p - g)^2 (d_p^alpha + d_g^alpha)",
    latex: "L = \\frac{1}{N}\\sum_i (p_i - g_i)^2 \\left(d_p(i)^\\alpha + d_g(i)^\\alpha\\right)",
    source: "Karimi and Salcudean 2019, the loss by distance transform",
    constants: "the distances d_p and d_g",
    shared: EVERY_LOSS,
    options: HAUSDORFF,
  },
  hausdorffDistance,
);
