import { type FocalOptions, focalLoss } from "../../../src/losses/pixel/focal.ts";
import { normalizedFocalLoss } from "../../../src/losses/pixel/normalized-focal.ts";
import { reducedFocalLoss } from "../../../src/losses/pixel/reduced-focal.ts";
import { type Family, type GoldenCase, number, on, param } from "../format.ts";
import { ours, pixelCount, scaled } from "../recipe.ts";
import { CLIPPED_AWAY, DETACHED_FOCUS, KERAS_EPSILON, KINK } from "./reasons.ts";

const optionsOf = (c: GoldenCase): FocalOptions => ({
  alpha: typeof c.params.alpha === "number" ? c.params.alpha : null,
  gamma: number(c, "gamma"),
  ...(c.params.reduction === "sum" || c.params.reduction === "none" ? { reduction: c.params.reduction } : {}),
});
const focal = (c: GoldenCase) => ours(focalLoss, optionsOf(c));

export const focalBinary: Family = {
  file: "focal-binary",
  counts: { matched: 39, listed: 15 },
  rules: [
    {
      peer: "seed",
      fn: "focal_loss",
      ours: focal,
      except: [
        { when: on("half8"), why: KINK },
        { when: on("hard8"), why: CLIPPED_AWAY },
      ],
    },
    {
      peer: "keras2",
      fn: "binary_focal_crossentropy",
      ours: focal,
      except: [{ when: (c) => !on("perfect16")(c), why: KERAS_EPSILON }],
    },
    {
      peer: "keras3",
      fn: "binary_focal_crossentropy",
      ours: focal,
      except: [{ when: on("hard8"), why: CLIPPED_AWAY }],
    },
    { peer: "kornia", fn: "binary_focal_loss_with_logits", ours: focal },
    {
      peer: "smp",
      fn: "FocalLoss",
      when: param("normalized"),
      // The sum of the factors, and then the number of pixels, divide the sum.
      ours: (c) =>
        scaled(
          ours(normalizedFocalLoss, { ...optionsOf(c), constant: "nothing", aggregate: "batch" }),
          1 / pixelCount(c.shape),
          "1/N",
        ),
    },
    {
      peer: "smp",
      fn: "FocalLoss",
      when: (c) => "reduced_threshold" in c.params,
      ours: (c) => ours(reducedFocalLoss, { ...optionsOf(c), threshold: number(c, "reduced_threshold") }),
    },
    { peer: "smp", fn: "FocalLoss", ours: focal },
    {
      peer: "smp",
      fn: "FocalLoss(from_logits=False)",
      ours: focal,
      except: [{ when: on("hard8"), why: CLIPPED_AWAY }],
    },
    {
      peer: "monai",
      fn: "FocalLoss",
      when: param("reduction", "sum"),
      // The sum over images and channels of means over space.
      ours: (c) => scaled(focal(c), 1 / c.shape.slice(2).reduce((a, b) => a * b, 1), "n/N"),
    },
    { peer: "monai", fn: "FocalLoss", ours: focal },
    { peer: "coincheung", fn: "FocalLossV1", ours: focal },
    {
      peer: "loss-toolbox",
      fn: "BinaryFocalLoss",
      ours: (c) => ours(focalLoss, { alpha: null, gamma: number(c, "gamma") }),
      listed: DETACHED_FOCUS,
    },
    {
      peer: "kaggle",
      fn: "FocalLoss",
      ours: (c) => scaled(ours(focalLoss, { alpha: null, gamma: number(c, "gamma") }), number(c, "alpha")),
      listed:
        "takes the focal factor of the mean cross entropy, one for all pixels, so that nothing is focused on",
    },
  ],
};
