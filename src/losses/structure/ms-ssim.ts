import { ShapeError } from "../../errors.ts";
import { formatShape, type Shape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { meanOverClasses } from "../shared/classes.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import { complement } from "../shared/pixels.ts";
import {
  joined,
  SIMILARITY,
  type SimilarityOptions,
  similarityErrors,
  WINDOW_LOSS,
  type WindowSharedOptions,
} from "../shared/similarity.ts";
import { half } from "../shared/windows.ts";

/** Options of {@link msSsimLoss} beside the shared ones. */
export interface MsSsimOptions extends WindowSharedOptions, SimilarityOptions {
  /** Power of each scale, finest first; their number is the number of scales. @defaultValue Wang's five */
  readonly scaleWeights?: readonly number[];
}

type WindowOptions = Required<Pick<MsSsimOptions, "windowSize" | "padding" | "scaleWeights">>;

/** Refuses an image whose coarsest scale has no room for a window. */
function checkSize(space: Shape, { windowSize, padding, scaleWeights }: WindowOptions): void {
  const coarsest = padding === "valid" ? windowSize : padding === "reflect" ? half(windowSize) + 1 : 1;
  const least = (coarsest - 1) * 2 ** (scaleWeights.length - 1) + 1;
  if (space.every((length) => length >= least)) return;
  const scales = `${scaleWeights.length} scales of a window of ${windowSize}`;
  const expected = `at least ${least} along each axis for ${scales}`;
  throw new ShapeError(
    `msSsimLoss: images are ${formatShape(space)}, expected ${expected} (or fewer scaleWeights)`,
    {
      op: "msSsimLoss",
      argument: "prediction",
      given: formatShape(space),
      expected,
    },
  );
}

/**
 * Half the size: means of 2 by 2 (by 2) pixels; along an odd axis the last one stands twice, as in
 * TensorFlow.
 */
function halved(x: Tensor): Tensor {
  const even = x.shape.reduce<Tensor>((y, length, axis) => {
    if (axis < 2 || length % 2 === 0) return y;
    return y.concat(y.slice(y.shape.map((n, i) => (i === axis ? [n - 1] : [0]))), axis);
  }, x);
  return even.avgPool(2);
}

/** Below this a similarity counts as this, for a finite slope; C1 and C2 hold one-class images above it. */
const FLOOR = 1e-8;

/**
 * Multi-scale SSIM loss: one minus the product of structural similarities at several resolutions.
 *
 * `L = 1 - cs_1^w_1 cs_2^w_2 ... cs_(M-1)^w_(M-1) ssim_M^w_M`, for each image and class
 *
 * Symbols: `cs_j = mean of (2 s_pg + C2) / (s_p^2 + s_g^2 + C2)` at scale j, `ssim_M` the whole similarity of
 * {@link ssimLoss} at the coarsest; each scale is the one before at half its size; `w` `scaleWeights`. Means
 * are taken first, powers then, as in TensorFlow. (The code published with U-Net 3+ has the last factor in
 * every term of the product.)
 *
 * A mean similarity u can be 0 or below, where a fractional power is infinitely steep or undefined.
 * TensorFlow cuts u to 0, and the gradient of every scale with it. Here u counts as at least `f = 1e-8` in
 * the product, and what it lacks is added: `w (f - u)` where u < f. So a mirrored prediction costs more than
 * 1 and keeps a finite gradient that points the right way, and a single scale of weight 1 is exactly
 * {@link ssimLoss}. Range 0 .. 2.
 *
 * Size: with M scales and whole windows, each axis must be at least `(windowSize - 1) 2^(M - 1) + 1` long:
 * 161 by default. For smaller images give fewer `scaleWeights`; scales are never dropped silently. One value
 * an image, as with {@link ssimLoss}.
 *
 * One-class images: as with {@link ssimLoss}; C1 and C2 keep each factor above 0.
 *
 * Kin: a single scale of weight 1 is {@link ssimLoss}; {@link unet3PlusLoss} joins it with others.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link ShapeError} for images too small for the scales; {@link OptionError} for `ignoreIndex`,
 *   `pixelWeights` and `aggregate`: a window sees all its pixels
 * @see Wang, Simoncelli and Bovik 2003, eq. 7; Huang et al. 2020 (U-Net 3+), eq. 6
 * @example
 * ```ts
 * import { full, msSsimLoss, zeros } from "segtape";
 * const p = full([1, 1, 16, 16], 0.1);
 * const options = { input: "probabilities", windowSize: 5, scaleWeights: [0.5, 0.5] } as const;
 * await msSsimLoss(p, zeros([1, 1, 16, 16]), options).item(); // 1 - sqrt(C1 / (0.1^2 + C1)) = 0.9004...
 * ```
 */
export const msSsimLoss: Loss<MsSsimOptions> = defineLoss<MsSsimOptions>(
  "msSsimLoss",
  {
    title: "Multi-scale SSIM",
    family: "structure",
    summary:
      "One minus structural similarity over several resolutions: fine detail and coarse shape at once.",
    formula: "L = 1 - product over scales j < M of cs_j^w_j, times ssim_M^w_M",
    latex: "L = 1 - \\mathrm{ssim}_M^{w_M} \\prod_{j=1}^{M-1} \\mathrm{cs}_j^{w_j}",
    source: "Wang, Simoncelli and Bovik 2003, eq. 7",
    shared: WINDOW_LOSS,
    options: {
      ...SIMILARITY,
      scaleWeights: {
        default: [0.0448, 0.2856, 0.3001, 0.2363, 0.1333],
        doc: "power of each scale, finest first",
        check: (weights) => {
          const good =
            Array.isArray(weights) &&
            weights.length > 0 &&
            weights.every((w) => Number.isFinite(w) && w >= 0);
          return good ? null : "numbers from 0, one a scale";
        },
      },
    },
  },
  (pixels, options) => {
    const { scaleWeights } = options;
    checkSize(pixels.space, options);
    let { p, g } = pixels;
    const scales = scaleWeights.map((weight, scale) => {
      if (scale > 0) [p, g] = [halved(p), halved(g)];
      const errors = similarityErrors(p, g, options);
      const error = scale === scaleWeights.length - 1 ? joined(errors) : errors.structure;
      const similarity = complement(error.mean(pixels.spaceAxes));
      const lacking = similarity.neg().add(FLOOR).relu();
      return { factor: similarity.maximum(FLOOR).pow(weight), lacking: lacking.mul(weight) };
    });
    const product = scales.map(({ factor }) => factor).reduce((a, b) => a.mul(b));
    const lacking = scales.map((scale) => scale.lacking).reduce((a, b) => a.add(b));
    return meanOverClasses(complement(product).add(lacking), pixels);
  },
);
