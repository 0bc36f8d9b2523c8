import { diceClDiceLoss } from "../../../src/losses/compound/dice-cl-dice.ts";
import { clDiceLoss } from "../../../src/losses/structure/cl-dice.ts";
import { type Family, number, on } from "../format.ts";
import { ours } from "../recipe.ts";

const batch = { aggregate: "batch" } as const;
const foreground = { ...batch, includeBackground: false } as const;

export const cldice: Family = {
  file: "cldice",
  counts: { matched: 10, listed: 3 },
  rules: [
    {
      peer: "cldice",
      fn: "soft_cldice",
      ours: (c) => ours(clDiceLoss, { ...batch, iterations: number(c, "num_iter") }),
    },
    {
      peer: "cldice",
      fn: "soft_dice_cldice",
      ours: (c) =>
        ours(diceClDiceLoss, {
          ...batch,
          iterations: number(c, "num_iter"),
          alpha: number(c, "alpha"),
        }),
      except: [
        {
          when: on("wrong16"),
          why: "pixels clipped to one value are tied: torch's pooling gives all the gradient to the first, ours shares it",
        },
      ],
    },
    {
      peer: "monai",
      fn: "SoftclDiceLoss",
      ours: (c) => ours(clDiceLoss, { ...foreground, iterations: number(c, "iter_") }),
    },
    {
      peer: "monai",
      fn: "SoftDiceclDiceLoss",
      ours: (c) =>
        ours(diceClDiceLoss, {
          ...foreground,
          iterations: number(c, "iter_"),
          alpha: number(c, "alpha"),
        }),
    },
    {
      peer: "monai",
      fn: "SoftclDiceLoss(1 channel)",
      ours: (c) => ours(clDiceLoss, { ...batch, iterations: number(c, "iter_") }),
      listed: "leaves out channel 0, and with it everything: 0 without gradient (issue 8239)",
    },
    {
      peer: "cldice",
      fn: "soft_clDice_loss(keras)",
      ours: (c) => ours(clDiceLoss, { ...batch, iterations: number(c, "iter_") }),
      listed: "leaves out the first slice of the volume, and erodes by planes of 9 instead of the cross",
    },
  ],
};
