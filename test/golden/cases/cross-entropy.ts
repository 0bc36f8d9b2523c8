import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import { topKCrossEntropyLoss } from "../../../src/losses/pixel/top-k-cross-entropy.ts";
import { type Family, type GoldenCase, number, numbers, on, param } from "../format.ts";
import { ours, pixelCount, scaled } from "../recipe.ts";
import { LIVIAETS_EPSILON, NAN_OF_ZERO } from "./reasons.ts";

const plain = () => ours(categoricalCrossEntropyLoss);

/** Classes 1 and 2 of four. */
const someClasses = (c: GoldenCase) =>
  Array.from({ length: c.shape[1] }, (_, k) => (numbers(c, "idc").includes(k) ? 1 : 0));

export const crossEntropy: Family = {
  file: "cross-entropy",
  counts: { matched: 19, listed: 2 },
  rules: [
    {
      peer: "torch",
      fn: "cross_entropy",
      when: (c) => "weight" in c.params,
      ours: (c) => ours(categoricalCrossEntropyLoss, { classWeights: numbers(c, "weight") }),
    },
    {
      peer: "torch",
      fn: "cross_entropy",
      when: param("reduction", "sum"),
      ours: () => ours(categoricalCrossEntropyLoss, { reduction: "sum" }),
    },
    {
      peer: "torch",
      fn: "cross_entropy",
      when: (c) => "ignore_index" in c.params,
      ours: (c) => ours(categoricalCrossEntropyLoss, { ignoreIndex: number(c, "ignore_index") }),
      except: [{ when: on("mcAllIgn4"), why: NAN_OF_ZERO }],
    },
    {
      peer: "torch",
      fn: "cross_entropy",
      when: (c) => "label_smoothing" in c.params,
      ours: (c) => ours(categoricalCrossEntropyLoss, { labelSmoothing: number(c, "label_smoothing") }),
    },
    { peer: "torch", fn: "cross_entropy", ours: plain },
    {
      peer: "smp",
      fn: "SoftCrossEntropyLoss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) =>
        scaled(
          ours(categoricalCrossEntropyLoss, {
            labelSmoothing: number(c, "smooth_factor"),
            ignoreIndex: number(c, "ignore_index"),
            reduction: "sum",
          }),
          1 / pixelCount(c.shape),
          "1/N",
        ),
    },
    { peer: "smp", fn: "SoftCrossEntropyLoss", ours: plain },
    {
      peer: "liviaets",
      fn: "CrossEntropy",
      when: param("idc", "all classes"),
      ours: plain,
      except: [{ when: on("mcWrong8"), why: LIVIAETS_EPSILON }],
    },
    {
      peer: "liviaets",
      fn: "CrossEntropy",
      ours: (c) => ours(categoricalCrossEntropyLoss, { classWeights: someClasses(c) }),
    },
    { peer: "seglossodyssey", fn: "CrossentropyND", ours: plain },
    {
      peer: "seglossodyssey",
      fn: "TopKLoss",
      ours: (c) => ours(topKCrossEntropyLoss, { share: number(c, "k") / 100, aggregate: "batch" }),
    },
  ],
};
