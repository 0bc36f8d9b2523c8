import { logCoshDiceLoss } from "../../../src/losses/region/log-cosh-dice.ts";
import { type Family, number } from "../format.ts";
import { ours } from "../recipe.ts";

export const logCoshDice: Family = {
  file: "log-cosh-dice",
  counts: { matched: 7, listed: 3 },
  rules: [
    {
      peer: "seed",
      fn: "log_cosh_dice_loss",
      ours: (c) => ours(logCoshDiceLoss, { aggregate: "batch", smooth: number(c, "smooth") }),
    },
    {
      peer: "anon-survey",
      fn: "LogCoshDiceLoss",
      ours: (c) => ours(logCoshDiceLoss, { aggregate: "batch", smooth: number(c, "smooth") }),
    },
    {
      peer: "nacriema",
      fn: "LogCoshDiceLoss",
      ours: (c) => ours(logCoshDiceLoss, { smooth: number(c, "epsilon") }),
      listed: "takes log cosh of the mean over images and classes; ours of each image and class",
    },
  ],
};
