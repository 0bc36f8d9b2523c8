import { tensor } from "../../../src/index.ts";
import {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyLoss,
} from "../../../src/losses/pixel/binary-cross-entropy.ts";
import { weightedCrossEntropyLoss } from "../../../src/losses/pixel/weighted-cross-entropy.ts";
import { type Family, type GoldenCase, number, numbers, on, param } from "../format.ts";
import { ours, pixelCount, scaled } from "../recipe.ts";
import { CLIPPED_AWAY, KERAS_EPSILON } from "./reasons.ts";

const plain = () => ours(binaryCrossEntropyLoss);

/** Sum over the pixels, divided by the number of them all: what neither weights nor ignored pixels change. */
const overAll = (c: GoldenCase, options: BinaryCrossEntropyOptions) =>
  scaled(ours(binaryCrossEntropyLoss, { ...options, reduction: "sum" }), 1 / pixelCount(c.shape), "1/N");

export const binaryCrossEntropy: Family = {
  file: "binary-cross-entropy",
  counts: { matched: 34, listed: 10 },
  rules: [
    {
      peer: "torch",
      fn: "binary_cross_entropy",
      when: param("weight", "1 + (flatIndex % 3)"),
      ours: (c) => {
        const weights = Float64Array.from({ length: pixelCount(c.shape) }, (_, i) => 1 + (i % 3));
        return overAll(c, { pixelWeights: tensor(weights, c.shape.slice()) });
      },
    },
    {
      peer: "torch",
      fn: "binary_cross_entropy",
      ours: plain,
      except: [
        {
          when: on("void8"),
          why:
            "torch's backward, (p - g) / max(p (1 - p), 1e-12), is 0 at p = g = 0; the " +
            "derivative there is 1",
        },
      ],
    },
    {
      peer: "torch",
      fn: "binary_cross_entropy_with_logits",
      when: param("reduction", "none"),
      ours: () => ours(binaryCrossEntropyLoss, { reduction: "none" }),
    },
    { peer: "torch", fn: "binary_cross_entropy_with_logits", ours: plain },
    { peer: "keras2", fn: "binary_crossentropy", ours: plain, listed: KERAS_EPSILON },
    { peer: "keras2", fn: "binary_crossentropy(from_logits)", ours: plain },
    {
      peer: "keras2",
      fn: "binary_crossentropy(label_smoothing)",
      ours: (c) => ours(binaryCrossEntropyLoss, { labelSmoothing: number(c, "label_smoothing") }),
      listed: KERAS_EPSILON,
    },
    {
      peer: "keras3",
      fn: "binary_crossentropy",
      ours: plain,
      except: [{ when: on("hard8", "void8"), why: CLIPPED_AWAY }],
    },
    {
      peer: "smp",
      fn: "SoftBCEWithLogitsLoss",
      when: (c) => "ignore_index" in c.params,
      ours: (c) => overAll(c, { ignoreIndex: number(c, "ignore_index") }),
    },
    {
      peer: "smp",
      fn: "SoftBCEWithLogitsLoss",
      when: (c) => "pos_weight" in c.params,
      ours: (c) => ours(weightedCrossEntropyLoss, { positiveWeight: numbers(c, "pos_weight")[0] }),
    },
    {
      peer: "smp",
      fn: "SoftBCEWithLogitsLoss",
      when: (c) => "smooth_factor" in c.params,
      // smp moves labels by s towards each other, ours by s / 2.
      ours: (c) => ours(binaryCrossEntropyLoss, { labelSmoothing: 2 * number(c, "smooth_factor") }),
    },
    { peer: "smp", fn: "SoftBCEWithLogitsLoss", ours: plain },
    { peer: "berman", fn: "binary_xloss", ours: plain },
    { peer: "unet3plus", fn: "BCE_loss", ours: plain },
  ],
};
