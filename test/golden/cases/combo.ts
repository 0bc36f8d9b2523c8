import { comboLoss } from "../../../src/losses/compound/combo.ts";
import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import { diceLoss } from "../../../src/losses/region/dice.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { negativeScore, ours, pixelCount, scaled, total } from "../recipe.ts";
import { micro } from "../views.ts";

/** `beta` of the paper is ce_w of the authors' code; their alpha is ce_d_w. */
const byAuthor = (c: GoldenCase) => ({
  alpha: number(c, "ce_d_w"),
  beta: number(c, "ce_w"),
  smooth: number(c, "smooth"),
  aggregate: "batch" as const,
});

export const combo: Family = {
  file: "combo",
  counts: { matched: 7, listed: 9 },
  rules: [
    {
      peer: "combo-author",
      fn: "Combo_loss",
      ours: (c) => ours(comboLoss, byAuthor(c)),
      except: [
        {
          when: (c) => !on("full16")(c),
          why:
            "the minus stands before the first term of the cross entropy alone: background " +
            "pixels are rewarded for being wrong",
        },
      ],
    },
    {
      peer: "kaggle",
      fn: "ComboLoss",
      ours: (c) =>
        ours(comboLoss, {
          alpha: number(c, "CE_RATIO"),
          beta: number(c, "ALPHA"),
          smooth: number(c, "smooth"),
          aggregate: "batch",
        }),
      except: [
        {
          when: (c) => !on("full16")(c),
          why: "a bracket is misplaced: background pixels weigh alpha (1 - alpha) instead of 1 - alpha",
        },
      ],
    },
    {
      peer: "nacriema",
      fn: "ComboLoss",
      ours: (c) => ours(comboLoss, { input: "probabilities", ...byAuthor(c) }, micro()),
      except: [
        { when: on("mcExt8"), why: "takes log(p + 1e-12) of softmax: pixels at p = 0 have no gradient" },
      ],
    },
    {
      peer: "mlyg",
      fn: "combo_loss",
      // Categorical cross entropy, without the terms of (1 - g), and the mean of Dice over the classes.
      ours: (c) => {
        const [alpha, beta] = [number(c, "alpha"), number(c, "beta")];
        const crossEntropy = ours(categoricalCrossEntropyLoss, {
          classWeights: [beta, 1 - beta],
          reduction: "sum",
        });
        const dice = negativeScore(ours(diceLoss, { smooth: 2e-6 }));
        return total(
          scaled(crossEntropy, alpha / pixelCount(c.shape, c.layout), `${alpha}/N`),
          scaled(dice, 1 - alpha),
        );
      },
    },
  ],
};
