import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import { complement } from "../shared/pixels.ts";
import {
  GENERALIZED_DICE_OPTIONS,
  type GeneralizedDiceOptions,
  generalizedDiceLoss,
} from "./generalized-dice.ts";

/** Options of {@link penaltyGeneralizedDiceLoss} beside the shared ones. */
export interface PenaltyGeneralizedDiceOptions extends GeneralizedDiceOptions {
  /** Penalty on errors, from 0. @defaultValue 2.5 */
  readonly k?: number;
  /** What goes through the penalty: the score S, or the loss `u = 1 - S`. @defaultValue "score" */
  readonly penalized?: "score" | "loss";
}

/**
 * Penalty generalized Dice loss: the generalized Dice loss with `1 + k` times the weight on errors.
 *
 * `L = 1 - S / (1 + k (1 - S))`, S the generalized Dice score of each image, then reduced; with `u = 1 - S`,
 * {@link generalizedDiceLoss}, it is `(1 + k) u / (1 + k u)`.
 *
 * Symbols: k `k`. Written out, false positives and false negatives stand `1 + k` times below the fraction: `S
 * / (1 + k (1 - S)) = 2 TP / (2 TP + (1 + k) (FP + FN))`, each count weighed over the labels. Range 0 .. 1.
 *
 * Two forms are about. A survey (Ma et al. 2021) and the code that follows it put the loss into the formula
 * that is meant for the score, `L = u / (1 + k (1 - u))`: then a small error counts `1 + k` times less instead
 * of more, and the steepest place is the worst prediction. `penalized: "loss"` gives that form. (The code
 * published with the survey passes a negative score, which is neither.)
 *
 * Labels, weights, smoothing and one-class images: as in {@link generalizedDiceLoss}; L rises with u
 * throughout, so that it pulls the same way.
 *
 * Kin: `k: 0` is {@link generalizedDiceLoss}. For one label with `mode: "multilabel"` and without smoothing it
 * is {@link tverskyLoss} with both weights `(1 + k) / 2`; so `k: 1` is then {@link jaccardLoss}.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Yang et al. 2019 (MIDL); Ma et al. 2021 for the other form
 * @example
 * ```ts
 * import { penaltyGeneralizedDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0.5, 0.5, 0]]]]);
 * const g = tensor([[[[1, 1, 0, 0]]]]);
 * const loss = penaltyGeneralizedDiceLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // S = 0.75: 1 - 0.75 / (1 + 2.5 * 0.25) = 0.5384...
 * ```
 */
export const penaltyGeneralizedDiceLoss: Loss<PenaltyGeneralizedDiceOptions> =
  defineLoss<PenaltyGeneralizedDiceOptions>(
    "penaltyGeneralizedDiceLoss",
    {
      title: "Penalty generalized Dice",
      family: "region",
      summary: "Generalized Dice with 1 + k times the weight on false positives and false negatives.",
      formula: "L = 1 - S / (1 + k (1 - S)), S the generalized Dice score",
      latex: "L = 1 - \\frac{S}{1 + k(1 - S)}",
      source: "Yang et al. 2019",
      constants: generalizedDiceLoss.constants,
      shared: REGION_LOSS,
      options: {
        ...GENERALIZED_DICE_OPTIONS,
        k: { default: 2.5, min: 0, doc: "penalty on errors" },
        penalized: {
          default: "score",
          choices: ["score", "loss"],
          doc: "what goes through the penalty: the score, or the loss",
        },
      },
    },
    (_pixels, { k, penalized, weighting }, { prediction, target, given }) => {
      const u = generalizedDiceLoss(prediction, target, { ...given, weighting, reduction: "image" });
      const [above, below] =
        penalized === "score" ? [1 + k, u.mul(k).add(1)] : [1, complement(u).mul(k).add(1)];
      return u.mul(above).div(below);
    },
  );
