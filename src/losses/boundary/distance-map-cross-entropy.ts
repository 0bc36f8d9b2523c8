import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { Ruler, SPACING, type Spacing, sidesOf } from "../shared/distance-maps.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link distanceMapCrossEntropyLoss} beside the shared ones. */
export interface DistanceMapCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** Distance between neighbours: one number, or one a spatial axis. @defaultValue 1 */
  readonly spacing?: Spacing;
}

/**
 * Distance-map cross entropy: cross entropy in which pixels count the more, the nearer they are to a border
 * of the target.
 *
 * `L = mean over pixels of (1 + F) CE`, `F = 1 - d / max d` on each side of the border of g
 *
 * Symbols: CE cross entropy of a pixel and class, g target, d Euclidean distance to the nearest pixel on the
 * other side of the border, `max d` its largest value on the same side, in the same image and class. F is
 * nearly 1 at the border and 0 where a side is deepest. Soft targets are cut at 1/2 for F. The map is a
 * constant for derivatives.
 *
 * The 1 keeps a gradient in the depth of a region. F is computed for each class of its own; with exclusive
 * classes only the pixels of a class see its map. Pixels of weight 0 (`ignoreIndex`, `pixelWeights`) are on
 * neither side.
 *
 * One-class images: an empty or full mask has no border, so F = 0 there and the loss is plain cross entropy
 * (published code divides 0 by 0).
 *
 * Kin: {@link binaryCrossEntropyLoss} and {@link categoricalCrossEntropyLoss} are the same with F = 0;
 * {@link shapeAwareLoss} weighs by how far apart two contours are.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} where `spacing` has another number of axes than the images
 * @see Caliva et al. 2019, eq. 2
 * @example
 * ```ts
 * import { distanceMapCrossEntropyLoss, tensor } from "segtape";
 * const loss = distanceMapCrossEntropyLoss(tensor([[[0, 0, 0]]]), tensor([[[1, 0, 0]]]));
 * // d = 1, 1, 2, so F = 0, 1/2, 0
 * await loss.item(); // (1 + 3/2 + 1) / 3 log 2 = 0.8086...
 * ```
 */
export const distanceMapCrossEntropyLoss: Loss<DistanceMapCrossEntropyOptions> =
  defineLoss<DistanceMapCrossEntropyOptions>(
    "distanceMapCrossEntropyLoss",
    {
      title: "Distance-map cross entropy",
      family: "boundary",
      summary: "Cross entropy in which pixels near a border of the target count up to twice.",
      formula: "L = mean of (1 + F) CE, F = 1 - d / max d",
      latex:
        "L = \\frac{1}{N}\\sum_i (1 + \\Phi_i)\\,\\mathrm{CE}_i, " +
        "\\quad \\Phi_i = 1 - \\frac{d_i}{\\max_j d_j}",
      source: "Caliva et al. 2019, eq. 2",
      constants: "the distance map F",
      shared: PIXEL_LOSS,
      options: { spacing: SPACING },
    },
    (pixels, { spacing }) => {
      const nearness = new Ruler(pixels, spacing).nearness(sidesOf(pixels.g, 0.5, pixels));
      return pixels.crossEntropy.mul(nearness.add(1));
    },
  );
