import { unet3PlusLoss } from "../../../src/losses/compound/unet3-plus.ts";
import { focalLoss } from "../../../src/losses/pixel/focal.ts";
import { jaccardLoss } from "../../../src/losses/region/jaccard.ts";
import { ssimLoss } from "../../../src/losses/structure/ssim.ts";
import { type Family, on } from "../format.ts";
import { ours, total } from "../recipe.ts";
import { LAST_SCALE_IN_EVERY_FACTOR } from "./reasons.ts";

export const unet3PlusHybrid: Family = {
  file: "unet3plus-hybrid",
  counts: { matched: 3, listed: 1 },
  rules: [
    {
      peer: "seed",
      fn: "unet3p_hybrid_loss",
      when: on("b24"),
      // Adds the batch's focal and Jaccard losses to the SSIM of each image.
      ours: () =>
        total(
          ours(focalLoss),
          ours(ssimLoss, { reduction: "none" }),
          ours(jaccardLoss, { smooth: 0, aggregate: "batch" }),
        ),
    },
    {
      peer: "seed",
      fn: "unet3p_hybrid_loss",
      ours: () =>
        ours(unet3PlusLoss, { ssim: { scaleWeights: [1] }, jaccard: { smooth: 0 }, reduction: "none" }),
    },
    { peer: "unet3plus", fn: "BCE_loss + (1-MSSSIM) + IOU_loss", listed: LAST_SCALE_IN_EVERY_FACTOR },
  ],
};
