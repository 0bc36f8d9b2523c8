import { diceLoss } from "../../../src/losses/region/dice.ts";
import { type Family, type GoldenCase, number, numbers, param } from "../format.ts";
import { negativeScore, ours, scaled } from "../recipe.ts";
import { KORNIA_ONE_HOT, micro, valid } from "../views.ts";
import { smpClasses } from "./shared.ts";

/** smp smooths halved counts: its s is 2 s in the usual form. */
const smp = (c: GoldenCase) =>
  smpClasses(diceLoss, c, {
    smooth: "smooth" in c.params ? 2 * number(c, "smooth") : 0,
    ...(c.params.log_loss === true ? { log: true } : {}),
  });

const kornia = (c: GoldenCase) => ({ smoothNumerator: 0, smoothDenominator: number(c, "eps") });

const monai = (c: GoldenCase) =>
  ours(diceLoss, {
    smoothNumerator: number(c, "smooth_nr"),
    smoothDenominator: number(c, "smooth_dr"),
    squared: c.params.squared_pred === true,
    includeBackground: c.params.include_background !== false,
    reduction: c.params.reduction === "none" ? "none" : "mean",
  });

export const diceMulticlass: Family = {
  file: "dice-multiclass",
  counts: { matched: 43, listed: 0 },
  rules: [
    {
      peer: "kornia",
      fn: "dice_loss",
      when: param("average", "micro"),
      ours: (c) => ours(diceLoss, { input: "probabilities", ...kornia(c) }, micro(KORNIA_ONE_HOT)),
    },
    {
      peer: "kornia",
      fn: "dice_loss",
      when: (c) => "weight" in c.params,
      ours: (c) => ours(diceLoss, { ...kornia(c), classWeights: numbers(c, "weight") }, KORNIA_ONE_HOT),
    },
    {
      peer: "kornia",
      fn: "dice_loss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) =>
        ours(
          diceLoss,
          {
            text: `smoothNumerator: 0, smoothDenominator: ${number(c, "eps")}, pixelWeights: 0 where ignored`,
            options: (sample) => ({ ...kornia(c), pixelWeights: valid(sample) }),
          },
          KORNIA_ONE_HOT,
        ),
    },
    { peer: "kornia", fn: "dice_loss", ours: (c) => ours(diceLoss, kornia(c), KORNIA_ONE_HOT) },
    { peer: "smp", fn: "DiceLoss", ours: smp },
    { peer: "monai", fn: "DiceLoss", ours: monai },
    {
      peer: "pytorch-3dunet",
      fn: "DiceLoss(softmax)",
      ours: () => ours(diceLoss, { aggregate: "batch", smooth: 0, squared: true }),
    },
    {
      peer: ["seglossodyssey", "nnunet"],
      fn: ["SoftDiceLoss", "MemoryEfficientSoftDiceLoss"],
      ours: (c) =>
        negativeScore(
          ours(diceLoss, {
            smooth: number(c, "smooth"),
            aggregate: c.params.batch_dice === true ? "batch" : "image",
            includeBackground: c.params.do_bg !== false,
          }),
        ),
    },
    { peer: "liviaets", fn: "DiceLoss", ours: () => ours(diceLoss, { smooth: 1e-10 }) },
    { peer: "nacriema", fn: "SoftDiceLoss", ours: (c) => ours(diceLoss, { smooth: number(c, "epsilon") }) },
    {
      peer: "nacriema",
      fn: "BatchSoftDice",
      ours: (c) =>
        scaled(
          ours(diceLoss, { smooth: number(c, "epsilon"), squared: c.params.use_square === true }),
          c.shape[0],
          "n",
        ),
    },
    { peer: "loss-toolbox", fn: "DiceLoss", ours: (c) => ours(diceLoss, { smooth: number(c, "smooth") }) },
  ],
};
