import { basnetLoss } from "../../../src/losses/compound/basnet.ts";
import type { Family } from "../format.ts";
import { ours } from "../recipe.ts";
import { KERAS_EPSILON } from "./reasons.ts";

export const basnetHybrid: Family = {
  file: "basnet-hybrid",
  counts: { matched: 3, listed: 4 },
  rules: [
    {
      peer: "seed",
      fn: "basnet_hybrid_loss",
      ours: () => ours(basnetLoss, { ssim: { padding: "valid" }, jaccard: { smooth: 0 }, reduction: "none" }),
      listed: KERAS_EPSILON,
    },
    { peer: "basnet", fn: "bce_ssim_loss", ours: () => ours(basnetLoss, { jaccard: { smooth: 0 } }) },
  ],
};
