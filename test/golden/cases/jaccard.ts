import { jaccardLoss } from "../../../src/losses/region/jaccard.ts";
import { softLabelJaccardLoss } from "../../../src/losses/region/soft-label-jaccard.ts";
import { type Family, type GoldenCase, number, on, param } from "../format.ts";
import { negativeScore, ours } from "../recipe.ts";
import { NAN_OF_ZERO } from "./reasons.ts";
import { smpClasses } from "./shared.ts";

const smoothOf = (c: GoldenCase) => ("smooth" in c.params ? number(c, "smooth") : 0);

export const jaccard: Family = {
  file: "jaccard",
  counts: { matched: 29, listed: 2 },
  rules: [
    {
      peer: "seed",
      fn: "jacard_loss",
      ours: () => ours(jaccardLoss, { aggregate: "batch", smooth: 0 }),
      except: [{ when: on("void8"), why: NAN_OF_ZERO }],
    },
    {
      peer: "smp",
      fn: "JaccardLoss",
      when: param("log_loss"),
      ours: () => ours(jaccardLoss, { aggregate: "batch", smooth: 0, log: true }),
    },
    {
      peer: "smp",
      fn: "JaccardLoss",
      when: on("hard8"),
      // Its intersection is that of shares, which tells where p = g exactly: there its slope is 1/2, not g.
      ours: () => ours(softLabelJaccardLoss, { aggregate: "batch", smooth: 0 }),
    },
    {
      peer: ["smp", "smp-2024"],
      fn: "JaccardLoss",
      ours: (c) => ours(jaccardLoss, { aggregate: "batch", smooth: smoothOf(c) }),
    },
    {
      peer: "smp",
      fn: "JaccardLoss(multiclass)",
      ours: (c) =>
        smpClasses(jaccardLoss, c, {
          smooth: 0,
          ...("ignore_index" in c.params ? { ignoreIndex: number(c, "ignore_index") } : {}),
        }),
    },
    {
      peer: "monai",
      fn: "DiceLoss(jaccard)",
      // Smooths doubled counts.
      ours: (c) =>
        ours(jaccardLoss, {
          smoothNumerator: number(c, "smooth_nr") / 2,
          smoothDenominator: number(c, "smooth_dr") / 2,
          squared: c.params.squared_pred === true,
        }),
    },
    {
      peer: "seglossodyssey",
      fn: "IoULoss",
      ours: (c) => negativeScore(ours(jaccardLoss, { smooth: number(c, "smooth") })),
    },
    {
      peer: ["basnet", "unet3plus"],
      fn: ["IOU", "IOU_loss"],
      ours: () => ours(jaccardLoss, { smooth: 0 }),
      except: [{ when: on("void8"), why: NAN_OF_ZERO }],
    },
    {
      peer: "kaggle",
      fn: "IoULoss",
      ours: (c) => ours(jaccardLoss, { aggregate: "batch", smooth: number(c, "smooth") }),
    },
  ],
};
