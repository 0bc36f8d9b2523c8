import { asymmetricFocalTverskyLoss } from "../../../src/losses/region/asymmetric-focal-tversky.ts";
import { type Family, number } from "../format.ts";
import { ours } from "../recipe.ts";

export const asymmetricFocalTversky: Family = {
  file: "asymmetric-focal-tversky",
  counts: { matched: 9, listed: 0 },
  rules: [
    {
      peer: ["mlyg", "monai"],
      fn: ["asymmetric_focal_tversky_loss", "AsymmetricFocalTverskyLoss"],
      ours: (c) =>
        ours(asymmetricFocalTverskyLoss, {
          delta: number(c, "delta"),
          gamma: number(c, "gamma"),
          smooth: number(c, "epsilon"),
        }),
    },
  ],
};
