import { exponentialLogarithmicLoss } from "../../../src/losses/compound/exponential-logarithmic.ts";
import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import { type Family, type GoldenCase, number } from "../format.ts";
import { ours, type Recipe, total } from "../recipe.ts";

/** Mean over pixels of a power of the cross entropy, all labels weighing the same. */
function powerOfCrossEntropy(exponent: number): Recipe {
  const pixels = ours(categoricalCrossEntropyLoss, { reduction: "none" });
  return {
    text: `mean of ${pixels.text}^${exponent}`,
    run: (sample) => pixels.run(sample).pow(exponent).mean(),
  };
}

const diceGamma = (c: GoldenCase) => ({
  gammaDice: number(c, "gamma"),
  gammaCrossEntropy: number(c, "gamma"),
});

export const exponentialLog: Family = {
  file: "exponential-log",
  counts: { matched: 1, listed: 10 },
  rules: [
    {
      peer: "seglossodyssey",
      fn: "ExpLog_loss",
      ours: (c) => ours(exponentialLogarithmicLoss, { smooth: number(c, "smooth"), ...diceGamma(c) }),
      listed:
        "the logarithm of the mean Dice instead of the mean of logarithms, and a cross " +
        "entropy without exponent or label weights",
    },
    {
      peer: "nacriema",
      fn: "ExponentialLogarithmicLoss",
      ours: (c) =>
        ours(exponentialLogarithmicLoss, {
          diceWeight: number(c, "w_dice"),
          crossEntropyWeight: number(c, "w_cross"),
          ...diceGamma(c),
        }),
      listed: "softmax is applied twice before the cross entropy, and label weights are given by hand",
    },
    {
      peer: "mpunet",
      fn: "ExponentialLogarithmicLoss",
      // Without the paper's label weights in the second part.
      ours: (c) =>
        total(
          ours(exponentialLogarithmicLoss, {
            aggregate: "batch",
            diceWeight: number(c, "weight_dice"),
            gammaDice: number(c, "gamma_dice"),
            crossEntropyWeight: 0,
          }),
          powerOfCrossEntropy(number(c, "gamma_cross")),
        ),
    },
  ],
};
