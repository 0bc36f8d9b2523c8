import { diceCrossEntropyLoss } from "../../../src/losses/compound/dice-cross-entropy.ts";
import { binaryCrossEntropyLoss } from "../../../src/losses/pixel/binary-cross-entropy.ts";
import { type DiceOptions, diceLoss } from "../../../src/losses/region/dice.ts";
import { type Family, number, on, param } from "../format.ts";
import { ours, scaled, total } from "../recipe.ts";
import { KERAS_EPSILON } from "./reasons.ts";

const sum = (dice: DiceOptions) => ours(diceCrossEntropyLoss, { aggregate: "batch", dice });

export const bceDice: Family = {
  file: "bce-dice",
  counts: { matched: 6, listed: 10 },
  rules: [
    {
      peer: "seed",
      fn: "bce_dice_loss",
      ours: (c) => scaled(sum({ smooth: number(c, "smooth") }), 0.5),
      listed: KERAS_EPSILON,
    },
    {
      peer: "seed",
      fn: "bce_dice_loss(map)",
      ours: (c) =>
        scaled(
          total(
            ours(binaryCrossEntropyLoss, { reduction: "none" }),
            ours(diceLoss, { aggregate: "batch", smooth: number(c, "smooth") }),
          ),
          0.5,
        ),
      listed: KERAS_EPSILON,
    },
    {
      peer: "focal-tversky-unet",
      fn: "bce_dice_loss",
      ours: (c) => sum({ smooth: number(c, "smooth") }),
      listed: KERAS_EPSILON,
    },
    {
      peer: "pytorch-3dunet",
      fn: "BCEDiceLoss",
      when: param("alpha", 1),
      ours: () => sum({ smooth: 0, squared: true }),
    },
    {
      peer: "kaggle",
      fn: "DiceBCELoss",
      ours: (c) => sum({ smooth: number(c, "smooth") }),
      except: [
        {
          when: on("ext8"),
          why: "takes the cross entropy of sigmoid(x), which rounds to 0 or 1: wrong gradients at |x| = 50",
        },
      ],
    },
    {
      peer: "loss-toolbox",
      fn: "WBCE_DiceLoss",
      ours: (c) =>
        ours(diceCrossEntropyLoss, { crossEntropyWeight: number(c, "alpha"), dice: { log: true } }),
      listed: "adds -log(1 - Dice loss) to a cross entropy whose targets are held in 0.01 .. 0.99",
    },
  ],
};
