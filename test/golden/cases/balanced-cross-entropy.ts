import { balancedCrossEntropyLoss } from "../../../src/losses/pixel/balanced-cross-entropy.ts";
import { type Family, number, on, param } from "../format.ts";
import { ours, pixelCount, type Recipe, scaled } from "../recipe.ts";
import type { Sample } from "../sample.ts";
import { shareOf } from "../views.ts";
import { ONE_CLASS_BALANCE } from "./reasons.ts";

/** toolbelt divides the background by the number of labelled pixels + 1e-7. */
const toolbelt = ({ labels }: Sample) => {
  const labelled = labels.filter((g) => g <= 1);
  return labelled.filter((g) => g === 0).length / (labelled.length + 1e-7);
};

/** DexiNed weighs foreground by the share of background, background by 1.1 times that of foreground. */
const DEXINED = 1.1;
const dexined = (weight: number, n: number): Recipe => {
  const sum = (sample: Sample) => shareOf(0, sample) + DEXINED * shareOf(1, sample);
  const loss = ours(balancedCrossEntropyLoss, {
    text: "beta: N0 / (N0 + 1.1 N1)",
    options: (sample) => ({ beta: shareOf(0, sample) / sum(sample) }),
  });
  return {
    text: `${weight} n (N0 + 1.1 N1) / N * ${loss.text}`,
    run: (sample) => loss.run(sample).mul(weight * n * sum(sample)),
  };
};

export const balancedCrossEntropy: Family = {
  file: "balanced-cross-entropy",
  counts: { matched: 18, listed: 4 },
  rules: [
    {
      peer: "osvos",
      fn: "class_balanced_cross_entropy_loss",
      when: param("size_average"),
      ours: () => ours(balancedCrossEntropyLoss, { aggregate: "batch" }),
      except: [{ when: on("empty16"), why: ONE_CLASS_BALANCE }],
    },
    {
      peer: "osvos",
      fn: "class_balanced_cross_entropy_loss",
      ours: (c) =>
        scaled(
          ours(balancedCrossEntropyLoss, { aggregate: "batch", reduction: "sum" }),
          1 / c.shape[0],
          "1/n",
        ),
    },
    {
      peer: "toolbelt",
      fn: "balanced_binary_cross_entropy_with_logits",
      when: (c) => "ignore_index" in c.params,
      ours: (c) =>
        scaled(
          ours(balancedCrossEntropyLoss, {
            text: 'beta: N0 / (N + 1e-7), ignoreIndex: 255, reduction: "sum"',
            options: (sample) => ({
              beta: toolbelt(sample),
              ignoreIndex: number(c, "ignore_index"),
              reduction: "sum" as const,
            }),
          }),
          1 / pixelCount(c.shape),
          "1/N",
        ),
    },
    {
      peer: "toolbelt",
      fn: "balanced_binary_cross_entropy_with_logits",
      when: param("gamma", 1),
      ours: () =>
        ours(balancedCrossEntropyLoss, {
          text: "beta: N0 / (N + 1e-7)",
          options: (sample) => ({ beta: toolbelt(sample) }),
        }),
    },
    {
      peer: "toolbelt",
      fn: "balanced_binary_cross_entropy_with_logits",
      ours: (c) =>
        ours(balancedCrossEntropyLoss, { reduction: c.params.reduction === "sum" ? "sum" : "mean" }),
      listed: "its gamma, an exponent on the balance that no paper has, is applied twice",
    },
    {
      peer: "hed",
      fn: "weighted_cross_entropy_loss",
      ours: () => ours(balancedCrossEntropyLoss, { reduction: "sum" }),
      except: [{ when: on("full16"), why: ONE_CLASS_BALANCE }],
    },
    { peer: "dexined", fn: "bdcn_loss2", ours: (c) => dexined(number(c, "l_weight"), c.shape[0]) },
  ],
};
