import { boundaryLoss } from "../../../src/losses/boundary/boundary.ts";
import { msSsimLoss } from "../../../src/losses/structure/ms-ssim.ts";
import { ssimLoss } from "../../../src/losses/structure/ssim.ts";
import { type Family, number, numbers } from "../format.ts";
import { ours, score } from "../recipe.ts";
import { WITH_BACKGROUND } from "../views.ts";

export const segmeTables: Family = {
  file: "segme-tables",
  counts: { matched: 2, listed: 1 },
  rules: [
    {
      peer: "segme",
      fn: "ssim",
      ours: (c) =>
        score(
          ours(ssimLoss, { mode: "multilabel", windowSize: number(c, "size"), sigma: number(c, "sigma") }),
        ),
      listed: "its prediction holds numbers outside 0 .. 1, which ours refuses as probabilities",
    },
    {
      peer: "segme",
      fn: "ms_ssim",
      ours: (c) =>
        ours(msSsimLoss, {
          windowSize: number(c, "size"),
          sigma: number(c, "sigma"),
          scaleWeights: numbers(c, "power_factors"),
        }),
    },
    {
      peer: "segme",
      fn: "boundary_binary",
      ours: () => ours(boundaryLoss, { input: "probabilities" }, WITH_BACKGROUND),
    },
  ],
};
