/** Noise as a recorded step gives it, for modules that are applied without one. */
import { random } from "../../../src/index.ts";
import type { Context } from "../../../src/nn/index.ts";

/** Each call draws other numbers; the same seed draws the same ones. */
export function noiseOf(seed: number): NonNullable<Context["noise"]> {
  let calls = 0;
  return { uniform: (shape) => random(shape, { seed: seed * 1000 + calls++ }) };
}
