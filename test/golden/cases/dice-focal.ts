import { diceFocalLoss } from "../../../src/losses/compound/dice-focal.ts";
import { focalLoss } from "../../../src/losses/pixel/focal.ts";
import { diceLoss } from "../../../src/losses/region/dice.ts";
import type { Family } from "../format.ts";
import { ours, total } from "../recipe.ts";
import { ONE_HOT } from "../views.ts";
import { monaiGeneralizedDice } from "./generalised-dice.ts";

const MONAI_DICE = { smooth: 1e-5 };
/** The focal part goes by sigmoid, each class against the rest, even with softmax for the Dice part. */
const oneVersusRest = ours(focalLoss, { alpha: null, mode: "multilabel" }, ONE_HOT);

export const diceFocal: Family = {
  file: "dice-focal",
  counts: { matched: 11, listed: 0 },
  rules: [
    {
      peer: "monai",
      fn: "DiceFocalLoss",
      ours: () => total(ours(diceLoss, MONAI_DICE), oneVersusRest),
    },
    {
      peer: "monai",
      fn: "DiceFocalLoss(binary)",
      ours: () => ours(diceFocalLoss, { dice: MONAI_DICE, focal: { alpha: null } }),
    },
    {
      peer: "monai",
      fn: "GeneralizedDiceFocalLoss",
      ours: (c) => total(monaiGeneralizedDice(c), oneVersusRest),
    },
  ],
};
