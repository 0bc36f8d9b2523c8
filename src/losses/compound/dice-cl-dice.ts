import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { diceCoefficient } from "../shared/overlap.ts";
import { complement } from "../shared/pixels.ts";
import { centerlineDice, ITERATIONS } from "../shared/skeleton.ts";

/** Options of {@link diceClDiceLoss} beside the shared ones. */
export interface DiceClDiceOptions extends SharedOptions, SmoothOptions {
  /** Share of the centerline Dice loss, `1 - alpha` of the Dice loss. Range 0 .. 1. @defaultValue 0.5 */
  readonly alpha?: number;
  /** Erosions of the soft skeleton: the largest radius, in pixels, that it thins. From 0. @defaultValue 3 */
  readonly iterations?: number;
}

/**
 * Dice and centerline Dice together: the masks overlap, and so do their skeletons.
 *
 * `L = (1 - a) (1 - D) + a (1 - C)`, for each image and class, then reduced
 *
 * Symbols: D the Dice coefficient `(2 sum p g + s) / (sum p + sum g + s)`, C the centerline Dice coefficient of
 * {@link clDiceLoss}, a `alpha`, s `smooth`, the same in both. The paper keeps a within 0 .. 0.5.
 *
 * Peers: MONAI's SoftDiceclDiceLoss leaves out channel 0 in both parts.
 *
 * One-class images: the Dice part pushes every p down on an empty mask, and up on a full one, whose skeleton is
 * empty too. The ridges of a wrong prediction on an empty mask cost on top of that.
 *
 * Kin: {@link diceLoss} (a = 0) and {@link clDiceLoss} (a = 1).
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Shit et al. 2021 (arXiv 2003.07311)
 * @example
 * ```ts
 * import { diceClDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[0, 0, 0], [1, 0, 1], [0, 0, 0]]]]);
 * const g = tensor([[[[0, 0, 0], [1, 1, 1], [0, 0, 0]]]]);
 * const loss = diceClDiceLoss(p, g, { input: "probabilities", smooth: 0 });
 * // D = 4 / 5, C = 4 / 5
 * await loss.item(); // (0.2 + 0.2) / 2 = 0.2
 * ```
 */
export const diceClDiceLoss: Loss<DiceClDiceOptions> = defineLoss<DiceClDiceOptions>(
  "diceClDiceLoss",
  {
    title: "Dice and centerline Dice",
    family: "compound",
    summary: "The masks overlap, and each covers the other's skeleton.",
    formula: "L = (1 - a) (1 - Dice) + a (1 - clDice)",
    latex: "L = (1 - \\alpha)\\,(1 - \\mathrm{Dice}) + \\alpha\\,(1 - \\mathrm{clDice})",
    source: "Shit et al. 2021",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerators and denominators of both" },
      alpha: { default: 0.5, min: 0, max: 1, doc: "share of the centerline Dice loss" },
      iterations: ITERATIONS,
    },
  },
  (pixels, { alpha, iterations, ...smooth }) => {
    const dice = complement(diceCoefficient(pixels, smooth));
    const clDice = complement(centerlineDice(pixels, iterations, smooth));
    return dice.mul(1 - alpha).add(clDice.mul(alpha));
  },
);
