import { fBetaLoss } from "../../../src/losses/region/f-beta.ts";
import { softLabelTverskyLoss } from "../../../src/losses/region/soft-label-tversky.ts";
import { type TverskyOptions, tverskyLoss } from "../../../src/losses/region/tversky.ts";
import { type Family, type GoldenCase, number, param } from "../format.ts";
import { negativeScore, ours } from "../recipe.ts";
import { micro, microValid } from "../views.ts";
import { smpClasses } from "./shared.ts";

/** alpha on false positives, beta on false negatives: the paper, smp, MONAI, kornia, SegLossOdyssey. */
const byPaper = (c: GoldenCase): TverskyOptions => ({
  falsePositiveWeight: number(c, "alpha"),
  falseNegativeWeight: number(c, "beta"),
});

/** One number for false negatives, the rest for false positives: the seed's alpha, mlyg's delta. */
const byMisses = (misses: number): TverskyOptions => ({
  falsePositiveWeight: 1 - misses,
  falseNegativeWeight: misses,
});

const smoothOf = (c: GoldenCase) => ("smooth" in c.params ? number(c, "smooth") : 0);

export const tversky: Family = {
  file: "tversky",
  counts: { matched: 38, listed: 0 },
  rules: [
    {
      peer: ["seed", "focal-tversky-unet"],
      fn: "tversky_loss",
      ours: (c) =>
        ours(tverskyLoss, {
          aggregate: "batch",
          smooth: number(c, "smooth"),
          ...byMisses(number(c, "alpha")),
        }),
    },
    {
      peer: "smp",
      fn: "TverskyLoss",
      ours: (c) => ours(tverskyLoss, { aggregate: "batch", smooth: smoothOf(c), ...byPaper(c) }),
    },
    {
      peer: "smp",
      fn: "TverskyLoss(multiclass)",
      ours: (c) =>
        smpClasses(tverskyLoss, c, {
          smooth: smoothOf(c),
          ignoreIndex: number(c, "ignore_index"),
          ...byPaper(c),
        }),
    },
    {
      peer: "kornia",
      fn: "tversky_loss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) =>
        ours(
          tverskyLoss,
          {
            text:
              "falsePositiveWeight: 0.3, falseNegativeWeight: 0.7, smoothNumerator: 0, " +
              "pixelWeights: 0 where ignored",
            options: (sample) => ({
              input: "probabilities" as const,
              smoothNumerator: 0,
              smoothDenominator: number(c, "eps"),
              pixelWeights: microValid(sample),
              ...byPaper(c),
            }),
          },
          micro(),
        ),
    },
    {
      peer: "kornia",
      fn: "tversky_loss",
      ours: (c) =>
        ours(
          tverskyLoss,
          { input: "probabilities", smoothNumerator: 0, smoothDenominator: number(c, "eps"), ...byPaper(c) },
          micro(),
        ),
    },
    {
      peer: "monai",
      fn: "TverskyLoss",
      when: param("soft_label"),
      ours: (c) => ours(softLabelTverskyLoss, { smooth: number(c, "smooth_nr"), ...byPaper(c) }),
    },
    {
      peer: "monai",
      fn: ["TverskyLoss", "TverskyLoss(softmax)"],
      ours: (c) =>
        ours(tverskyLoss, {
          smoothNumerator: "smooth_nr" in c.params ? number(c, "smooth_nr") : 1e-5,
          smoothDenominator: "smooth_dr" in c.params ? number(c, "smooth_dr") : 1e-5,
          includeBackground: c.params.include_background !== false,
          ...byPaper(c),
        }),
    },
    {
      peer: "seglossodyssey",
      fn: "TverskyLoss",
      ours: (c) => negativeScore(ours(tverskyLoss, { smooth: number(c, "smooth"), ...byPaper(c) })),
    },
    {
      peer: "seglossodyssey",
      fn: "AsymLoss",
      // Smooths counts divided by 1 + beta^2.
      ours: (c) => {
        const beta = number(c, "beta");
        return negativeScore(ours(fBetaLoss, { beta, smooth: (1 + beta ** 2) * number(c, "smooth") }));
      },
    },
    {
      peer: "mlyg",
      fn: "tversky_loss",
      ours: (c) => ours(tverskyLoss, { smooth: number(c, "smooth"), ...byMisses(number(c, "delta")) }),
    },
    {
      peer: "nacriema",
      fn: "TverskyLoss",
      ours: (c) => ours(tverskyLoss, { smooth: number(c, "epsilon"), ...byMisses(1 - number(c, "beta")) }),
    },
    {
      peer: "keras3",
      fn: "tversky",
      // Keras 3.9 has false positives and false negatives swapped.
      ours: (c) =>
        ours(tverskyLoss, {
          aggregate: "batch",
          smoothNumerator: 0,
          smoothDenominator: number(c, "epsilon"),
          falsePositiveWeight: number(c, "beta"),
          falseNegativeWeight: number(c, "alpha"),
        }),
    },
    {
      peer: "anon-porter",
      fn: "tversky_loss",
      ours: (c) =>
        ours(tverskyLoss, {
          aggregate: "batch",
          smoothNumerator: number(c, "epsilon"),
          smoothDenominator: 0,
          falsePositiveWeight: number(c, "beta"),
          falseNegativeWeight: number(c, "alpha"),
        }),
    },
    {
      peer: "loss-toolbox",
      fn: "BinaryTverskyLossV2",
      ours: (c) =>
        ours(tverskyLoss, { smoothNumerator: 0, smoothDenominator: number(c, "smooth"), ...byPaper(c) }),
    },
  ],
};
