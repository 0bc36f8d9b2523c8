import { type FocalTverskyOptions, focalTverskyLoss } from "../../../src/losses/region/focal-tversky.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { ours } from "../recipe.ts";
import { NAN_OF_ROOT, POWER_OF_MEAN } from "./reasons.ts";
import { smpClasses } from "./shared.ts";

/** Peers' gamma is the exponent itself, ours (and the paper's) one over it. */
const exponent = (c: GoldenCase) => 1 / number(c, "gamma");

const byPaper = (c: GoldenCase): FocalTverskyOptions => ({
  falsePositiveWeight: number(c, "alpha"),
  falseNegativeWeight: number(c, "beta"),
  gamma: exponent(c),
});

const byMisses = (misses: number): FocalTverskyOptions => ({
  falsePositiveWeight: 1 - misses,
  falseNegativeWeight: misses,
});

export const focalTversky: Family = {
  file: "focal-tversky",
  counts: { matched: 20, listed: 5 },
  rules: [
    {
      peer: ["seed", "focal-tversky-unet"],
      fn: "focal_tversky",
      ours: (c) =>
        ours(focalTverskyLoss, {
          aggregate: "batch",
          smooth: number(c, "smooth"),
          gamma: exponent(c),
          ...byMisses(number(c, "alpha")),
        }),
      except: [{ when: on("void8"), why: NAN_OF_ROOT }],
    },
    {
      peer: "smp",
      fn: "TverskyLoss(gamma)",
      ours: (c) => ours(focalTverskyLoss, { aggregate: "batch", smooth: 0, ...byPaper(c) }),
    },
    {
      peer: "smp",
      fn: "TverskyLoss(gamma,multiclass)",
      ours: (c) => smpClasses(focalTverskyLoss, c, { smooth: 0, ...byPaper(c) }),
      except: [
        { when: on("mcMiss8"), why: POWER_OF_MEAN },
        { when: on("mcSat8"), why: NAN_OF_ROOT },
      ],
    },
    {
      peer: "seglossodyssey",
      fn: "FocalTversky_loss",
      ours: (c) => ours(focalTverskyLoss, { smooth: number(c, "smooth"), ...byPaper(c) }),
      except: [{ when: on("mixed16"), why: POWER_OF_MEAN }],
    },
    {
      peer: "mlyg",
      fn: "focal_tversky_loss",
      ours: (c) =>
        ours(focalTverskyLoss, {
          smooth: number(c, "smooth"),
          gamma: exponent(c),
          ...byMisses(number(c, "delta")),
        }),
    },
    {
      peer: "mlyg",
      fn: "symmetric_focal_tversky_loss",
      // (1 - TI) (1 - TI)^-gamma: the exponent is 1 - gamma.
      ours: (c) =>
        ours(focalTverskyLoss, {
          smooth: number(c, "epsilon"),
          gamma: 1 / (1 - number(c, "gamma")),
          ...byMisses(number(c, "delta")),
        }),
    },
    {
      peer: "nacriema",
      fn: "FocalTverskyLoss",
      ours: (c) =>
        ours(focalTverskyLoss, {
          smooth: number(c, "epsilon"),
          gamma: exponent(c),
          reduction: "sum",
          ...byMisses(1 - number(c, "beta")),
        }),
      except: [{ when: on("mcSat8"), why: NAN_OF_ROOT }],
    },
    {
      peer: "kaggle",
      fn: "FocalTverskyLoss",
      ours: (c) => ours(focalTverskyLoss, { aggregate: "batch", smooth: number(c, "smooth"), ...byPaper(c) }),
    },
  ],
};
