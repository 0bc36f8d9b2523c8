import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import { Ruler, SPACING, type Spacing, sidesOf } from "../shared/distance-maps.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, type Pixels, ratio } from "../shared/pixels.ts";
import { harmonicMean, ITERATIONS, softSkeleton } from "../shared/skeleton.ts";

/** How a skeleton's weight falls with the radius. */
export type RadiusWeight = "inverse" | "linear";

/** Options of {@link cbDiceLoss} beside the shared ones. */
export interface CbDiceOptions extends SharedOptions, SmoothOptions {
  /** Erosions of the soft skeleton: the largest radius, in pixels, that it thins. From 0. @defaultValue 3 */
  readonly iterations?: number;
  /** `1 / r`, or the authors' later `1 - r + least r`; squared in 3-D. @defaultValue "inverse" */
  readonly radiusWeight?: RadiusWeight;
  /** Distance between neighbours: one number, or one a spatial axis. @defaultValue 1 */
  readonly spacing?: Spacing;
}

/** A mask as its skeleton sees it. */
interface Vessel {
  /** 1 on the hard skeleton. */
  readonly centre: Tensor;
  /** Shares times depth, in units of the largest radius, which is the deepest there is. */
  readonly depth: Tensor;
  /** Shares times radius on the hard skeleton, in the same units. */
  readonly radius: Tensor;
  /** The soft skeleton on the hard one, weighted by its radius. */
  readonly skeleton: Tensor;
  /** 1 where the image has an outside. */
  readonly bordered: Tensor;
}

function vesselOf(
  shares: Tensor,
  pixels: Pixels,
  ruler: Ruler,
  { iterations, radiusWeight }: Pick<Required<CbDiceOptions>, "iterations" | "radiusWeight">,
): Vessel {
  const soft = softSkeleton(shares, iterations, pixels);
  const { inside, outside } = sidesOf(shares, 0.5, pixels);
  const centre = soft.greater(0.5).mul(inside);
  const depth = ruler.distanceTo(outside).mul(inside);
  const largest = pixels.maxOverSpace(depth.mul(centre));
  const radius = ratio(depth.mul(centre), largest, 0);
  const power = pixels.space.length < 3 ? 1 : 2;
  const least = centre.where(radius, 1).min(pixels.spaceAxes, true);
  const weight =
    radiusWeight === "inverse"
      ? ratio(centre, radius.pow(power), 0)
      : centre.mul(complement(radius).add(least).pow(power));
  return {
    centre,
    depth: shares.mul(ratio(depth.minimum(largest), largest, 0)),
    radius: shares.mul(radius),
    skeleton: soft.mul(weight),
    bordered: pixels.maxOverSpace(outside),
  };
}

/**
 * Centerline boundary Dice loss: centerline Dice in which thin vessels weigh as much as thick ones, and a
 * skeleton counts by how deep it lies in the other mask.
 *
 * `L = 1 - 2 T S / (T + S)`, `T = (sum q(p) m(g) + s) / (sum q(p) r(g | p) + s)`, S the same with p and g
 * exchanged, for each image and class, then reduced
 *
 * Symbols: p predicted, g target share, s `smooth`; d(x) the distance of a pixel within the mask `x > 1/2` to
 * its outside, R the largest d on the skeleton `k(x) > 1/2`, k the soft skeleton of {@link clDiceLoss};
 * `m(x) = x min(d, R) / R`, `r(x) = x d / R` on the skeleton, `q(x) = k(x) / (d / R)` on the skeleton (by the
 * square in 3-D, where a vessel's section grows so); `r(g | p)` is r(g) on the skeleton of g and r(p) elsewhere.
 * Distances, skeletons' places and weights are constants for derivatives: p changes through its shares and
 * its soft skeleton.
 *
 * The authors' repository later took `((R - d + least d) / R)` for `R / d` (`radiusWeight: "linear"`), which did
 * better for them. It joins all foreground classes in one, and all images of a batch; here each class of an
 * image stands alone (`aggregate: "batch"`), with a unit R of its own.
 *
 * T may exceed 1, where a thin predicted skeleton lies deep in a thick target: a slightly blurred or thicker mask
 * may cost a few hundredths less than the target itself. Where nothing is predicted above 1/2 there is no
 * skeleton, and no gradient. The authors train on this with cross entropy and Dice; do so too.
 *
 * One-class images: a flat mask has no skeleton. An empty target asks for a prediction without one, a full one
 * for nothing: value and gradient are 0.
 *
 * Pixels of weight 0 (`ignoreIndex`, `pixelWeights`) are taken as beyond the image; other weights apply to the
 * sums.
 *
 * Kin: {@link clDiceLoss} has no radii; {@link diceClDiceLoss} joins an overlap loss.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} where `spacing` has another number of axes than the images
 * @see Shi et al. 2024 (Centerline Boundary Dice, arXiv 2407.01517), and its repository
 * @example
 * ```ts
 * import { cbDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[0, 0, 0], [1, 0, 1], [0, 0, 0]]]]);
 * const g = tensor([[[[0, 0, 0], [1, 1, 1], [0, 0, 0]]]]);
 * // lines of one pixel: all radii are 1, as in clDiceLoss
 * await cbDiceLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 2 * 2 / 3 / (1 + 2 / 3) = 0.2
 * ```
 */
export const cbDiceLoss: Loss<CbDiceOptions> = defineLoss<CbDiceOptions>(
  "cbDiceLoss",
  {
    title: "Centerline boundary Dice",
    family: "structure",
    summary: "Centerline Dice weighted by radii: thin vessels count like thick ones, and depth counts.",
    formula: "L = 1 - 2 T S / (T + S), T = sum q(p) m(g) / sum q(p) r(g | p), S likewise",
    latex:
      "L = 1 - \\frac{2\\,T\\,S}{T + S}, \\quad T = \\frac{\\sum q(p)\\,m(g) + s}{\\sum q(p)\\,r(g|p) + s}, " +
      "\\quad S = \\frac{\\sum q(g)\\,m(p) + s}{\\sum q(g)\\,r(p|g) + s}",
    source: "Shi et al. 2024",
    constants: "distances, radii, weights of radii, and where the skeletons lie",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerators and denominators of T and S" },
      iterations: ITERATIONS,
      radiusWeight: {
        default: "inverse",
        choices: ["inverse", "linear"],
        doc: "how a skeleton's weight falls with the radius",
      },
      spacing: SPACING,
    },
  },
  (pixels, { smoothNumerator, smoothDenominator, spacing, ...options }) => {
    const ruler = new Ruler(pixels, spacing);
    const predicted = vesselOf(pixels.p, pixels, ruler, options);
    const wanted = vesselOf(pixels.g, pixels, ruler, options);
    const within = (own: Vessel, other: Vessel) => {
      const radius = other.centre.where(other.radius, own.radius);
      // A mask without an outside has no depth to lie at.
      const depth = other.bordered.where(other.depth, radius);
      return ratio(
        pixels.sum(own.skeleton.mul(depth)).add(smoothNumerator),
        pixels.sum(own.skeleton.mul(radius)).add(smoothDenominator),
        1,
      );
    };
    return complement(harmonicMean(within(predicted, wanted), within(wanted, predicted)));
  },
);
