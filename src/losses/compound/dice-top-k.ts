import { type TopKCrossEntropyOptions, topKCrossEntropyLoss } from "../pixel/top-k-cross-entropy.ts";
import { type DiceOptions, diceLoss } from "../region/dice.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { type PartOptions, partOf, sumOfParts, weightOf } from "../shared/parts.ts";

/** Options of {@link diceTopKLoss} beside the shared ones. */
export interface DiceTopKOptions extends SharedOptions {
  /** Options of {@link diceLoss}. @defaultValue its own */
  readonly dice?: PartOptions<DiceOptions>;
  /** Options of {@link topKCrossEntropyLoss}. @defaultValue its own */
  readonly topK?: PartOptions<TopKCrossEntropyOptions>;
  /** Weight of the Dice part, from 0. @defaultValue 1 */
  readonly diceWeight?: number;
  /** Weight of the cross entropy of the hardest pixels, from 0. @defaultValue 1 */
  readonly topKWeight?: number;
}

/**
 * Dice and top-k cross entropy together: the overlap of the whole, and the slope of the hardest pixels alone.
 *
 * `L = u L_Dice + v L_top-k`
 *
 * Symbols: u `diceWeight`, v `topKWeight`. The parts are {@link diceLoss} and {@link topKCrossEntropyLoss}, the mean
 * cross entropy of a tenth of the pixels (`topK: { share: 0.1 }`); their means add up, and `reduction: "none"`
 * gives one value an image, `[n]`. Options of a part go under its name and override what the whole loss was
 * given. `aggregate: "batch"` goes to both: the ratio runs over the batch, and so does the choice of the hardest
 * pixels. nnU-Net and SegLossOdyssey choose over the batch (`topK: { aggregate: "batch" }`) and add `-D` instead
 * of `1 - D`, so that theirs is 1 less. Which pixels are taken is a constant for derivatives.
 *
 * One-class images: the most wrong pixels are pulled towards the class by the cross entropy, and every pixel by
 * Dice as in {@link diceLoss}.
 *
 * Kin: {@link diceCrossEntropyLoss} is this loss with `topK: { share: 1 }`; in {@link diceFocalLoss} easy pixels fade
 * by degrees.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `input`, `mode` or `reduction` of a part
 * @see Isensee et al. 2021 (nnU-Net); Ma et al. 2021
 * @example
 * ```ts
 * import { diceTopKLoss, tensor } from "segtape";
 * const p = tensor([[[[0.9, 0.5, 0.8, 0.25]]]]);
 * const g = tensor([[[[1, 1, 1, 1]]]]);
 * const loss = diceTopKLoss(p, g, { input: "probabilities", topK: { share: 0.5 } });
 * await loss.item(); // 1 - 5.9 / 7.45 + (log 2 + log 4) / 2 = 1.2477...
 * ```
 */
export const diceTopKLoss: Loss<DiceTopKOptions> = defineLoss<DiceTopKOptions>(
  "diceTopKLoss",
  {
    title: "Dice + top-k",
    family: "compound",
    summary: "Overlap of the whole, and the cross entropy of the hardest pixels alone.",
    formula: "L = u L_Dice + v L_top-k",
    latex: "L = u\\,L_{\\mathrm{Dice}} + v\\,L_{\\mathrm{top\\text{-}k}}",
    source: "Isensee et al. 2021; Ma et al. 2021",
    constants: "which pixels are the hardest",
    shared: EVERY_LOSS,
    options: {
      dice: partOf("diceLoss"),
      topK: partOf("topKCrossEntropyLoss"),
      diceWeight: weightOf("the Dice part"),
      topKWeight: weightOf("the cross entropy of the hardest pixels"),
    },
  },
  (_pixels, { dice, topK, diceWeight, topKWeight }, call) =>
    sumOfParts(
      [
        (p, g, shared) => diceLoss(p, g, { ...shared, ...dice }).mul(diceWeight),
        (p, g, shared) => topKCrossEntropyLoss(p, g, { ...shared, ...topK }).mul(topKWeight),
      ],
      call,
    ),
);
