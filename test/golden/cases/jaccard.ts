import { jaccardLoss } from "../../../src/losses/region/jaccard.ts";
import { type Family, type GoldenCase, number, on, param } from "../format.ts";
import { negativeScore, ours } from "../recipe.ts";
import { L1_INTERSECTION, NAN_OF_ZERO, NO_LOG } from "./reasons.ts";
import { smpClasses } from "./shared.ts";

const smoothOf = (c: GoldenCase) => ("smooth" in c.params ? number(c, "smooth") : 0);

export const jaccard: Family = {
  file: "jaccard",
  counts: { matched: 25, listed: 6 },
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
      ours: () => ours(jaccardLoss, { aggregate: "batch", smooth: 0 }),
      listed: NO_LOG,
    },
    {
      peer: ["smp", "smp-2024"],
      fn: "JaccardLoss",
      ours: (c) => ours(jaccardLoss, { aggregate: "batch", smooth: smoothOf(c) }),
      except: [{ when: (c) => c.peer === "smp" && on("hard8")(c), why: L1_INTERSECTION }],
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
        }),
      except: [
        {
          when: param("squared_pred"),
          why: "squares p and g below the line (Tanimoto); an option of our Dice, not of our Jaccard",
        },
      ],
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
