import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import {
  type VariationForm,
  type VariationOptions,
  variation,
  variationOptions,
} from "../shared/variation.ts";

/** Options of {@link totalVariationLoss} beside the shared ones. */
export interface TotalVariationOptions extends Omit<SharedOptions, "aggregate">, VariationOptions {
  /**
   * How steps along several axes add up: as the length of a vector, for which borders of every direction count nearly
   * alike, or one by one, for which a mask's border counts its pixel edges.
   * @defaultValue "isotropic"
   */
  readonly form?: VariationForm;
}

/**
 * Total variation of the prediction: the length of its borders, for maps that are not hard too. A regulariser, which
 * does not look at the target.
 *
 * `L = 1/N sum |grad p|`, for each image and class, `|grad p| = sqrt(dx^2 + dy^2)` or, anisotropic, `|dx| + |dy|`
 *
 * Symbols: dx, dy steps of p to a neighbouring pixel along each axis; N number of pixels. Each pixel has two neighbours
 * along an axis; the mean is over all ways to choose one of them, so that nothing depends on how the image lies
 * (forward differences alone give other values for its mirror image). Beyond the border there is no step. `epsilon` e
 * rounds the corner at 0: `sqrt(x + e) - sqrt(e)`.
 *
 * Meant as a part beside a loss that knows the target, with a small weight:
 * `weightedSum([[diceLoss, 1], [totalVariationLoss, 0.1]])`. By itself every flat prediction is best. Of the target only
 * `ignoreIndex` is read: no step leads to a pixel of weight 0.
 *
 * One-class images are images like any other; a prediction that is the same everywhere costs 0, without gradient.
 *
 * Kin: {@link activeContourLoss} is this and an area of errors; {@link mumfordShahLoss} this and how well an image is
 * fitted by a mean for each class.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes; not looked at
 * @see Rudin, Osher and Fatemi 1992
 * @example
 * ```ts
 * import { tensor, totalVariationLoss } from "segtape";
 * const p = tensor([[[[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]]]);
 * const options = { input: "probabilities", form: "anisotropic", epsilon: 0 } as const;
 * await totalVariationLoss(p, p, options).item(); // 6 edges of 12 pixels = 6 / 12
 * await totalVariationLoss(p, p, { input: "probabilities", epsilon: 0 }).item(); // (4 + sqrt 2) / 12 = 0.4511...
 * ```
 */
export const totalVariationLoss: Loss<TotalVariationOptions> = defineLoss<TotalVariationOptions>(
  "totalVariationLoss",
  {
    title: "Total variation",
    family: "structure",
    summary:
      "How long the prediction's borders are, whatever the target: smooth outlines cost less than ragged ones.",
    formula: "L = 1/N sum |grad p|",
    latex: "L = \\frac{1}{N}\\sum_i \\lVert\\nabla p_i\\rVert",
    source: "Rudin, Osher and Fatemi 1992",
    shared: PIXEL_LOSS,
    options: variationOptions("isotropic"),
  },
  (pixels, options) => pixels.mean(variation(pixels.p, options, pixels)),
);
