import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { Ruler, SPACING, type Spacing, sidesOf } from "../shared/distance-maps.ts";
import { contourOf } from "../shared/neighbours.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link shapeAwareLoss} beside the shared ones. */
export interface ShapeAwareOptions extends Omit<SharedOptions, "aggregate"> {
  /** Distance between neighbours: one number, or one a spatial axis. @defaultValue 1 */
  readonly spacing?: Spacing;
}

/**
 * Shape-aware loss: cross entropy in which wrong pixels count the more, the farther apart the two contours
 * are.
 *
 * `L = mean over pixels of (1 + E w) CE`,
 * `E = (mean of d(a, C_g) over a in C_p + mean of d(b, C_p) over b in C_g) / 2`
 *
 * Symbols: CE cross entropy of a pixel and class; `C_p`, `C_g` contours of prediction and target, both cut at
 * 1/2; d Euclidean distance to the nearest point of a contour; w 1 where the cut masks differ, else 0. One E
 * an image and class. E and w are constants for derivatives. A contour is made of the pixels inside that have
 * a nearest neighbour outside; the image's own border is none. Pixels of weight 0 (`ignoreIndex`,
 * `pixelWeights`) are on neither side.
 *
 * The paper sums `E CE` over the differing pixels beside the mean of CE; here both terms are of one scale,
 * means over all pixels (or sums, with `reduction: "sum"`). Jadon's eq. 15 has the sign of the second term
 * turned round. With exclusive classes, each class has its own contours, and a pixel counts extra where its
 * own class has p below 1/2.
 *
 * No code by the authors is known; this is the survey's formula with its sign mended.
 *
 * One-class images: without a contour on both sides E = 0, and the loss is plain cross entropy.
 *
 * Kin: {@link distanceMapCrossEntropyLoss} weighs by distance to the target's border, whatever was predicted.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} where `spacing` has another number of axes than the images
 * @see Al Arif et al. 2018; Jadon 2020, eq. 15-16
 * @example
 * ```ts
 * import { shapeAwareLoss, tensor } from "segtape";
 * const p = tensor([[[0.5, 0.5, 0.8, 0.2]]]);
 * const g = tensor([[[1, 0, 0, 0]]]);
 * // contours are pixel 2 and pixel 0, so E = 2; pixels 0 and 2 are wrong
 * await shapeAwareLoss(p, g, { input: "probabilities" }).item(); // (4 log 2 - 3 log 0.2 - log 0.8) / 4
 * ```
 */
export const shapeAwareLoss: Loss<ShapeAwareOptions> = defineLoss<ShapeAwareOptions>(
  "shapeAwareLoss",
  {
    title: "Shape-aware",
    family: "boundary",
    summary: "Cross entropy in which wrong pixels count the more, the farther apart the two contours are.",
    formula: "L = mean of (1 + E w) CE, E = average distance between the contours, w = 1 on wrong pixels",
    latex:
      "L = \\frac{1}{N}\\sum_i (1 + E\\,[i \\in \\hat\\Omega])\\,\\mathrm{CE}_i, " +
      "\\quad E = D(\\hat C, C_{GT})",
    source: "Al Arif et al. 2018; Jadon 2020, eq. 15-16",
    constants: "the distance E between the contours, and which pixels are wrong",
    shared: PIXEL_LOSS,
    options: { spacing: SPACING },
  },
  (pixels, { spacing }) => {
    const ruler = new Ruler(pixels, spacing);
    const predicted = sidesOf(pixels.p, 0.5, pixels);
    const wanted = sidesOf(pixels.g, 0.5, pixels);
    const [here, there] = [contourOf(predicted), contourOf(wanted)];
    const apart = ruler.meanDistance(here, there).add(ruler.meanDistance(there, here)).div(2);
    const wrong = predicted.inside.notEqual(wanted.inside);
    return pixels.crossEntropy.mul(wrong.mul(apart).add(1));
  },
);
