import { type FocalOptions, focalLoss } from "../pixel/focal.ts";
import { type GeneralizedDiceOptions, generalizedDiceLoss } from "../region/generalized-dice.ts";
import { defineLoss, EVERY_LOSS, type Loss } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { forPixels, type PartOptions, partOf, sumOfParts, weightOf } from "../shared/parts.ts";

/** Options of {@link generalizedDiceFocalLoss} beside the shared ones. */
export interface GeneralizedDiceFocalOptions extends SharedOptions {
  /** Options of {@link generalizedDiceLoss}. @defaultValue its own */
  readonly generalizedDice?: PartOptions<GeneralizedDiceOptions>;
  /** Options of {@link focalLoss}. @defaultValue its own */
  readonly focal?: PartOptions<FocalOptions>;
  /** Weight of the generalized Dice part, from 0. @defaultValue 1 */
  readonly generalizedDiceWeight?: number;
  /** Weight of the focal part, from 0. @defaultValue 1 */
  readonly focalWeight?: number;
}

/**
 * Generalized Dice and focal loss together: one overlap in which rare labels count as much as large ones, and hard
 * pixels for the slope.
 *
 * `L = u L_GDice + v L_focal`
 *
 * Symbols: u `generalizedDiceWeight`, v `focalWeight`. The parts are {@link generalizedDiceLoss} and
 * {@link focalLoss}; their means add up, and `reduction: "none"` gives one value an image, `[n]`. Options of a part
 * go under its name and override what the whole loss was given, as in `generalizedDice: { weighting: "simple" }`.
 * `aggregate: "batch"` is for the ratio, and goes to generalized Dice alone.
 *
 * Peers: MONAI's focal part has no alpha, and goes by sigmoid, each class against the rest, even where Dice goes by
 * softmax; here both see the same probabilities.
 *
 * One-class images: the focal part sees each pixel, whatever the others are; of absent labels see
 * {@link generalizedDiceLoss}. Both pull every pixel the right way.
 *
 * Kin: {@link diceFocalLoss} has the mean over classes of their own Dice.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `input`, `mode` or `reduction` of a part
 * @see Sudre et al. 2017 and Lin et al. 2017 for the parts; MONAI for their sum
 * @example
 * ```ts
 * import { generalizedDiceFocalLoss, tensor } from "segtape";
 * const p = tensor([[[[0.8, 0.4, 0, 0]]]]);
 * const g = tensor([[[[1, 0, 0, 0]]]]);
 * const options = { input: "probabilities", generalizedDice: { smooth: 0 } } as const;
 * await generalizedDiceFocalLoss(p, g, options).item(); // 0.2343 + 0.0158 = 0.2502...
 * ```
 */
export const generalizedDiceFocalLoss: Loss<GeneralizedDiceFocalOptions> =
  defineLoss<GeneralizedDiceFocalOptions>(
    "generalizedDiceFocalLoss",
    {
      title: "Generalized Dice + focal",
      family: "compound",
      summary: "One overlap in which rare labels count as much as large ones, and hard pixels for the slope.",
      formula: "L = u L_GDice + v L_focal",
      latex: "L = u\\,L_{\\mathrm{GDice}} + v\\,L_{\\mathrm{focal}}",
      source: "Sudre et al. 2017; Lin et al. 2017; MONAI",
      constants: "label weights w",
      shared: EVERY_LOSS,
      options: {
        generalizedDice: partOf("generalizedDiceLoss"),
        focal: partOf("focalLoss"),
        generalizedDiceWeight: weightOf("the generalized Dice part"),
        focalWeight: weightOf("the focal part"),
      },
    },
    (_pixels, { generalizedDice, focal, generalizedDiceWeight, focalWeight }, call) =>
      sumOfParts(
        [
          (p, g, shared) =>
            generalizedDiceLoss(p, g, { ...shared, ...generalizedDice }).mul(generalizedDiceWeight),
          (p, g, shared) => focalLoss(p, g, { ...forPixels(shared), ...focal }).mul(focalWeight),
        ],
        call,
      ),
  );
