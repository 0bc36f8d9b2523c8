import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import { Ruler, sidesOf } from "../shared/distance-maps.ts";
import { Distributions } from "../shared/distributions.ts";
import { directions, extended, inDirection } from "../shared/neighbours.ts";
import type { SharedName, SharedOptions } from "../shared/options.ts";
import { knownPixels, type Pixels, ratio } from "../shared/pixels.ts";

/** Options of {@link activeBoundaryLoss} beside the shared ones. */
export interface ActiveBoundaryOptions
  extends Omit<SharedOptions, "classWeights" | "includeBackground" | "pixelWeights"> {
  /** Largest share of an image's pixels that are taken for predicted boundary. Above 0 up to 1. @defaultValue 0.01 */
  readonly boundaryShare?: number;
  /** Distance from which a pixel counts in full; nearer ones count in proportion. Above 0. @defaultValue 20 */
  readonly maxDistance?: number;
  /** Share of the wanted direction that is spread over the others. Range 0 .. 1. @defaultValue 0.2 */
  readonly labelSmoothing?: number;
}

const SHARED: readonly SharedName[] = ["input", "mode", "reduction", "aggregate", "ignoreIndex"];

/** Divergences below this are no boundary, however few there are. */
const LEAST_DIVERGENCE = 1e-5;
/** What a divergence must exceed goes up by this factor until few enough pixels do. */
const STEP = 1.2;
/** Farther than any border: no direction leads out of the image. */
const FAR = 1e9;

/** One step along each axis. */
const forwards = (rank: number) =>
  Array.from({ length: rank }, (_, axis) => Array.from({ length: rank }, (_, i) => Number(i === axis)));

/** 1 where a pixel and its next along some axis are told apart by `differ`. */
const onSomeAxis = (rank: number, differ: (direction: readonly number[]) => Tensor): Tensor =>
  forwards(rank)
    .map(differ)
    .reduce((a, b) => a.maximum(b));

/** Pixels beside which the prediction changes most: at most `share` of an image, then widened by a pixel. */
function predictedBoundary(change: Tensor, share: number): Tensor {
  const [n, c, ...space] = change.shape;
  const size = sizeOf(space);
  const allowed = Math.floor(share * size);
  let threshold: Tensor | number = LEAST_DIVERGENCE;
  if (allowed < size) {
    const next = change
      .reshape([n, c, size])
      .sort(-1, true)
      .slice([[0], [0], [allowed, allowed + 1]])
      .maximum(LEAST_DIVERGENCE);
    const steps = next.div(LEAST_DIVERGENCE).log().div(Math.log(STEP)).neg().floor().neg();
    threshold = steps
      .mul(Math.log(STEP))
      .exp()
      .mul(LEAST_DIVERGENCE)
      .reshape([n, c, ...space.map(() => 1)]);
  }
  const strong = change.greater(threshold);
  const wide = extended(strong);
  return directions(space.length)
    .map((direction) => inDirection(wide, direction))
    .reduce((a, b) => a.maximum(b), strong);
}

/** Distance to the border of the target: 0 on pixels whose next along some axis is of another class. */
function distanceToBorder(pixels: Pixels, each: (x: Tensor) => Tensor): Tensor {
  const { inside, outside } = sidesOf(pixels.g, 0.5, pixels);
  const [wideInside, wideOutside] = [extended(inside), extended(outside)];
  const border = onSomeAxis(pixels.space.length, (direction) =>
    each(
      inside.mul(inDirection(wideOutside, direction)).add(outside.mul(inDirection(wideInside, direction))),
    ),
  );
  return new Ruler(pixels, 1).distanceTo(border);
}

/**
 * Active boundary loss: pixels of the predicted boundary learn in which direction the target's border lies, and
 * to differ most from their neighbour there.
 *
 * `L = 1 / B sum over boundary pixels of min(d, D) / D * CE(z, t)`, `z_k = KL(P_k || P)`, for each image, then
 * reduced
 *
 * Symbols: P the predicted distribution of a pixel over the classes, `P_k` that of its neighbour in direction k
 * of 8 (26 in 3-D), B the number of boundary pixels, d a pixel's distance to the border of the target, D
 * `maxDistance`. CE is the cross entropy of softmax z; the wanted direction t is the neighbour with the smallest
 * d, with `1 - labelSmoothing` on it and the rest spread evenly over the others. Neighbours, d, t and the choice
 * of pixels are constants for derivatives: only the pixel itself moves.
 *
 * A pixel is predicted boundary where P diverges from that of its next along some axis by more than a
 * threshold, or beside such a pixel. The threshold starts at 1e-5 and goes up by factors of 1.2, in each image,
 * until no more than `boundaryShare` of the pixels exceed it: without predicted boundary, or in images of fewer
 * than `1 / boundaryShare` pixels, the loss is 0. The border of the target are pixels whose next along some
 * axis is of another class (soft targets cut at 1/2). Both look forwards only, as the paper's 2-neighbourhood
 * does, and ties go to the first direction (one axis before several, forwards before backwards): a mirrored
 * image may have another value.
 *
 * Exclusive classes have one boundary; with `mode: "multilabel"` each channel has its own. Ignored pixels are
 * neither boundary nor border (in the authors' code they are border); no direction leads out of the image.
 *
 * The authors' code measures d from one pixel beside the border (d - 1), adds up the divergences along both axes
 * where here the largest counts, takes the mean over all pixels of the batch that have a direction, and spreads
 * the smoothing over all 8 directions.
 *
 * Even a perfect prediction costs a little: its boundary is as wide as the widening. And a boundary can only be
 * moved where there is one: the paper adds this to cross entropy and {@link lovaszSoftmaxLoss}.
 *
 * One-class images: there is no border to move to, so that value and gradient are 0.
 *
 * Kin: {@link boundaryLoss} weighs probabilities by distance, wherever the predicted boundary is.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for weights of classes and pixels, which a boundary between them has no use for
 * @see Wang et al. 2022 (Active Boundary Loss, arXiv 2102.02696)
 * @example
 * ```ts
 * import { activeBoundaryLoss, tensor } from "segtape";
 * const g = tensor([[[1, 1, 0, 0, 0, 0]]]);
 * const x = tensor([[[3, 3, 3, 3, -3, -3]]]);
 * const loss = activeBoundaryLoss(x, g, { boundaryShare: 0.2, labelSmoothing: 0 });
 * // Pixels 2, 3, 4 are boundary, 1, 2, 3 to the right of the border; the two sides diverge by 3 tanh 1.5 = 2.72,
 * // so that their directions cost log 2, log(1 + exp 2.72) and log(1 + exp -2.72).
 * await loss.item(); // (0.0347 + 0.2779 + 0.0096) / 3 = 0.1074...
 * ```
 */
export const activeBoundaryLoss: Loss<ActiveBoundaryOptions> = defineLoss<ActiveBoundaryOptions>(
  "activeBoundaryLoss",
  {
    title: "Active boundary",
    family: "boundary",
    summary: "Pixels of the predicted boundary learn in which direction the target's border lies.",
    formula: "L = 1 / B sum over boundary pixels of min(d, D) / D CE(z, t), z_k = KL(P_k || P)",
    latex:
      "L = \\frac{1}{B}\\sum_i \\frac{\\min(d_i, D)}{D}\\,\\mathrm{CE}(\\mathrm{softmax}\\,z_i, t_i), " +
      "\\quad z_{ik} = \\mathrm{KL}(P_{i + \\Delta_k} \\,\\|\\, P_i)",
    source: "Wang et al. 2022",
    constants: "neighbours, distances, wanted directions, and which pixels are predicted boundary",
    shared: SHARED,
    options: {
      boundaryShare: {
        default: 0.01,
        min: 0,
        exclusiveMin: true,
        max: 1,
        doc: "largest share of pixels taken for predicted boundary",
      },
      maxDistance: {
        default: 20,
        min: 0,
        exclusiveMin: true,
        doc: "distance from which a pixel counts in full",
      },
      labelSmoothing: { default: 0.2, min: 0, max: 1, doc: "share of the direction spread over the others" },
    },
  },
  (pixels, { boundaryShare, maxDistance, labelSmoothing }) => {
    const rank = pixels.space.length;
    const exclusive = pixels.mode === "multiclass";
    const each = (x: Tensor) => (exclusive ? x.max(1, true) : x);
    const known = knownPixels(pixels);
    const wideKnown = known === null ? null : extended(known);

    const predicted = new Distributions(pixels);
    const change = onSomeAxis(rank, (direction) => {
      const divergence = predicted.divergence(direction);
      return known === null || wideKnown === null
        ? divergence
        : divergence.mul(known).mul(inDirection(wideKnown, direction));
    });
    const boundary = predictedBoundary(stopGradient(change), boundaryShare);
    const distance = distanceToBorder(pixels, each);

    const around = directions(rank);
    const others = labelSmoothing / (around.length - 1);
    const wideDistance = distance.pad(
      distance.shape.map((_, axis) => (axis < 2 ? [0, 0] : [1, 1])),
      FAR,
    );
    const scores = around.map((direction) => predicted.divergence(direction));
    const ways = around.map((direction) => inDirection(wideDistance, direction));
    let [wanted, nearest] = [scores[0], ways[0]];
    for (let k = 1; k < around.length; k++) {
      wanted = ways[k].less(nearest).where(scores[k], wanted);
      nearest = nearest.minimum(ways[k]);
    }
    const top = stopGradient(scores.reduce((a, b) => a.maximum(b)));
    const total = scores.map((score) => score.sub(top).exp()).reduce((a, b) => a.add(b));
    const all = scores.reduce((a, b) => a.add(b));
    const crossEntropy = total
      .log()
      .add(top)
      .sub(all.mul(others))
      .sub(wanted.mul(1 - labelSmoothing - others));
    const weight = distance.div(maxDistance).minimum(1);
    return ratio(pixels.sum(boundary.mul(weight).mul(crossEntropy)), pixels.sum(boundary), 0);
  },
);
