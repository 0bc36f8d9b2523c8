import { ones, type Tensor, tensor } from "../../../src/index.ts";
import { matthewsCorrelationLoss } from "../../../src/losses/region/matthews-correlation.ts";
import { type Family, number, on } from "../format.ts";
import { ours, type View } from "../recipe.ts";

/** The whole batch as one row of pixels, and four more of them: right, rightly empty, false, missed. */
const withFour = (x: Tensor, four: readonly number[]) =>
  x.reshape([1, 1, x.size]).concat(tensor([[[...four]]]), 2);

const FOUR_MORE: View = {
  text: "a pixel more of each kind",
  prediction: ({ prediction }) => withFour(prediction, [1, 0, 1, 0]),
  target: ({ target }) => withFour(target, [1, 0, 0, 1]),
};

export const mcc: Family = {
  file: "mcc",
  counts: { matched: 15, listed: 1 },
  rules: [
    {
      peer: "smp",
      fn: "MCCLoss",
      // What is added to each of the four counts is a pixel of that kind and of that weight.
      ours: (c) => {
        const eps = number(c, "eps");
        return ours(
          matthewsCorrelationLoss,
          {
            text: `smooth: 0, pixelWeights: ${eps} for those four`,
            options: ({ prediction }) => ({
              smooth: 0,
              pixelWeights: withFour(ones(prediction.shape), [eps, eps, eps, eps]),
            }),
          },
          FOUR_MORE,
        );
      },
    },
    {
      peer: "mcc-loss",
      fn: ["MCCLoss", "MCCLoss(from_logits)"],
      // Its 1e-7 under the root of a product of four counts is lost in the digits compared.
      ours: (c) =>
        ours(matthewsCorrelationLoss, {
          smooth: 0,
          aggregate: c.params.reduction === "sample" ? "image" : "batch",
        }),
      except: [
        {
          when: on("void8"),
          why: "has no gradient where nothing is wrong (p = g = 0 exactly); ours keeps the one that holds p there",
        },
      ],
    },
  ],
};
