import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import { HAUSDORFF, type HausdorffOptions, hausdorffDistance } from "../shared/hausdorff.ts";
import type { SharedOptions } from "../shared/options.ts";

/** Options of {@link logHausdorffDistanceLoss} beside the shared ones. */
export interface LogHausdorffDistanceOptions extends SharedOptions, HausdorffOptions {}

/**
 * Logarithm of the Hausdorff distance loss: distances of any size on the scale of an overlap loss.
 *
 * `L = log(1 + H)`, `H = mean over pixels of (p - g)^2 (d_p^alpha + d_g^alpha)`, for each image and class,
 * then reduced
 *
 * Symbols: p predicted, g target share, `d_p`, `d_g` Euclidean distance of a pixel to the nearest pixel on the
 * other side of the border of p, of g, both cut at `threshold`. Distances are constants for derivatives.
 * `oneSided: true` drops `d_p`.
 *
 * H grows with the square of the image's side; its logarithm grows by a constant where the side doubles, and
 * its slope `1 / (1 + H)` falls as errors reach farther, so that one image with a far error does not drown the
 * others. Near 0 it is H itself. MONAI takes the logarithm of the mean over images and classes; here it is
 * taken of each, as each loss here is, and then reduced (one class with `aggregate: "batch"` gives MONAI's).
 *
 * One-class images: as {@link hausdorffDistanceLoss}. A mask without a border has d = 0 everywhere; an empty
 * target is seen through `d_p` alone, and value and gradient are 0 where neither mask has a border.
 *
 * Kin: {@link hausdorffDistanceLoss} without the logarithm.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} where `spacing` has another number of axes than the images
 * @see Karimi and Salcudean 2019; the logarithm is MONAI's (LogHausdorffDTLoss)
 * @example
 * ```ts
 * import { logHausdorffDistanceLoss, tensor } from "segtape";
 * const p = tensor([[[0.9, 0.8, 0.1, 0]]]);
 * const g = tensor([[[1, 0, 0, 0]]]);
 * // H = (0.05 + 1.28 + 0.05) / 4 = 0.345
 * await logHausdorffDistanceLoss(p, g, { input: "probabilities" }).item(); // log 1.345 = 0.2963...
 * ```
 */
export const logHausdorffDistanceLoss: Loss<LogHausdorffDistanceOptions> =
  defineLoss<LogHausdorffDistanceOptions>(
    "logHausdorffDistanceLoss",
    {
      title: "Log Hausdorff distance",
      family: "boundary",
      summary: "Logarithm of the Hausdorff distance loss: far errors lead, but do not drown the rest.",
      formula: "L = log(1 + H), H = mean of (p - g)^2 (d_p^alpha + d_g^alpha)",
      latex:
        "L = \\log\\left(1 + \\frac{1}{N}\\sum_i (p_i - g_i)^2 " +
        "\\left(d_p(i)^\\alpha + d_g(i)^\\alpha\\right)\\right)",
      source: "Karimi and Salcudean 2019; MONAI, LogHausdorffDTLoss",
      constants: "the distances d_p and d_g",
      shared: EVERY_LOSS,
      options: HAUSDORFF,
    },
    (pixels, options) => hausdorffDistance(pixels, options).log1p(),
  );
