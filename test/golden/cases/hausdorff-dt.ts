import { hausdorffDistanceLoss } from "../../../src/losses/boundary/hausdorff-distance.ts";
import { logHausdorffDistanceLoss } from "../../../src/losses/boundary/log-hausdorff-distance.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { ours } from "../recipe.ts";
import { SCIPY_WITHOUT_BORDER } from "./reasons.ts";

const plain = (c: GoldenCase) => ours(hausdorffDistanceLoss, { alpha: number(c, "alpha") });

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
    {
      peer: "monai",
      fn: "LogHausdorffDTLoss",
      // MONAI takes the logarithm of the mean over images; with one class, that of the whole batch is the same.
      ours: (c) => ours(logHausdorffDistanceLoss, { alpha: number(c, "alpha"), aggregate: "batch" }),
    },
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
