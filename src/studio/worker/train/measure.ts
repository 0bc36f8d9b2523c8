/** A network on the validation pictures: Dice of all of them, predictions of those shown. */
import { evaluateMetrics } from "../../../metrics/index.ts";
import type { Module, Variables } from "../../../nn/module.ts";
import { classesOf, predictImage } from "../../../train/index.ts";
import type { Normalization } from "../../../train/types.ts";
import { levelOf } from "../../subject/picture.ts";
import { type Pictures, SHOWN } from "./data.ts";

export interface Measurement {
  readonly step: number;
  /** Mean over the pictures, of the prediction cut at 1/2. */
  readonly dice: number;
  /** Levels of 8 bits, of the pictures shown. */
  readonly predictions: readonly Uint8Array[];
}

export async function measure(
  model: Module,
  variables: Variables,
  { validation }: Pictures,
  normalization: Normalization,
): Promise<Omit<Measurement, "step">> {
  const predictions: Uint8Array[] = [];
  let sum = 0;
  for (const [at, sample] of validation.entries()) {
    const probabilities = await predictImage(model, variables, sample, { normalization });
    if (at < SHOWN) predictions.push(Uint8Array.from(probabilities, levelOf));
    const { size, target } = sample;
    sum += evaluateMetrics(["dice"], classesOf(probabilities, 1), target, { size, classes: 2 }).dice.mean;
  }
  return { dice: sum / validation.length, predictions };
}
