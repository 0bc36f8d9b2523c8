import { hausdorffErosionLoss } from "../../../src/losses/boundary/hausdorff-erosion.ts";
import { type Family, type GoldenCase, number, on, param } from "../format.ts";
import { ours, pixelCount, scaled } from "../recipe.ts";
import { ONE_HOT } from "../views.ts";

/** kornia takes channels one by one, each against its own class. */
const kornia = (c: GoldenCase) =>
  ours(
    hausdorffErosionLoss,
    { alpha: number(c, "alpha"), erosions: number(c, "k"), mode: "multilabel" },
    ONE_HOT,
  );

export const hausdorffEr: Family = {
  file: "hausdorff-er",
  counts: { matched: 13, listed: 2 },
  rules: [
    {
      peer: "patryg99",
      fn: "HausdorffERLoss",
      // Computed without a gradient: values only.
      ours: (c) => ours(hausdorffErosionLoss, { alpha: number(c, "alpha"), erosions: number(c, "erosions") }),
      except: [
        {
          when: on("volShift8"),
          why: "its 3-D kernel lies along the channel axis: a 2-D cross over 7 in each slice",
        },
      ],
    },
    {
      peer: "kornia",
      fn: "HausdorffERLoss",
      when: param("reduction", "sum"),
      // Sums over pixels, where ours sums the means of images and classes.
      ours: (c) => scaled(kornia(c), pixelCount(c.shape) * c.shape[1], "pixels and channels"),
    },
    {
      peer: "kornia",
      fn: ["HausdorffERLoss", "HausdorffERLoss3D"],
      ours: kornia,
      except: [
        {
          when: on("bin2w8"),
          why: "many pixels share the stretching maximum; torch gives its gradient to the first, ours to all",
        },
      ],
    },
  ],
};
