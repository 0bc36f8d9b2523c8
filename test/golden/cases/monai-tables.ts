import { hausdorffDistanceLoss } from "../../../src/losses/boundary/hausdorff-distance.ts";
import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import { type FocalOptions, focalLoss } from "../../../src/losses/pixel/focal.ts";
import { type DiceOptions, diceLoss } from "../../../src/losses/region/dice.ts";
import { jaccardLoss } from "../../../src/losses/region/jaccard.ts";
import { softLabelDiceLoss } from "../../../src/losses/region/soft-label-dice.ts";
import { tverskyLoss } from "../../../src/losses/region/tversky.ts";
import type { Reduction, SharedOptions } from "../../../src/losses/shared/options.ts";
import { type Family, type GoldenCase, number, numbers, param } from "../format.ts";
import { ours, scaled, total } from "../recipe.ts";
import { ONE_HOT } from "../views.ts";
import { MONAI_NO_LABEL, monaiGeneralizedDice } from "./generalised-dice.ts";

const numberOr = (c: GoldenCase, name: string, fallback: number) =>
  name in c.params ? number(c, name) : fallback;

/** What MONAI's region losses share. */
function shared(c: GoldenCase): SharedOptions {
  return {
    ...(c.shape[1] === 1 ? {} : { mode: c.params.sigmoid === true ? "multilabel" : "multiclass" }),
    ...(c.params.include_background === false ? { includeBackground: false } : {}),
    ...("reduction" in c.params ? { reduction: c.params.reduction as Reduction } : {}),
    ...(c.params.batch === true ? { aggregate: "batch" } : {}),
  };
}

const smooth = (c: GoldenCase, by = 1): DiceOptions => ({
  smoothNumerator: by * numberOr(c, "smooth_nr", 1e-5),
  smoothDenominator: by * numberOr(c, "smooth_dr", 1e-5),
});

const focal = (c: GoldenCase, mode: "multilabel" | "multiclass"): FocalOptions => ({
  alpha: numberOr(c, "alpha", -1) < 0 ? null : number(c, "alpha"),
  mode,
  ...(c.params.include_background === false ? { includeBackground: false } : {}),
  ...(c.params.reduction === "none" ? { reduction: "none" } : {}),
  ...("weight" in c.params ? { classWeights: numbers(c, "weight") } : {}),
});

const OTHER_ACTIVATION =
  "an activation whose results are no probabilities (tanh, log-softmax): ours refuses them";
const L1_NORM = "the intersection by L1 norm is 0 at p = g for soft targets too; ours, sum p g, is not";
const otherActivation = (c: GoldenCase) => "other_act" in c.params;

export const monaiTables: Family = {
  file: "monai-tables",
  counts: { matched: 38, listed: 14 },
  rules: [
    {
      peer: "monai",
      fn: ["test_dice_loss", "test_generalized_dice_loss", "test_hausdorff_loss"],
      when: otherActivation,
      listed: OTHER_ACTIVATION,
    },
    {
      peer: "monai",
      fn: "test_dice_loss",
      when: param("jaccard"),
      ours: (c) => ours(jaccardLoss, { ...shared(c), ...smooth(c, 0.5) }),
    },
    {
      peer: "monai",
      fn: "test_dice_loss",
      when: param("soft_label"),
      ours: (c) => ours(softLabelDiceLoss, { ...shared(c), ...smooth(c) }, ONE_HOT),
    },
    {
      peer: "monai",
      fn: "test_dice_loss",
      ours: (c) => ours(diceLoss, { ...shared(c), ...smooth(c) }, ONE_HOT),
    },
    {
      peer: "monai",
      fn: "test_tversky_loss",
      ours: (c) =>
        ours(
          tverskyLoss,
          { ...shared(c), ...smooth(c), falsePositiveWeight: 0.5, falseNegativeWeight: 0.5 },
          ONE_HOT,
        ),
    },
    {
      peer: "monai",
      fn: "test_generalized_dice_loss",
      ours: (c) => monaiGeneralizedDice(c, shared(c)),
      except: [
        { when: param("soft_label"), why: L1_NORM },
        { when: (c) => c.params.include_background === false, why: MONAI_NO_LABEL },
      ],
    },
    {
      peer: "monai",
      fn: "test_focal_loss",
      when: param("use_softmax"),
      ours: (c) => scaled(ours(focalLoss, focal(c, "multiclass")), 1 / c.shape[1], "1/C"),
    },
    { peer: "monai", fn: "test_focal_loss", ours: (c) => ours(focalLoss, focal(c, "multilabel"), ONE_HOT) },
    {
      peer: "monai",
      fn: "test_hausdorff_loss",
      ours: (c) => ours(hausdorffDistanceLoss, shared(c), ONE_HOT),
    },
    {
      peer: "monai",
      fn: "test_dice_ce_loss",
      // The same numbers serve as probabilities for the Dice part and as logits for the cross entropy.
      when: (c) => !("weight" in c.params),
      ours: () =>
        total(
          ours(diceLoss, { input: "probabilities", smooth: 1e-5 }, ONE_HOT),
          ours(categoricalCrossEntropyLoss, { input: "logits" }, ONE_HOT),
        ),
    },
    {
      peer: "monai",
      fn: "test_dice_ce_loss",
      listed: "takes 100 as a probability in the Dice part; ours refuses it",
      ours: (c) =>
        total(
          ours(diceLoss, { input: "probabilities", smooth: 1e-5, includeBackground: false }),
          ours(categoricalCrossEntropyLoss, { input: "logits", classWeights: numbers(c, "weight") }),
        ),
    },
  ],
};
