import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { meanOverClasses, sumOverClasses } from "../shared/classes.ts";
import { softCounts } from "../shared/counts.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement, type Pixels, ratio } from "../shared/pixels.ts";
import { gentlePower, POWER_FLOOR } from "../shared/power.ts";

/** Options of {@link exponentialLogarithmicLoss} beside the shared ones. */
export interface ExponentialLogarithmicOptions extends SharedOptions, Pick<SmoothOptions, "smooth"> {
  /** Weight of the Dice part, from 0. @defaultValue 0.8 */
  readonly diceWeight?: number;
  /** Weight of the cross entropy part, from 0. @defaultValue 0.2 */
  readonly crossEntropyWeight?: number;
  /** Exponent of `-log D`, above 0; below 1 small errors keep their weight. @defaultValue 0.3 */
  readonly gammaDice?: number;
  /** Exponent of `-log p`, above 0. @defaultValue 0.3 */
  readonly gammaCrossEntropy?: number;
}

/**
 * `w_l = sqrt(sum_k f_k / f_l)`: rare labels count more. An absent label has no pixel to weigh, and gets 0.
 */
const rarity = (frequency: Tensor, all: Tensor) => stopGradient(ratio(all, frequency, 0).sqrt());

/** `E_i[w_l (-log p_l)^gamma]` of each image: the mean over its pixels, l the label of each. */
function exponentialCrossEntropy(pixels: Pixels, gamma: number): Tensor {
  const { g, logP, logQ, mode } = pixels;
  const total = (share: Tensor, logShare: Tensor) =>
    pixels.sum(share.mul(gentlePower(logShare.neg(), gamma)));
  const frequency = pixels.sum(g);
  if (mode === "multiclass") {
    const weighted = total(g, logP).mul(rarity(frequency, frequency.sum(1, true)));
    return ratio(sumOverClasses(weighted, pixels), sumOverClasses(frequency, pixels), 0);
  }
  // A channel that stands alone has two labels: the class, and not the class.
  const others = pixels.sum(complement(g));
  const all = frequency.add(others);
  const weighted = total(g, logP)
    .mul(rarity(frequency, all))
    .add(total(complement(g), logQ).mul(rarity(others, all)));
  return ratio(sumOverClasses(weighted, pixels), sumOverClasses(all, pixels), 0);
}

/** `E_l[(-log D_l)^gamma]` of each image: the mean over its classes. */
function exponentialDice(pixels: Pixels, gamma: number, smooth: number): Tensor {
  const { truePositives, falsePositives, falseNegatives } = softCounts(pixels);
  const overlap = truePositives.mul(2).add(smooth);
  // -log D = log(1 + errors / overlap), with all the digits that the root brings out near D = 1.
  const minusLogDice = falsePositives.add(falseNegatives).div(overlap.maximum(POWER_FLOOR)).log1p();
  return meanOverClasses(gentlePower(minusLogDice, gamma), pixels);
}

/**
 * Exponential logarithmic loss: powers of the logarithms of Dice and of the likelihood, so that small
 * structures and small errors keep their weight.
 *
 * `L = u mean over classes l of (-log D_l)^gD + v mean over pixels i of w_l (-log p_l(i))^gC`, for each
 * image, `D_l = (2 sum p g + s) / (sum p + sum g + s)`, `w_l = sqrt(sum_k f_k / f_l)`, l in `p_l(i)` the
 * label of pixel i
 *
 * Symbols: p predicted, g target share, f_l the number of pixels of label l, u `diceWeight`, v
 * `crossEntropyWeight`, gD `gammaDice`, gC `gammaCrossEntropy`, s `smooth` (in numerator and denominator
 * alike: setting them apart would allow D > 1, whose logarithm has no such power). The paper counts f over
 * the training set; here it is counted in the target, over each image (over the batch with `aggregate:
 * "batch"`), and constant for derivatives. Soft targets share a pixel among its labels, `sum_l g_l w_l (-log
 * p_l)^gC`.
 *
 * A channel that stands alone (modes "binary", "multilabel") has its class and its background as labels of
 * the cross entropy, and its class in the Dice part. Classes join within their image: `reduction: "none"`
 * gives `[n]`, one value an image (`[1]` with `aggregate: "batch"`); `classWeights` weigh both means. With
 * `includeBackground: false` frequencies and means run over the other classes and their pixels.
 *
 * Powers below 1 have an infinite slope at 0: below 1e-7 they are replaced by their chord to the origin, so
 * that a perfect prediction costs 0 with a finite gradient. Below the Dice fraction at least 1e-7 is taken,
 * which matters with `smooth: 0` alone.
 *
 * One-class images: an absent label has no pixel in the cross entropy and gets weight 0 instead of an
 * infinite one. An empty mask costs `log(1 + sum p / s)^gD` in its Dice part; both parts push every p the
 * right way.
 *
 * Kin: with both exponents 1, {@link diceLoss} with `log: true` and a cross entropy weighted by label
 * frequency.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `smoothNumerator` and `smoothDenominator`
 * @see Wong et al. 2018, eq. 1-3
 * @example
 * ```ts
 * import { exponentialLogarithmicLoss, tensor } from "segtape";
 * const p = tensor([[[[0.5, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * // 0.8 (log 1.5)^0.3 + 0.2 sqrt(2) (log 2)^0.3
 * await exponentialLogarithmicLoss(p, g, { input: "probabilities" }).item(); // 0.8636...
 * ```
 */
export const exponentialLogarithmicLoss: Loss<ExponentialLogarithmicOptions> =
  defineLoss<ExponentialLogarithmicOptions>(
    "exponentialLogarithmicLoss",
    {
      title: "Exponential logarithmic",
      family: "compound",
      summary:
        "Powers of the logarithms of Dice and likelihood: small structures and small errors keep weight.",
      formula: "L = u mean_l (-log D_l)^gD + v mean_i w_l (-log p_l(i))^gC",
      latex:
        "L = w_D\\,E_l[(-\\ln D_l)^{\\gamma_D}] + w_C\\,E_i[w_l(-\\ln p_l(i))^{\\gamma_C}], " +
        "\\quad w_l = \\sqrt{\\textstyle\\sum_k f_k / f_l}",
      source: "Wong et al. 2018, eq. 1-3",
      constants: "label weights w_l",
      shared: [...EVERY_LOSS, "smooth"],
      options: {
        smooth: { default: 1, min: 0, doc: "added to numerator and denominator of Dice" },
        diceWeight: { default: 0.8, min: 0, doc: "weight of the Dice part" },
        crossEntropyWeight: { default: 0.2, min: 0, doc: "weight of the cross entropy part" },
        gammaDice: { default: 0.3, min: 0, exclusiveMin: true, doc: "exponent of -log D" },
        gammaCrossEntropy: { default: 0.3, min: 0, exclusiveMin: true, doc: "exponent of -log p" },
      },
    },
    (pixels, { diceWeight, crossEntropyWeight, gammaDice, gammaCrossEntropy, smoothNumerator: smooth }) => {
      const dice = exponentialDice(pixels, gammaDice, smooth);
      const crossEntropy = exponentialCrossEntropy(pixels, gammaCrossEntropy);
      return dice.mul(diceWeight).add(crossEntropy.mul(crossEntropyWeight));
    },
  );
