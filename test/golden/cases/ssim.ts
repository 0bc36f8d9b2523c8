import { type SsimOptions, ssimLoss } from "../../../src/losses/structure/ssim.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { ours, scaled } from "../recipe.ts";

const DENOMINATOR_EPSILON =
  "adds 1e-12 to the denominator, which may be 9e-8: off by up to 1e-5 where both images are 0";

/** Wide enough to be uniform to the last digit. */
const UNIFORM = { sigma: 1e9 };

const windows = (size: string) => (c: GoldenCase) => {
  const options: SsimOptions = size in c.params ? { windowSize: number(c, size) } : {};
  return ours(ssimLoss, c.params.kernel_type === "uniform" ? { ...options, ...UNIFORM } : options);
};

export const ssim: Family = {
  file: "ssim",
  counts: { matched: 19, listed: 1 },
  rules: [
    { peer: "seed", fn: "ssim_loss", ours: () => ours(ssimLoss, { reduction: "none" }) },
    {
      peer: "kornia",
      fn: "ssim_loss",
      ours: () => scaled(ours(ssimLoss, { padding: "reflect" }), 0.5, "1/2"),
      except: [{ when: on("perfect32"), why: DENOMINATOR_EPSILON }],
    },
    { peer: "monai", fn: ["SSIMLoss", "SSIMLoss(3d)"], ours: windows("win_size") },
    {
      peer: "pytorch-msssim",
      fn: "ssim",
      when: (c) => c.params.size_average === false,
      ours: () => ours(ssimLoss, { reduction: "none" }),
    },
    { peer: "pytorch-msssim", fn: "ssim", ours: windows("win_size") },
    { peer: "basnet", fn: "SSIM", ours: () => ours(ssimLoss, { padding: "zero" }) },
  ],
};
