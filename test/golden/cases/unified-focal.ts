import { type UnifiedFocalOptions, unifiedFocalLoss } from "../../../src/losses/compound/unified-focal.ts";
import { asymmetricFocalLoss } from "../../../src/losses/pixel/asymmetric-focal.ts";
import { focalLoss } from "../../../src/losses/pixel/focal.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { ours, type Recipe, scaled } from "../recipe.ts";

const shape = (c: GoldenCase) => ({ delta: number(c, "delta"), gamma: number(c, "gamma") });
const EPSILON = 1e-7;

/** mlyg's weight goes to the Tversky part. */
function mlyg(c: GoldenCase, form: UnifiedFocalOptions["form"]): Recipe {
  const options = { form, smooth: EPSILON, ...shape(c) };
  if (c.params.weight === null) return scaled(ours(unifiedFocalLoss, options), 2);
  return ours(unifiedFocalLoss, { ...options, focalShare: 1 - number(c, "weight") });
}

const SPATIAL_SLICES = {
  when: on("bin2vol6_nhwc"),
  why: "in 3-D it takes the first two slices of an axis of space for the two classes",
};

export const unifiedFocal: Family = {
  file: "unified-focal",
  counts: { matched: 15, listed: 3 },
  rules: [
    { peer: "mlyg", fn: "sym_unified_focal_loss", ours: (c) => mlyg(c, "symmetric") },
    { peer: "mlyg", fn: "asym_unified_focal_loss", ours: (c) => mlyg(c, "asymmetric") },
    {
      peer: "mlyg",
      fn: "symmetric_focal_loss",
      ours: (c) => ours(focalLoss, { alpha: number(c, "delta"), gamma: number(c, "gamma") }),
      except: [SPATIAL_SLICES],
    },
    {
      peer: "mlyg",
      fn: "asymmetric_focal_loss",
      ours: (c) => ours(asymmetricFocalLoss, shape(c)),
      except: [SPATIAL_SLICES],
    },
    { peer: "monai", fn: "AsymmetricFocalLoss", ours: (c) => ours(asymmetricFocalLoss, shape(c)) },
    {
      peer: "monai",
      fn: ["AsymmetricUnifiedFocalLoss", "AsymmetricUnifiedFocalLoss(1 channel)"],
      ours: (c) => ours(unifiedFocalLoss, { focalShare: number(c, "weight"), smooth: EPSILON, ...shape(c) }),
      except: [
        {
          when: on("tiny4"),
          why: "rounds the probabilities of a single channel down to 0 and 1: a metric without gradient",
        },
      ],
    },
  ],
};
