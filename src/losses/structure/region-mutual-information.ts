import { ShapeError } from "../../errors.ts";
import { unfold } from "../../ops/movement.ts";
import { formatShape } from "../../shape.ts";
import { Tensor, tensor } from "../../tensor.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { type Pixels, ratio } from "../shared/pixels.ts";
import { cosineBasis, logDeterminant, solve } from "../shared/small-matrices.ts";

/** Options of {@link regionMutualInformationLoss} beside the shared ones. */
export interface RegionMutualInformationOptions extends Omit<SharedOptions, "aggregate"> {
  /** Side of a region, in cells. An integer from 1. @defaultValue 3 */
  readonly radius?: number;
  /** Side of the cells, in pixels, to which both maps are reduced first; 1 keeps them. @defaultValue 3 */
  readonly stride?: number;
  /** What a cell takes of its pixels: their mean, or the largest. @defaultValue "average" */
  readonly pooling?: "average" | "max";
  /** Added to the diagonals of both matrices. Above 0. @defaultValue 5e-4 */
  readonly epsilon?: number;
  /** Share of cross entropy; the rest goes to mutual information. Range 0 .. 1. @defaultValue 0.5 */
  readonly crossEntropyShare?: number;
}

type RegionOptions = Required<Pick<RegionMutualInformationOptions, "radius" | "stride" | "pooling">>;

function checkSize({ space }: Pixels, { radius, stride }: RegionOptions): void {
  if (space.every((length) => length >= radius * stride)) return;
  const expected = `at least ${radius * stride} along each axis for regions of ${radius} cells of ${stride}`;
  throw new ShapeError(
    `regionMutualInformationLoss: images are ${formatShape(space)}, expected ${expected} (or a smaller stride)`,
    { op: "regionMutualInformationLoss", argument: "prediction", given: formatShape(space), expected },
  );
}

const transposed = (x: Tensor): Tensor => x.permute([0, 1, 3, 2]);

/** Every region of `[n, c, ...cells]` as a row of its cells: `[n, c, regions, radius^axes]`. */
function regionsOf(cells: Tensor, radius: number): Tensor {
  const [n, c, ...space] = cells.shape;
  const windows = space.reduce((x, _, i) => unfold(x, i + 2, radius), cells.node);
  const regions = space.reduce((count, length) => count * (length - radius + 1), 1);
  return new Tensor(windows).reshape([n, c, regions, radius ** space.length]);
}

/** Sums of products over regions, each map less its mean: N times a covariance, `[n, c, d, d]`. */
class Scatter {
  readonly #weight: Tensor | null;
  readonly #regions: (x: Tensor) => Tensor;

  constructor({ weight, space }: Pixels, { radius, stride, pooling }: RegionOptions) {
    const pooled = (x: Tensor) => (pooling === "max" ? x.maxPool(stride) : x.avgPool(stride));
    // Cells of a smooth map are nearly the same, frequencies nearly independent: the scatter comes out nearly
    // diagonal, and float32 keeps the digits of its small entries. No determinant changes in another basis.
    const basis = cosineBasis(radius, space.length);
    this.#regions = (x) => regionsOf(stride === 1 ? x : pooled(x), radius).matmul(basis);
    // A region counts as much as the pixel in it that counts least.
    this.#weight =
      weight === null ? null : regionsOf(weight.neg().maxPool(stride).neg(), radius).min(3, true);
  }

  /** The regions of a map, less their mean. */
  centred(x: Tensor): Tensor {
    const regions = this.#regions(x);
    if (this.#weight === null) return regions.sub(regions.mean(2, true));
    const total = regions.mul(this.#weight).sum(2, true);
    return regions.sub(ratio(total, this.#weight.sum(2, true), 0));
  }

  of(x: Tensor, y: Tensor): Tensor {
    return transposed(this.#weight === null ? x : x.mul(this.#weight)).matmul(y);
  }
}

/**
 * Region mutual information loss: cross entropy, and how uncertain the target's regions remain once the prediction's
 * are known.
 *
 * `L = w mean(CE) + (1 - w) 1/(2d) log det(M + e I)`, `M = S_gg - S_gp (S_pp + e I)^-1 S_pg`, for each image and class
 *
 * Symbols: CE cross entropy of a pixel and class, w `crossEntropyShare`, e `epsilon`. Both maps are reduced to cells
 * of `stride` pixels; each square of `radius` by `radius` cells (a cube in 3-D) is a point of d = radius^2 (radius^3)
 * dimensions; `S_gp` is the sum over all points of (g - mean g)(p - mean p)^T. M is the scatter of g that no linear
 * function of p explains; half its log determinant bounds the mutual information from below, up to a constant.
 *
 * As in the published code, sums are not divided by the number of points, so the value grows with the size of the
 * image, and e is not a share of the variance. Values can be negative: the least is between `1/2 log e` and
 * `1/2 log 2e`, times 1 - w. That code takes the sum over classes (the mean here; with c classes, c times this), the
 * largest pixel of a cell by default but the mean in its scripts, with a border of half a cell around the image
 * (here none: rows and columns too few for a cell take no part).
 *
 * Computed as `M + e I = R R^T + e W W^T + e I` with `W = S_gp (S_pp + e I)^-1`, R = g - W p: three sums of squares,
 * where the difference above loses its digits to float32 as soon as the prediction is good. Of a nearly perfect
 * prediction of 384 x 384 pixels float32 keeps the value to 1e-6 and the gradient to 3e-3 of its largest entry (of an
 * ordinary one to 1e-6), where the difference gives NaN; the published code turns to float64.
 *
 * Mutual information does not tell a mask from its complement, which cross entropy must do. A region that holds an
 * ignored pixel is left out; with `pixelWeights` a region counts as much as the pixel in it that counts least.
 *
 * One-class images: g does not vary, so its part is the constant `1/2 log e`, and cross entropy pulls alone.
 *
 * Kin: {@link ssimLoss} compares means and variances of the same windows, one window at a time.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link ShapeError} for images smaller than `radius * stride`; {@link OptionError} for `aggregate`: the points
 *   of one image are one sample
 * @see Zhao et al. 2019 (arXiv 1910.12037), eq. 16
 * @example
 * ```ts
 * import { regionMutualInformationLoss, tensor } from "segtape";
 * const options = { input: "probabilities", radius: 1, stride: 1, epsilon: 0.02, crossEntropyShare: 0 } as const;
 * const loss = regionMutualInformationLoss(tensor([[[0.8, 0.2]]]), tensor([[[1, 0]]]), options);
 * await loss.item(); // log(0.5 - 0.3^2 / (0.18 + 0.02) + 0.02) / 2 = log(0.07) / 2 = -1.3296...
 * ```
 */
export const regionMutualInformationLoss: Loss<RegionMutualInformationOptions> =
  defineLoss<RegionMutualInformationOptions>(
    "regionMutualInformationLoss",
    {
      title: "Region mutual information",
      family: "structure",
      summary:
        "Cross entropy, and how uncertain neighbourhoods of the target remain once the prediction is known.",
      formula:
        "L = w mean(CE) + (1 - w) / (2d) log det(S_gg - S_gp (S_pp + e I)^-1 S_pg + e I), S scatter of regions",
      latex:
        "L = w\\,\\overline{\\mathrm{CE}} + \\frac{1 - w}{2d}\\log\\det\\left(\\Sigma_{gg}" +
        " - \\Sigma_{gp}(\\Sigma_{pp} + \\epsilon I)^{-1}\\Sigma_{pg} + \\epsilon I\\right)",
      source: "Zhao et al. 2019, eq. 16",
      shared: PIXEL_LOSS,
      options: {
        radius: { default: 3, min: 1, integer: true, doc: "side of a region, in cells" },
        stride: { default: 3, min: 1, integer: true, doc: "side of a cell, in pixels" },
        pooling: { default: "average", choices: ["average", "max"], doc: "what a cell takes of its pixels" },
        epsilon: { default: 5e-4, min: 0, exclusiveMin: true, doc: "added to the diagonals" },
        crossEntropyShare: { default: 0.5, min: 0, max: 1, doc: "share of cross entropy" },
      },
    },
    (pixels, { epsilon, crossEntropyShare, ...regions }) => {
      checkSize(pixels, regions);
      const scatter = new Scatter(pixels, regions);
      const [p, g] = [scatter.centred(pixels.p), scatter.centred(pixels.g)];
      const [n, c, , d] = p.shape;
      const floor = tensor(
        Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? epsilon : 0)),
        [1, 1, d, d],
      );
      const w = solve(scatter.of(p, p).add(floor), scatter.of(p, g));
      const r = g.sub(p.matmul(w));
      const rest = scatter.of(r, r).add(transposed(w).matmul(w).mul(epsilon)).add(floor);
      const information = logDeterminant(rest)
        .reshape([n, c])
        .div(2 * d);
      return pixels
        .mean(pixels.crossEntropy)
        .mul(crossEntropyShare)
        .add(information.mul(1 - crossEntropyShare));
    },
  );
