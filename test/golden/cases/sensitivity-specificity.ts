import { sensitivitySpecificityLoss } from "../../../src/losses/region/sensitivity-specificity.ts";
import { type Family, number } from "../format.ts";
import { ours } from "../recipe.ts";
import { ONE_HOT } from "../views.ts";
import { ROUNDED_METRIC } from "./reasons.ts";

export const sensitivitySpecificity: Family = {
  file: "sensitivity-specificity",
  counts: { matched: 16, listed: 11 },
  rules: [
    {
      peer: "seglossodyssey",
      fn: ["SSLoss", "SSLoss(softmax)"],
      ours: (c) =>
        ours(sensitivitySpecificityLoss, {
          sensitivityWeight: number(c, "r"),
          smooth: number(c, "smooth"),
          aggregate: c.params.batch_dice === true ? "batch" : "image",
        }),
    },
    {
      peer: "anon-brats",
      fn: "sensitivity_specificity_loss",
      ours: (c) =>
        ours(sensitivitySpecificityLoss, {
          sensitivityWeight: number(c, "lamb"),
          smooth: number(c, "eps"),
          smoothNumerator: number(c, "eps"),
          aggregate: "batch",
        }),
    },
    {
      peer: "niftynet",
      fn: "sensitivity_specificity_loss",
      ours: (c) =>
        ours(
          sensitivitySpecificityLoss,
          {
            sensitivityWeight: number(c, "r"),
            smooth: number(c, "epsilon"),
            aggregate: "batch",
            reduction: "sum",
          },
          ONE_HOT,
        ),
    },
    {
      peer: "anon-porter",
      fn: "sensitivity_specificity_loss",
      ours: (c) =>
        ours(sensitivitySpecificityLoss, {
          sensitivityWeight: number(c, "r"),
          smooth: 0,
          aggregate: "batch",
        }),
      listed: "returns the score (nothing is taken from 1), with false negatives in both denominators",
    },
    {
      peer: "nacriema",
      fn: "SensitivitySpecificityLoss",
      ours: (c) =>
        ours(sensitivitySpecificityLoss, {
          sensitivityWeight: number(c, "weight"),
          smooth: number(c, "smooth"),
        }),
      listed: "counts a confusion matrix of argmax: it has no gradient",
    },
    {
      peer: "seed",
      fn: ["sensitivity", "specificity", "true_positive", "true_negative"],
      listed: ROUNDED_METRIC,
    },
    { peer: "seed", fn: "confusion", listed: "two metrics, precision and recall: no loss" },
  ],
};
