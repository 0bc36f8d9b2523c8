import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import { sidesOf } from "../shared/distance-maps.ts";
import { rimOf } from "../shared/neighbours.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { errorShare } from "../shared/overlap.ts";
import { complement, ratio } from "../shared/pixels.ts";

/** Options of {@link boundaryDouLoss} beside the shared ones. */
export interface BoundaryDouOptions extends SharedOptions, SmoothOptions {
  /** Largest alpha: how much of the inside a large object may leave out. From -1, below 1. @defaultValue 0.8 */
  readonly maxAlpha?: number;
}

/**
 * Boundary difference over union: the error over the error and a part of what is right, the smaller a part,
 * the larger the object, so that its rim weighs more.
 *
 * `L = (U - I) / (U - a I)`, `a = min(1 - 2 C / S, maxAlpha)`, for each image and class, then reduced
 *
 * Symbols: `U - I = sum (p - g)^2`, `I = sum p g` of predicted p and target share g; S the number of pixels of
 * the target, C of those with a nearest neighbour that is not (4 in 2-D, 6 in 3-D; beyond the image is none of
 * the target), both of g cut at 1/2. The smoothing s is added to the right part above and below the line:
 * `L = 1 - ((1 - a) I + s) / (sum (p - g)^2 + (1 - a) I + s)`.
 *
 * An object that is all rim has `a = -1`, where L is {@link diceLoss} with `squared`; `a = 0` (half of it rim)
 * makes it the squared form of {@link jaccardLoss}, and the more of it is inside, the less that inside counts.
 * The formula is stated for a in 0 .. 1; the authors' code, and this, lets it fall to -1 for small objects.
 *
 * Peers: the authors' code adds 1e-5 to the error as well, so that an empty mask costs 1 whatever is predicted;
 * and joins the batch (`aggregate: "batch"`).
 *
 * One-class images: an empty mask has `C / S = 1`; it costs `1 - s / (sum p^2 + s)`, whose gradient pushes
 * every p down. A full one is an ordinary case whose rim is the image's border.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Sun et al. 2023 (Boundary Difference over Union loss, arXiv 2308.00220)
 * @example
 * ```ts
 * import { boundaryDouLoss, tensor } from "segtape";
 * const g = tensor([[[0, 1, 1, 1, 1, 0]]]);
 * const p = tensor([[[0, 0, 1, 1, 1, 1]]]);
 * // C = 2 and S = 4, so a = 0; I = 3, and two pixels are wrong
 * await boundaryDouLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 2 / (2 + 3) = 0.4
 * ```
 */
export const boundaryDouLoss: Loss<BoundaryDouOptions> = defineLoss<BoundaryDouOptions>(
  "boundaryDouLoss",
  {
    title: "Boundary difference over union",
    family: "boundary",
    summary: "The error over the error and a part of what is right: the rims of large objects weigh more.",
    formula:
      "L = (U - I) / (U - a I), a = min(1 - 2 C / S, maxAlpha), C the rim and S the area of the target",
    latex:
      "L = \\frac{G \\cup P - G \\cap P}{G \\cup P - \\alpha\\, G \\cap P}, " +
      "\\quad \\alpha = \\min\\left(1 - \\frac{2C}{S}, \\alpha_{max}\\right)",
    source: "Sun et al. 2023",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to what is right, above and below the line" },
      maxAlpha: {
        default: 0.8,
        min: -1,
        doc: "largest alpha, below 1",
        check: (a) => (typeof a === "number" && a >= -1 && a < 1 ? null : "a number from -1, below 1"),
      },
    },
  },
  (pixels, { maxAlpha, ...smooth }) => {
    const { p, g } = pixels;
    const object = sidesOf(g, 0.5, pixels);
    const rim = ratio(pixels.sum(rimOf(object)), pixels.sum(object.inside), 1);
    const alpha = complement(rim.mul(2)).minimum(maxAlpha);
    const error = pixels.sum(p.sub(g).square());
    const right = pixels.sum(p.mul(g)).mul(complement(alpha));
    return errorShare(right, error, smooth);
  },
);
