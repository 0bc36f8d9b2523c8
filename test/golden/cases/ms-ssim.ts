import { msSsimLoss } from "../../../src/losses/structure/ms-ssim.ts";
import { type Family, numbers } from "../format.ts";
import { ours } from "../recipe.ts";
import { LAST_SCALE_IN_EVERY_FACTOR } from "./reasons.ts";

export const msSsim: Family = {
  file: "ms-ssim",
  counts: { matched: 1, listed: 2 },
  rules: [
    {
      peer: "tensorflow",
      fn: "ssim_multiscale",
      ours: (c) => ours(msSsimLoss, { scaleWeights: numbers(c, "power_factors") }),
    },
    { peer: "unet3plus", fn: ["MSSSIM", "msssim(normalize=False)"], listed: LAST_SCALE_IN_EVERY_FACTOR },
  ],
};
