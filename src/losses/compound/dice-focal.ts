import { type FocalOptions, focalLoss } from "../pixel/focal.ts";
import { type DiceOptions, diceLoss } from "../region/dice.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { forPixels, type PartOptions, partOf, sumOfParts, weightOf } from "../shared/parts.ts";

/** Options of {@link diceFocalLoss} beside the shared ones. */
export interface DiceFocalOptions extends SharedOptions {
  /** Options of {@link diceLoss}. @defaultValue its own */
  readonly dice?: PartOptions<DiceOptions>;
  /** Options of {@link focalLoss}. @defaultValue its own */
  readonly focal?: PartOptions<FocalOptions>;
  /** Weight of the Dice part, from 0. @defaultValue 1 */
  readonly diceWeight?: number;
  /** Weight of the focal part, from 0. @defaultValue 1 */
  readonly focalWeight?: number;
}

/**
 * Dice and focal loss together: the overlap for what is rare, hard pixels for the slope.
 *
 * `L = u L_Dice + v L_focal`
 *
 * Symbols: u `diceWeight`, v `focalWeight`. The parts are {@link diceLoss} and {@link focalLoss}; their means add
 * up, and `reduction: "none"` gives one value an image, `[n]`. Options of a part go under its name and override
 * what the whole loss was given, as in `focal: { alpha: null }`. `aggregate: "batch"` is for the ratio, and goes
 * to Dice alone.
 *
 * Peers: MONAI's focal part has no alpha, and goes by sigmoid, each class against the rest, even where Dice goes by
 * softmax; here both see the same probabilities. AnatomyNet weighs the focal part 0.5.
 *
 * One-class images: the focal part sees each pixel, whatever the others are, and Dice is as in
 * {@link diceLoss}: both pull every pixel the right way.
 *
 * Kin: {@link diceCrossEntropyLoss} is this loss with `focal: { gamma: 0, alpha: null }`;
 * {@link generalizedDiceFocalLoss} weighs classes by their volume, {@link unifiedFocalLoss} has a root in the
 * region part too. {@link focalDiceLoss} is another thing: a root of Dice.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `input`, `mode` or `reduction` of a part
 * @see Zhu et al. 2019 (AnatomyNet), section 2.3
 * @example
 * ```ts
 * import { diceFocalLoss, tensor } from "segtape";
 * const loss = diceFocalLoss(tensor([[[[0, 0]]]]), tensor([[[[1, 0]]]]));
 * await loss.item(); // 1 - 2 / 3 + (0.25 + 0.75) / 4 log 2 / 2 = 0.4199...
 * ```
 */
export const diceFocalLoss: Loss<DiceFocalOptions> = defineLoss<DiceFocalOptions>(
  "diceFocalLoss",
  {
    title: "Dice + focal",
    family: "compound",
    summary: "Overlap for what is rare, and hard pixels for the slope.",
    formula: "L = u L_Dice + v L_focal",
    latex: "L = u\\,L_{\\mathrm{Dice}} + v\\,L_{\\mathrm{focal}}",
    source: "Zhu et al. 2019, section 2.3",
    shared: EVERY_LOSS,
    options: {
      dice: partOf("diceLoss"),
      focal: partOf("focalLoss"),
      diceWeight: weightOf("the Dice part"),
      focalWeight: weightOf("the focal part"),
    },
  },
  (_pixels, { dice, focal, diceWeight, focalWeight }, call) =>
    sumOfParts(
      [
        (p, g, shared) => diceLoss(p, g, { ...shared, ...dice }).mul(diceWeight),
        (p, g, shared) => focalLoss(p, g, { ...forPixels(shared), ...focal }).mul(focalWeight),
      ],
      call,
    ),
);
