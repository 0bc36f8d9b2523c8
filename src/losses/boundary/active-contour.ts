import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";
import {
  type VariationForm,
  type VariationOptions,
  variation,
  variationOptions,
} from "../shared/variation.ts";

/** Options of {@link activeContourLoss} beside the shared ones. */
export interface ActiveContourOptions extends Omit<SharedOptions, "aggregate">, VariationOptions {
  /** Weight of both region terms beside the length, from 0: the paper's lambda. @defaultValue 1 */
  readonly regionWeight?: number;
  /** Weight of false positives among them, from 0. @defaultValue 1 */
  readonly falsePositiveWeight?: number;
  /** Weight of false negatives among them, from 0. @defaultValue 1 */
  readonly falseNegativeWeight?: number;
  /**
   * How steps along several axes add up to a length: as a vector, or one by one.
   * @defaultValue "isotropic"
   */
  readonly form?: VariationForm;
}

/**
 * Active contour loss: the length of the prediction's border, and the area of its errors.
 *
 * `L = 1/N sum |grad p| + l 1/N sum [a p (g - 1)^2 + b (1 - p) g^2]`, for each image and class
 *
 * Symbols: p predicted, g target share, l `regionWeight`, a `falsePositiveWeight`, b `falseNegativeWeight`, N number of
 * pixels; `|grad p|` as in {@link totalVariationLoss}. It is the energy of Chan and Vese's active contours without
 * edges, with the target for an image and its means held at c1 = 1 inside and c2 = 0 outside. For hard targets the region
 * terms are the false positives and the false negatives, `sum |p - g|` when a = b.
 *
 * The published code has sums over the batch where the paper has an integral over the image; means keep the value from
 * growing with the image, and weigh both parts alike. Its differences along the two axes belong to different pixels (its
 * slices are one off); here they belong together.
 *
 * The mask itself is not always best: with `regionWeight: 1` a single pixel costs less where it is left out (1, against
 * a border of 2 + sqrt 2). Of all predictions the mask costs least from `regionWeight` d + sqrt(d) on, with d axes (2d
 * for the anisotropic form): no pixel's error can save more than that of the length.
 *
 * One-class images: the target has no border; its false positives (or negatives) and any border of the prediction cost,
 * down to 0.
 *
 * Kin: {@link totalVariationLoss} is the length alone; {@link mumfordShahLoss} has free means.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Chen et al. 2019 (CVPR), eq. 11-12; Chan and Vese 2001
 * @example
 * ```ts
 * import { activeContourLoss, tensor } from "segtape";
 * const p = tensor([[[1, 0.5, 0]]]);
 * const g = tensor([[[1, 1, 0]]]);
 * // Steps of 1/2 and 1/2, and half a pixel missed.
 * await activeContourLoss(p, g, { input: "probabilities", epsilon: 0 }).item(); // 1/3 + 0.5/3 = 0.5
 * ```
 */
export const activeContourLoss: Loss<ActiveContourOptions> = defineLoss<ActiveContourOptions>(
  "activeContourLoss",
  {
    title: "Active contour",
    family: "boundary",
    summary: "The length of the prediction's border, and the area of its errors.",
    formula: "L = 1/N sum |grad p| + l 1/N sum [a p (g - 1)^2 + b (1 - p) g^2]",
    latex:
      "L = \\frac{1}{N}\\sum_i \\lVert\\nabla p_i\\rVert" +
      " + \\frac{\\lambda}{N}\\sum_i \\alpha p_i (g_i - 1)^2 + \\beta (1 - p_i) g_i^2",
    source: "Chen et al. 2019, eq. 11-12",
    shared: PIXEL_LOSS,
    options: {
      regionWeight: { default: 1, min: 0, doc: "weight of the region terms beside the length" },
      falsePositiveWeight: { default: 1, min: 0, doc: "weight of false positives" },
      falseNegativeWeight: { default: 1, min: 0, doc: "weight of false negatives" },
      ...variationOptions("isotropic"),
    },
  },
  (pixels, { regionWeight, falsePositiveWeight, falseNegativeWeight, form, epsilon }) => {
    const { p, q, g } = pixels;
    const length = variation(p, { form, epsilon }, pixels);
    const outside = p.mul(complement(g).square()).mul(regionWeight * falsePositiveWeight);
    const inside = q.mul(g.square()).mul(regionWeight * falseNegativeWeight);
    return pixels.mean(length.add(outside).add(inside));
  },
);
