import { stopGradient } from "../../../src/index.ts";
import { categoricalCrossEntropyLoss } from "../../../src/losses/pixel/categorical-cross-entropy.ts";
import { weightedCrossEntropyLoss } from "../../../src/losses/pixel/weighted-cross-entropy.ts";
import { type Family, number, numbers, on } from "../format.ts";
import { ours, pixelCount, scaled } from "../recipe.ts";
import type { Sample } from "../sample.ts";
import { CLIPPED_AWAY, CLIPPED_LOGITS, KINK } from "./reasons.ts";

/** pytorch-3dunet's weights, `sum (1 - p_c) / sum p_c` over the batch, the same for all pixels of a class. */
function weightsOfPrediction({ prediction }: Sample) {
  const axes = prediction.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const p = prediction.softmax(1);
  return stopGradient(p.neg().add(1).sum(axes, true).div(p.sum(axes, true)).expand(prediction.shape));
}

export const weightedCrossEntropy: Family = {
  file: "weighted-cross-entropy",
  counts: { matched: 20, listed: 5 },
  rules: [
    {
      peer: ["seed", "torch", "tensorflow"],
      fn: [
        "weighted_cross_entropyloss",
        "binary_cross_entropy_with_logits(pos_weight)",
        "weighted_cross_entropy_with_logits",
      ],
      ours: (c) => ours(weightedCrossEntropyLoss, { positiveWeight: number(c, "pos_weight") }),
      except: [
        { when: on("half8"), why: KINK },
        { when: on("void8"), why: CLIPPED_AWAY },
      ],
    },
    {
      peer: "loss-toolbox",
      fn: "WBCEWithLogitLoss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) => {
        const options = {
          positiveWeight: number(c, "weight"),
          ignoreIndex: number(c, "ignore_index"),
          reduction: "sum",
        } as const;
        return scaled(ours(weightedCrossEntropyLoss, options), 1 / pixelCount(c.shape), "1/N");
      },
      listed:
        "each ignored pixel still costs log 2 (logit and target multiplied by 0), and " +
        "targets are held in 0.01 .. 0.99",
    },
    {
      peer: "loss-toolbox",
      fn: "WBCEWithLogitLoss",
      ours: (c) =>
        ours(
          weightedCrossEntropyLoss,
          { positiveWeight: number(c, "weight") },
          { text: "target in 0.01 .. 0.99", target: ({ target }) => target.clamp(0.01, 0.99) },
        ),
      listed: CLIPPED_LOGITS,
    },
    {
      peer: ["torch", "seglossodyssey"],
      fn: ["cross_entropy(weight)", "WeightedCrossEntropyLoss"],
      ours: (c) => ours(categoricalCrossEntropyLoss, { classWeights: numbers(c, "weight") }),
    },
    {
      peer: "pytorch-3dunet",
      fn: "WeightedCrossEntropyLoss",
      ours: (c) =>
        ours(categoricalCrossEntropyLoss, {
          text: "ignoreIndex: 255, pixelWeights: sum (1 - p_c) / sum p_c as constants",
          options: (sample) => ({
            pixelWeights: weightsOfPrediction(sample),
            ignoreIndex: number(c, "ignore_index"),
          }),
        }),
    },
  ],
};
