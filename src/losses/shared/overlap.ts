/** Overlap of prediction and target as a score, or as what is missing from it. */
import type { Tensor } from "../../tensor.ts";
import type { SoftCounts } from "./counts.ts";
import type { SmoothTerms } from "./options.ts";
import { type Pixels, ratio } from "./pixels.ts";

/** `D = (2 sum p g + s) / (sum p + sum g + s)` of each image and class; 1 where there is nothing. */
export function diceCoefficient(pixels: Pixels, { smoothNumerator, smoothDenominator }: SmoothTerms): Tensor {
  const { p, g } = pixels;
  const overlap = pixels.sum(p.mul(g)).mul(2).add(smoothNumerator);
  const total = pixels.sum(p).add(pixels.sum(g)).add(smoothDenominator);
  return ratio(overlap, total, 1);
}

/**
 * `1 - (hits + s) / (hits + errors + s)` over the common denominator: as a difference it would lose its digits where
 * few errors are left.
 */
export function errorShare(
  hits: Tensor,
  errors: Tensor,
  { smoothNumerator, smoothDenominator }: SmoothTerms,
): Tensor {
  return ratio(errors.add(smoothDenominator - smoothNumerator), hits.add(errors).add(smoothDenominator), 0);
}

/** What a Tversky index weighs its counts with. */
export interface TverskyWeights extends SmoothTerms {
  readonly falsePositiveWeight: number;
  readonly falseNegativeWeight: number;
}

/** `a FP + b FN`. */
const weightedErrors = (
  { falsePositives, falseNegatives }: SoftCounts,
  { falsePositiveWeight, falseNegativeWeight }: TverskyWeights,
): Tensor => falsePositives.mul(falsePositiveWeight).add(falseNegatives.mul(falseNegativeWeight));

/** `TI = (TP + s) / (TP + a FP + b FN + s)`; 1 where there is nothing, neither hit nor error. */
export function tverskyIndex(counts: SoftCounts, weights: TverskyWeights): Tensor {
  const { truePositives } = counts;
  const total = truePositives.add(weightedErrors(counts, weights)).add(weights.smoothDenominator);
  return ratio(truePositives.add(weights.smoothNumerator), total, 1);
}

/** `1 - TI`, as an {@link errorShare}: of {@link tverskyIndex} a root would bring out the digits that are missing. */
export const tverskyDistance = (counts: SoftCounts, weights: TverskyWeights): Tensor =>
  errorShare(counts.truePositives, weightedErrors(counts, weights), weights);
