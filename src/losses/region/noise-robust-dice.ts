import { stopGradient } from "../../transform/grad.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { ratio } from "../shared/pixels.ts";
import { gentlePower } from "../shared/power.ts";

/** Options of {@link noiseRobustDiceLoss} beside the shared ones. */
export interface NoiseRobustDiceOptions extends SharedOptions, SmoothOptions {
  /** Power of the error: the smaller, the less a wrong label weighs. Range 1 .. 2. @defaultValue 1.5 */
  readonly gamma?: number;
  /** Squares p and g in the denominator (the paper's form). @defaultValue false */
  readonly squared?: boolean;
}

/**
 * Noise-robust Dice loss: the Dice loss as errors over volumes, with a power of the errors between that of the
 * absolute and that of the squared error, so that wrong labels weigh less.
 *
 * `L = sum |p - g|^gamma / (sum p + sum g + s)`, for each image and class, then reduced.
 *
 * Symbols: p predicted, g target share, gamma `gamma`, s `smooth`. The numerator is an error, not a score, so
 * `smooth` joins the denominator alone and `smoothNumerator` is 0 unless it is given. The denominator is that of
 * the authors' code (PyMIC, over the whole batch: `aggregate: "batch"`); the paper has `sum p^2 + sum g^2`, as
 * `squared: true`. Range 0 .. 1; from 0 without a bound of 1 where the denominator alone is squared.
 *
 * With gamma above 1 the denominator has a say in the gradient: a pixel outside the mask whose `p^(gamma - 1)` is
 * below `L / gamma` is pushed up a little, by the formula as published. An error of exactly 0 has curvature
 * without bound for gamma below 2: below 1e-7 the power is its chord to the origin.
 *
 * One-class images: an empty mask costs `sum p^gamma / (sum p + s)`. As written, that would push up every p that is
 * well below the average; its denominator is constant for derivatives instead, so that every p is pushed down.
 * A full mask is an ordinary case, which pushes every p up.
 *
 * Kin: for hard masks `gamma: 1` is {@link diceLoss} with the same s. With `gamma: 2, squared: true` it is `diceLoss`
 * with `squared: true`, for soft masks too.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Wang et al. 2020 (COPLE-Net, IEEE TMI)
 * @example
 * ```ts
 * import { noiseRobustDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[0.75, 0.25]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * const loss = noiseRobustDiceLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // 2 * 0.25^1.5 / 2 = 0.125
 * ```
 */
export const noiseRobustDiceLoss: Loss<NoiseRobustDiceOptions> = defineLoss<NoiseRobustDiceOptions>(
  "noiseRobustDiceLoss",
  {
    title: "Noise-robust Dice",
    family: "region",
    summary: "Powers of errors over volumes: between Dice by absolute errors and Dice by squares.",
    formula: "L = sum |p - g|^gamma / (sum p + sum g + s)",
    latex: "L = \\frac{\\sum |p - g|^\\gamma}{\\sum p + \\sum g + s}",
    source: "Wang et al. 2020",
    constants: "the denominator of an empty mask",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1e-5, min: 0, doc: "added to the denominator" },
      smoothNumerator: { default: 0, doc: "added to the numerator" },
      gamma: { default: 1.5, min: 1, max: 2, doc: "power of the error" },
      squared: { default: false, doc: "squares p and g in the denominator" },
    },
  },
  (pixels, { gamma, squared, smoothNumerator, smoothDenominator }) => {
    const { p, g } = pixels;
    const errors = pixels.sum(gentlePower(p.sub(g).abs(), gamma));
    const volume = pixels.sum(g);
    const total = pixels.sum(squared ? p.square() : p).add(squared ? pixels.sum(g.square()) : volume);
    const held = volume.equal(0).where(stopGradient(total), total);
    return ratio(errors.add(smoothNumerator), held.add(smoothDenominator), 0);
  },
);
