import { type BinaryCrossEntropyOptions, binaryCrossEntropyLoss } from "../pixel/binary-cross-entropy.ts";
import { categoricalCrossEntropyLoss } from "../pixel/categorical-cross-entropy.ts";
import { type DiceOptions, diceLoss } from "../region/dice.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { forPixels, type PartOptions, partOf, sumOfParts, weightOf } from "../shared/parts.ts";

/** Options of {@link diceCrossEntropyLoss} beside the shared ones. */
export interface DiceCrossEntropyOptions extends SharedOptions {
  /** Options of {@link diceLoss}. @defaultValue its own */
  readonly dice?: PartOptions<DiceOptions>;
  /** Options of the cross entropy. @defaultValue its own */
  readonly crossEntropy?: PartOptions<BinaryCrossEntropyOptions>;
  /** Weight of the Dice part, from 0. @defaultValue 1 */
  readonly diceWeight?: number;
  /** Weight of the cross entropy, from 0. @defaultValue 1 */
  readonly crossEntropyWeight?: number;
}

/**
 * Dice and cross entropy together (Dice + CE, Dice + BCE): the overlap for what is rare, the pixels for a smooth
 * slope. The usual choice.
 *
 * `L = u L_Dice + v L_CE`
 *
 * Symbols: u `diceWeight`, v `crossEntropyWeight`. The parts are {@link diceLoss} and the cross entropy that fits
 * the channels: {@link categoricalCrossEntropyLoss} over exclusive classes, {@link binaryCrossEntropyLoss} for
 * one channel and for independent ones, where this is what others call Dice + BCE. Their means add up;
 * `reduction: "none"` gives one value an image, `[n]`. Options of a part go under its name and override what
 * the whole loss was given: `dice: { includeBackground: false }`, `crossEntropy: { labelSmoothing: 0.1 }`.
 * `aggregate: "batch"` is for the ratio, and goes to Dice alone.
 *
 * Peers: nnU-Net and SegLossOdyssey add `-D` instead of `1 - D`, so that theirs is 1 less at weights of 1; the
 * survey's code halves the sum. With class weights MONAI's Dice part is a plain mean of weighted classes, ours
 * the weighted mean.
 *
 * One-class images: the cross entropy sees each pixel, whatever the others are, and Dice is as in
 * {@link diceLoss}: both pull every pixel the right way.
 *
 * Kin: {@link comboLoss} has shares instead of weights and minus the Dice coefficient; {@link diceFocalLoss} and
 * {@link diceTopKLoss} look at hard pixels, {@link exponentialLogarithmicLoss} takes powers of both. Other sums
 * are made by {@link weightedSum}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `input`, `mode` or `reduction` of a part
 * @see Isensee et al. 2018 (nnU-Net), section 2.2
 * @example
 * ```ts
 * import { diceCrossEntropyLoss, tensor } from "segtape";
 * const loss = diceCrossEntropyLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // 1 - 2 / 3 + log 2 = 1.0264...
 * ```
 */
export const diceCrossEntropyLoss: Loss<DiceCrossEntropyOptions> = defineLoss<DiceCrossEntropyOptions>(
  "diceCrossEntropyLoss",
  {
    title: "Dice + cross entropy",
    family: "compound",
    summary:
      "Dice + CE, or Dice + BCE for channels of their own: overlap for what is rare, pixels for the slope.",
    formula: "L = u L_Dice + v L_CE",
    latex: "L = u\\,L_{\\mathrm{Dice}} + v\\,L_{\\mathrm{CE}}",
    source: "Isensee et al. 2018",
    shared: EVERY_LOSS,
    options: {
      dice: partOf("diceLoss"),
      crossEntropy: partOf("the cross entropy"),
      diceWeight: weightOf("the Dice part"),
      crossEntropyWeight: weightOf("the cross entropy"),
    },
  },
  ({ mode }, { dice, crossEntropy, diceWeight, crossEntropyWeight }, call) => {
    const crossEntropyLoss = mode === "multiclass" ? categoricalCrossEntropyLoss : binaryCrossEntropyLoss;
    return sumOfParts(
      [
        (p, g, shared) => diceLoss(p, g, { ...shared, ...dice }).mul(diceWeight),
        (p, g, shared) =>
          crossEntropyLoss(p, g, { ...forPixels(shared), ...crossEntropy }).mul(crossEntropyWeight),
      ],
      call,
    );
  },
);
