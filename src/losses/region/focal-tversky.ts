import { softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import { tverskyDistance } from "../shared/overlap.ts";
import { gentlePower } from "../shared/power.ts";
import { TVERSKY_OPTIONS, type TverskyOptions } from "./tversky.ts";

/** Options of {@link focalTverskyLoss} beside the shared ones. */
export interface FocalTverskyOptions extends TverskyOptions {
  /**
   * The exponent is `1 / gamma`: above 1, classes that are nearly right count more. Above 0.
   * @defaultValue 4/3
   */
  readonly gamma?: number;
}

/**
 * Focal Tversky loss: a root of the Tversky loss of each class, so that small errors keep their weight.
 *
 * `L = (1 - TI)^(1 / gamma)`, `TI = (TP + s) / (TP + a FP + b FN + s)`, for each image and class, then
 * reduced.
 *
 * Symbols as in {@link tverskyLoss}: a `falsePositiveWeight`, b `falseNegativeWeight`, s `smooth`. The
 * exponent is the paper's `1 / gamma`; several peers write `(1 - TI)^gamma`, so that their gamma 0.75 is 4/3
 * here. The power is taken of each class, before any mean; the paper's sum over classes is `reduction: "sum"`
 * for one image. Range 0 .. 1.
 *
 * `1 - TI` is computed as `(a FP + b FN) / (TP + a FP + b FN + s)`, without cancellation. The root has an
 * infinite slope at 0: below `1 - TI = 1e-7` it is replaced by its chord to the origin, so that a perfect
 * prediction costs 0 with a finite gradient.
 *
 * One-class images: an empty mask costs `(a sum p / (a sum p + s))^(1 / gamma)`, whose gradient pushes every
 * p down; a full mask is an ordinary case. With `smooth: 0` an empty mask costs 1 with no gradient, and 0
 * where p is 0 throughout.
 *
 * Kin: `gamma: 1` is {@link tverskyLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Abraham and Khan 2018, eq. 4; Jadon 2020, eq. 11
 * @example
 * ```ts
 * import { focalTverskyLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * const loss = focalTverskyLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // (0.15 / 1.15)^0.75 = 0.2170...
 * ```
 */
export const focalTverskyLoss: Loss<FocalTverskyOptions> = defineLoss<FocalTverskyOptions>(
  "focalTverskyLoss",
  {
    title: "Focal Tversky",
    family: "region",
    summary: "A root of the Tversky loss of each class: small errors keep their weight.",
    formula: "L = (1 - TI)^(1 / gamma), TI = (TP + s) / (TP + a FP + b FN + s)",
    latex: "L = \\left(1 - \\frac{TP + s}{TP + \\alpha FP + \\beta FN + s}\\right)^{1/\\gamma}",
    source: "Abraham and Khan 2018, eq. 4",
    shared: REGION_LOSS,
    options: {
      ...TVERSKY_OPTIONS,
      gamma: { default: 4 / 3, min: 0, exclusiveMin: true, doc: "the exponent is 1 / gamma" },
    },
  },
  (pixels, { gamma, ...weights }) => gentlePower(tverskyDistance(softCounts(pixels), weights), 1 / gamma),
);
