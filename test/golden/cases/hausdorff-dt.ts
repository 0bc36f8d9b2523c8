import { hausdorffDistanceLoss } from "../../../src/losses/boundary/hausdorff-distance.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { ours, type Recipe } from "../recipe.ts";
import { SCIPY_WITHOUT_BORDER } from "./reasons.ts";

const plain = (c: GoldenCase) => ours(hausdorffDistanceLoss, { alpha: number(c, "alpha") });

const logOfOnePlus = (recipe: Recipe): Recipe => ({
  text: `log(1 + ${recipe.text})`,
  run: (sample) => recipe.run(sample).log1p(),
});

export const hausdorffDt: Family = {
  file: "hausdorff-dt",
  counts: { matched: 19, listed: 5 },
  rules: [
    {
      peer: ["patryg99", "seglossodyssey"],
      fn: "HausdorffDTLoss",
      ours: plain,
      except: [
        {
          when: on("full16"),
          why: SCIPY_WITHOUT_BORDER,
        },
      ],
    },
    {
      peer: "monai",
      fn: ["HausdorffDTLoss", "HausdorffDTLoss(softmax)"],
      ours: (c) =>
        ours(hausdorffDistanceLoss, {
          alpha: number(c, "alpha"),
          aggregate: c.params.batch === true ? "batch" : "image",
        }),
    },
    { peer: "monai", fn: "LogHausdorffDTLoss", ours: (c) => logOfOnePlus(plain(c)) },
    {
      peer: "liviaets",
      fn: "HausdorffLoss",
      listed: "distances inside a mask only, and those of the prediction cut to integers by an int32 buffer",
    },
    {
      peer: "segwithdistmap",
      fn: "hd_loss",
      listed: "distances inside a mask only: a false positive far from both masks costs nothing",
    },
  ],
};
