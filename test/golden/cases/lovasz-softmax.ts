import { lovaszSoftmaxLoss } from "../../../src/losses/region/lovasz-softmax.ts";
import { type Family, type GoldenCase, numbers } from "../format.ts";
import { ours } from "../recipe.ts";

/** A list of classes is a mean over these, present or not. */
const classes = (c: GoldenCase) =>
  Array.isArray(c.params.classes)
    ? ({
        classes: "all",
        classWeights: Array.from({ length: c.shape[1] }, (_, k) => Number(numbers(c, "classes").includes(k))),
      } as const)
    : {};

const softmax = (c: GoldenCase) =>
  ours(lovaszSoftmaxLoss, {
    aggregate: c.params.per_image === true ? "image" : "batch",
    ...("ignore" in c.params || "ignore_index" in c.params ? { ignoreIndex: 255 } : {}),
    ...classes(c),
  });

export const lovaszSoftmax: Family = {
  file: "lovasz-softmax",
  counts: { matched: 13, listed: 4 },
  rules: [
    { peer: "berman", fn: "lovasz_softmax", ours: softmax },
    { peer: "smp", fn: "LovaszLoss(multiclass)", ours: softmax },
    {
      peer: "seglossodyssey",
      fn: "LovaszSoftmax",
      ours: () => ours(lovaszSoftmaxLoss, { classes: "all", aggregate: "batch" }),
    },
    {
      peer: "kornia",
      fn: "lovasz_softmax_loss",
      ours: (c) =>
        ours(lovaszSoftmaxLoss, {
          classes: "all",
          ...("weight" in c.params ? { classWeights: numbers(c, "weight") } : {}),
        }),
      listed:
        "weighs the errors by the numbers of the labels, sorted, where the class's own mask belongs: " +
        "another value for any number of classes",
    },
  ],
};
