import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { Ruler, SPACING, type Spacing, sidesOf } from "../shared/distance-maps.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link boundaryLoss} beside the shared ones. */
export interface BoundaryOptions extends SharedOptions {
  /** Distance between neighbours: one number, or one a spatial axis. @defaultValue 1 */
  readonly spacing?: Spacing;
}

/**
 * Boundary loss: what is predicted outside the target pays for its distance from it, what is predicted inside
 * is paid for its depth.
 *
 * `L = mean over pixels of p F`, F = d to the target outside it, `F = -(d - 1)` inside, for each image and
 * class, then reduced
 *
 * Symbols: p predicted, d Euclidean distance of a pixel to the nearest pixel on the other side of the border of
 * the target g, cut at 1/2. F is 0 on the outermost pixels inside: they are the border. With a `spacing`, the 1
 * is the shortest step (the authors' code keeps 1, and F may then turn positive inside). F is a constant for
 * derivatives, and the loss is linear in p.
 *
 * The value may be negative: it falls with every true positive, down to the mean of F over the target. It is
 * an approximate distance between two contours up to a constant of the target. In units of pixels: a large
 * image gives large values.
 *
 * The paper does not use it alone: it is added to a region loss, `(1 - a) region + a boundary`, with a fixed a
 * or one that grows from 0 in the course of training (`rampedSum`). It has no minimum within the border
 * pixels, where F = 0. Classes are averaged; the authors often leave out the background (`includeBackground:
 * false`). Pixels of weight 0 (`ignoreIndex`, `pixelWeights`) are on neither side.
 *
 * One-class images: without a border there is no distance. The authors take F = 0 for an empty mask, and so no
 * gradient. Here F is one step everywhere, as on pixels just beyond the border: positive for an empty mask,
 * negative for a full one. What is predicted is pushed the right way, about as strongly as beside a border.
 *
 * Kin: {@link hausdorffDistanceLoss} weighs squared errors by distances, to the borders of both masks.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} where `spacing` has another number of axes than the images
 * @see Kervadec et al. 2019, eq. 5 (arXiv 1812.07032)
 * @example
 * ```ts
 * import { boundaryLoss, tensor } from "segtape";
 * const p = tensor([[[0.9, 0.8, 0.5, 0.1]]]);
 * const g = tensor([[[1, 1, 0, 0]]]);
 * // F = -1, 0, 1, 2
 * await boundaryLoss(p, g, { input: "probabilities" }).item(); // (-0.9 + 0.5 + 0.2) / 4 = -0.05
 * ```
 */
export const boundaryLoss: Loss<BoundaryOptions> = defineLoss<BoundaryOptions>(
  "boundaryLoss",
  {
    title: "Boundary",
    family: "boundary",
    summary:
      "What is predicted outside pays for its distance, inside it is paid for its depth. May be negative.",
    formula: "L = mean of p F, F = signed distance to the border of the target, negative inside",
    latex: "L = \\frac{1}{N}\\sum_i p_i\\,\\phi_G(i)",
    source: "Kervadec et al. 2019, eq. 5",
    constants: "the signed distance F",
    shared: EVERY_LOSS,
    options: { spacing: SPACING },
  },
  (pixels, { spacing }) => {
    const distance = new Ruler(pixels, spacing).signedDistance(sidesOf(pixels.g, 0.5, pixels));
    return pixels.mean(pixels.p.mul(distance));
  },
);
