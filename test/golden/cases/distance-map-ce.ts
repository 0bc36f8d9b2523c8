import { distanceMapCrossEntropyLoss } from "../../../src/losses/boundary/distance-map-cross-entropy.ts";
import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import type { Family } from "../format.ts";
import { ours } from "../recipe.ts";

export const distanceMapCe: Family = {
  file: "distance-map-ce",
  counts: { matched: 3, listed: 2 },
  rules: [
    // As published it returns the mean of the unweighted map: plain cross entropy.
    { peer: "seglossodyssey", fn: "DisPenalizedCE", ours: () => ours(categoricalCrossEntropyLoss) },
    {
      peer: "seglossodyssey",
      fn: "DisPenalizedCE(weighted_loss)",
      ours: () => ours(distanceMapCrossEntropyLoss),
      listed: "0 / 0 is NaN for an image without foreground; ours is plain cross entropy there",
    },
    {
      peer: "seglossodyssey",
      fn: "DistBinaryDiceLoss",
      listed: "a negative Dice whose true positives alone are weighted by the distance map: no loss of ours",
    },
  ],
};
