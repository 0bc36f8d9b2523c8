import { focalLoss } from "../../../src/losses/pixel/focal.ts";
import { diceLoss } from "../../../src/losses/region/dice.ts";
import type { Family } from "../format.ts";
import { ours, total } from "../recipe.ts";
import { ONE_HOT } from "../views.ts";
import { monaiGeneralizedDice } from "./generalised-dice.ts";

const dice = ours(diceLoss, { smooth: 1e-5 });

export const diceFocal: Family = {
  file: "dice-focal",
  counts: { matched: 11, listed: 0 },
  rules: [
    {
      peer: "monai",
      fn: "DiceFocalLoss",
      // The focal part goes by sigmoid, each class against the rest, even with softmax for the Dice part.
      ours: () => total(dice, ours(focalLoss, { alpha: null, mode: "multilabel" }, ONE_HOT)),
    },
    { peer: "monai", fn: "DiceFocalLoss(binary)", ours: () => total(dice, ours(focalLoss, { alpha: null })) },
    {
      peer: "monai",
      fn: "GeneralizedDiceFocalLoss",
      ours: (c) =>
        total(monaiGeneralizedDice(c), ours(focalLoss, { alpha: null, mode: "multilabel" }, ONE_HOT)),
    },
  ],
};
