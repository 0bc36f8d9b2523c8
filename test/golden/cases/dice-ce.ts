import { diceCrossEntropyLoss } from "../../../src/losses/compound/dice-cross-entropy.ts";
import { diceTopKLoss } from "../../../src/losses/compound/dice-top-k.ts";
import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import { type DiceOptions, diceLoss } from "../../../src/losses/region/dice.ts";
import { type Family, type GoldenCase, number, numbers } from "../format.ts";
import { negativeScore, ours, scaled, total } from "../recipe.ts";

const MONAI_SMOOTH = 1e-5;

/** nnU-Net's settings of its Dice part. */
function nnunet(c: GoldenCase): DiceOptions {
  const { smooth, batch_dice, do_bg } = c.params.soft_dice_kwargs as {
    smooth: number;
    batch_dice: boolean;
    do_bg: boolean;
  };
  const one = c.shape[1] === 1;
  return { smooth, aggregate: batch_dice ? "batch" : "image", ...(one ? {} : { includeBackground: do_bg }) };
}

export const diceCe: Family = {
  file: "dice-ce",
  counts: { matched: 20, listed: 0 },
  rules: [
    {
      peer: "monai",
      fn: "DiceCELoss",
      when: (c) => "weight" in c.params,
      // Class weights multiply the Dice of each class, but divide only the mean of the cross entropy.
      ours: (c) => {
        const classWeights = numbers(c, "weight");
        const dice = ours(diceLoss, { smooth: MONAI_SMOOTH, classWeights, reduction: "sum" });
        return total(
          scaled(dice, 1 / (c.shape[0] * c.shape[1]), "1/(n C)"),
          ours(categoricalCrossEntropyLoss, { classWeights }),
        );
      },
    },
    {
      peer: "monai",
      fn: ["DiceCELoss", "DiceCELoss(sigmoid)"],
      ours: () => ours(diceCrossEntropyLoss, { dice: { smooth: MONAI_SMOOTH } }),
    },
    {
      peer: "nnunet",
      fn: ["DC_and_CE_loss", "DC_and_BCE_loss"],
      ours: (c) => {
        const ignored = "ignore_label" in c.params ? { ignoreIndex: number(c, "ignore_label") } : {};
        return negativeScore(ours(diceCrossEntropyLoss, { ...ignored, dice: nnunet(c) }));
      },
    },
    {
      peer: "seglossodyssey",
      fn: "DC_and_CE_loss",
      ours: (c) => negativeScore(ours(diceCrossEntropyLoss, { dice: { smooth: number(c, "smooth") } })),
    },
    {
      peer: "seglossodyssey",
      fn: "DC_and_topk_loss",
      ours: (c) =>
        negativeScore(
          ours(diceTopKLoss, {
            dice: { smooth: number(c, "smooth") },
            topK: { share: number(c, "k") / 100, aggregate: "batch" },
          }),
        ),
    },
  ],
};
