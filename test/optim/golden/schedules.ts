/** Our schedules from the names and options of the golden cases. */
import {
  type CosineOptions,
  constant,
  cosine,
  type ExponentialOptions,
  exponential,
  type PolynomialOptions,
  polynomial,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
  type WarmupOptions,
  warmup,
} from "../../../src/optim/index.ts";
import type { NamedSchedule } from "./data.ts";

export function scheduleOf({ name, options }: NamedSchedule): Schedule {
  const given: unknown = options;
  switch (name) {
    case "constant":
      return constant(options.learningRate as number);
    case "cosine":
      return cosine(given as CosineOptions);
    case "stepDecay":
      return stepDecay(given as StepDecayOptions);
    case "exponential":
      return exponential(given as ExponentialOptions);
    case "polynomial":
      return polynomial(given as PolynomialOptions);
    case "warmup": {
      const { schedule, ...rest } = given as WarmupOptions & { schedule: NamedSchedule };
      return warmup(scheduleOf(schedule), rest);
    }
    default:
      throw new Error(`no schedule ${name}`);
  }
}
