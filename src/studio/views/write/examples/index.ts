/** Losses to start from, in the order of the list. */
import type { Example } from "./example.ts";
import { bareLogarithm, noGradient, wrongDerivative } from "./mistaken.ts";
import { boundaryWeighted, composed, focal, ownRule, softDice, weightedCrossEntropy } from "./sound.ts";

export type { Example } from "./example.ts";

export const EXAMPLES: readonly Example[] = [
  softDice,
  weightedCrossEntropy,
  focal,
  boundaryWeighted,
  composed,
  ownRule,
  wrongDerivative,
  bareLogarithm,
  noGradient,
];
