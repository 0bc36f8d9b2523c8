import { focalLoss } from "../../../src/losses/pixel/focal.ts";
import { type Family, type GoldenCase, number, numbers, on, param } from "../format.ts";
import { ours, type Recipe, scaled, type View } from "../recipe.ts";
import { channelsFrom, KORNIA_ONE_HOT, ONE_HOT } from "../views.ts";
import { NAN_OF_ZERO } from "./reasons.ts";

const gammaOf = (c: GoldenCase) => ("gamma" in c.params ? number(c, "gamma") : 2);
const alphaOf = (c: GoldenCase) => (typeof c.params.alpha === "number" ? c.params.alpha : null);
const optionsOf = (c: GoldenCase) => ({ alpha: alphaOf(c), gamma: gammaOf(c) });
const focal = (c: GoldenCase, view: View | null = null) => ours(focalLoss, optionsOf(c), view);

/** Mean over pixels and classes, where ours is the mean over pixels of the sum over classes. */
const overClasses = (recipe: Recipe, c: GoldenCase) => scaled(recipe, 1 / c.shape[1], "1/C");

/** Each class against the rest, by sigmoid. */
const oneVersusRest = (c: GoldenCase) => ours(focalLoss, { ...optionsOf(c), mode: "multilabel" }, ONE_HOT);

/** Keras divides probabilities by their sum, which its gradient goes through. */
const NORMALISED: View = {
  text: "p / sum p",
  prediction: ({ prediction }) => prediction.div(prediction.sum(1, true)),
};

export const focalMulticlass: Family = {
  file: "focal-multiclass",
  counts: { matched: 37, listed: 10 },
  rules: [
    {
      peer: "kornia",
      fn: "focal_loss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) => ours(focalLoss, { ...optionsOf(c), ignoreIndex: number(c, "ignore_index") }),
    },
    {
      peer: "kornia",
      fn: "focal_loss",
      ours: (c) => overClasses(focal(c, KORNIA_ONE_HOT), c),
      except: [
        {
          when: (c) => on("mcSat8")(c) && gammaOf(c) < 1,
          why: "its gradient is NaN where softmax is exactly one-hot; ours is finite",
        },
      ],
    },
    {
      peer: "smp",
      fn: "FocalLoss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) => ours(focalLoss, { ...optionsOf(c), ignoreIndex: number(c, "ignore_index") }),
      listed: NAN_OF_ZERO,
    },
    {
      peer: "smp",
      fn: "FocalLoss",
      when: (c) => "class_weights" in c.params,
      ours: (c) =>
        ours(
          focalLoss,
          { ...optionsOf(c), mode: "multilabel", classWeights: numbers(c, "class_weights") },
          ONE_HOT,
        ),
    },
    { peer: "smp", fn: "FocalLoss", ours: oneVersusRest },
    { peer: "smp-2024", fn: "FocalLoss", ours: (c) => scaled(oneVersusRest(c), c.shape[1], "C") },
    { peer: "smp", fn: "softmax_focal_loss_with_logits", ours: focal },
    {
      peer: "monai",
      fn: "FocalLoss",
      when: param("reduction", "none"),
      ours: (c) => ours(focalLoss, { ...optionsOf(c), reduction: "none" }),
      listed:
        "gives one value a class and pixel; with exclusive classes ours gives one value a pixel, their sum",
    },
    {
      peer: "monai",
      fn: "FocalLoss",
      when: param("include_background", false),
      // Class 0 is dropped before the softmax.
      ours: (c) => scaled(focal(c, channelsFrom(1)), 1 / (c.shape[1] - 1), "1/(C - 1)"),
    },
    {
      peer: "monai",
      fn: "FocalLoss",
      when: (c) => "weight" in c.params,
      ours: (c) =>
        scaled(
          ours(focalLoss, { ...optionsOf(c), classWeights: numbers(c, "weight"), reduction: "sum" }),
          1 / c.shape.reduce((a, b) => a * b, 1),
          "1/(N C)",
        ),
    },
    { peer: "monai", fn: "FocalLoss", when: (c) => !param("use_softmax")(c), ours: oneVersusRest },
    { peer: "monai", fn: "FocalLoss", ours: (c) => overClasses(focal(c), c) },
    {
      peer: "seglossodyssey",
      fn: "FocalLoss",
      ours: (c) => ours(focalLoss, { alpha: null, gamma: gammaOf(c) }),
      except: [
        {
          when: (c) => !on("mcPerfect8")(c),
          why:
            "adds 1e-5 to the probability of the true class, so that a right pixel costs " +
            "less than nothing",
        },
      ],
    },
    { peer: "liviaets", fn: "FocalLoss", ours: (c) => focal(c) },
    {
      peer: "nacriema",
      fn: "FocalLoss",
      ours: (c) => scaled(ours(focalLoss, { alpha: null, gamma: gammaOf(c) }), number(c, "alpha")),
    },
    {
      peer: "keras3",
      fn: "categorical_focal_crossentropy",
      ours: (c) =>
        scaled(ours(focalLoss, { alpha: null, gamma: gammaOf(c) }, NORMALISED), number(c, "alpha")),
    },
    {
      peer: "mlyg",
      fn: "focal_loss",
      ours: (c) =>
        ours(focalLoss, {
          // Weights [1 - alpha, alpha] of background and foreground.
          alpha: Array.isArray(c.params.alpha) ? numbers(c, "alpha")[1] : null,
          gamma: number(c, "gamma_f"),
        }),
    },
    {
      peer: "loss-toolbox",
      fn: "FocalLoss_Ori",
      ours: (c) => ours(focalLoss, { alpha: null, gamma: gammaOf(c) }),
      except: [{ when: (c) => !on("mcPerfect8")(c), why: "adds 1e-4 to the probability of the true class" }],
    },
  ],
};
