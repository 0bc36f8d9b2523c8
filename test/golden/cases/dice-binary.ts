import { diceLoss } from "../../../src/losses/region/dice.ts";
import { softLabelDiceLoss } from "../../../src/losses/region/soft-label-dice.ts";
import { type Family, type GoldenCase, number, on, param } from "../format.ts";
import { negativeScore, ours, score } from "../recipe.ts";
import { ONE_HOT } from "../views.ts";
import { NAN_OF_ZERO, SMP_EMPTY } from "./reasons.ts";

/** The whole batch as one image, with a smoothing term. */
const batch = (smooth: number) => ours(diceLoss, { aggregate: "batch", smooth });
const smoothOf = (c: GoldenCase) => ("smooth" in c.params ? number(c, "smooth") : 0);

/** smp smooths halved counts since 2024-09: its s is 2 s in the usual form. */
const smp = (c: GoldenCase, doubled = 2) =>
  ours(diceLoss, { aggregate: "batch", smooth: doubled * smoothOf(c), log: c.params.log_loss === true });

const smoothApart = (c: GoldenCase) => ({
  smoothNumerator: number(c, "smooth_nr"),
  smoothDenominator: number(c, "smooth_dr"),
});

const monai = (c: GoldenCase) =>
  ours(diceLoss, {
    ...smoothApart(c),
    squared: c.params.squared_pred === true,
    aggregate: c.params.batch === true ? "batch" : "image",
  });

export const diceBinary: Family = {
  file: "dice-binary",
  counts: { matched: 80, listed: 6 },
  rules: [
    {
      peer: ["seed", "focal-tversky-unet", "cldice"],
      fn: ["dice_loss", "soft_dice"],
      ours: (c) => batch(number(c, "smooth")),
    },
    {
      peer: "seed",
      fn: "dice_coef",
      ours: (c) => score(ours(diceLoss, { aggregate: "batch", smooth: number(c, "epsilon") })),
    },
    { peer: "seed", fn: "generalized_dice_coefficient", ours: (c) => score(batch(number(c, "smooth"))) },
    {
      peer: "monai",
      fn: "DiceLoss",
      when: param("soft_label"),
      ours: (c) => ours(softLabelDiceLoss, smoothApart(c)),
      except: [
        {
          when: on("hard8"),
          why: "sums p as its L1 norm, whose slope at p = 0 exactly is 0: a missed pixel there has half its pull",
        },
      ],
    },
    {
      peer: "monai",
      fn: ["DiceLoss", "DiceLoss(sigmoid)"],
      ours: monai,
      except: [{ when: (c) => param("smooth_dr", 0)(c) && on("void8")(c), why: NAN_OF_ZERO }],
    },
    {
      peer: "smp",
      fn: ["DiceLoss", "DiceLoss(from_logits)"],
      when: (c) => "ignore_index" in c.params,
      ours: (c) => ours(diceLoss, { aggregate: "batch", smooth: 0, ignoreIndex: number(c, "ignore_index") }),
    },
    {
      peer: "smp",
      fn: "DiceLoss",
      when: on("hard8"),
      // Its intersection is that of shares, which tells where p = g exactly: there its slope is 1/2, not g.
      ours: () => ours(softLabelDiceLoss, { aggregate: "batch", smooth: 0 }),
    },
    {
      peer: "smp",
      fn: ["DiceLoss", "DiceLoss(from_logits)"],
      ours: smp,
      except: [{ when: on("empty16"), why: SMP_EMPTY }],
    },
    { peer: "smp-2024", fn: "DiceLoss", ours: (c) => smp(c, 1) },
    {
      peer: "pytorch-3dunet",
      fn: "DiceLoss",
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
            squared: c.params.square === true,
          }),
        ),
      except: [
        {
          when: param("square"),
          why:
            "squares each pixel's true positive, false positive and false negative before " +
            "the sum: no Dice of any paper",
        },
      ],
    },
    // Both channels of a two-class prediction, each an image's Dice with its own false counts.
    {
      peer: "mlyg",
      fn: "dice_loss",
      ours: (c) => ours(diceLoss, { smooth: 2 * number(c, "smooth") }, ONE_HOT),
    },
    {
      peer: "mcc-loss",
      fn: "DiceLoss",
      ours: () => batch(0),
      except: [{ when: on("void8"), why: NAN_OF_ZERO }],
    },
    {
      peer: "coincheung",
      fn: "SoftDiceLossV1",
      ours: (c) =>
        ours(diceLoss, { aggregate: "batch", smooth: number(c, "smooth"), squared: number(c, "p") === 2 }),
    },
    {
      peer: "loss-toolbox",
      fn: "BinaryDiceLoss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) => ours(diceLoss, { smooth: number(c, "smooth"), ignoreIndex: number(c, "ignore_index") }),
    },
    {
      peer: "loss-toolbox",
      fn: "BinaryDiceLoss",
      ours: (c) => ours(diceLoss, { smooth: number(c, "smooth") }),
    },
    {
      peer: "keras3",
      fn: "dice",
      ours: (c) =>
        ours(diceLoss, { aggregate: "batch", smoothNumerator: 0, smoothDenominator: number(c, "epsilon") }),
    },
  ],
};
