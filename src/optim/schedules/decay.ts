/** Schedules that only fall: by steps, exponentially, and as a power of what is left. */
import { OptionError, refuse } from "../../errors.ts";
import type { OptionSpec } from "../../losses/shared/options.ts";
import { notNegative, positive, readOptions, type Specs, shrink, whole } from "../options.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** Learning rate at the start, above 0. */
  readonly learningRate: number;
  /** What it is multiplied by at each fall, above 0, below 1. @defaultValue 0.1 */
  readonly factor?: number;
  /** It falls after every so many steps, from 1. This or `at` must be given. */
  readonly every?: number;
  /** It falls at these steps, from 1, in rising order. */
  readonly at?: readonly number[];
}

function risingSteps(value: unknown): string | null {
  const rising =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((step, i) => Number.isInteger(step) && step > (i === 0 ? 0 : value[i - 1]));
  return rising ? null : "whole numbers from 1, in rising order";
}

const AT: OptionSpec = { default: undefined, doc: "steps at which it falls", check: risingSteps };

const STEP_DECAY: Specs<StepDecayOptions> = {
  learningRate: positive(undefined, "learning rate at the start"),
  factor: shrink(0.1, "what it is multiplied by at each fall"),
  every: whole(undefined, 1, "after how many steps it falls"),
  at: AT,
};

/**
 * A learning rate that falls by a factor now and then.
 *
 * `r(t) = learningRate factor^k`, where k is `floor(t / every)`, or how many of the steps `at` are not after t.
 *
 * @throws {@link OptionError} for options out of range, and unless one of `every` and `at` is given
 * @example
 * ```ts
 * import { stepDecay } from "segtape/optim";
 * stepDecay({ learningRate: 1, factor: 0.5, every: 10 })(25); // 0.25
 * stepDecay({ learningRate: 1, factor: 0.5, at: [10, 30] })(25); // 0.5
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { learningRate, factor, every, at } = readOptions<StepDecayOptions, "every" | "at">(
    "stepDecay",
    STEP_DECAY,
    options,
    ["learningRate"],
  );
  if ((every === undefined) === (at === undefined)) {
    const given = every === undefined ? "neither" : "both";
    refuse(OptionError, "stepDecay", "every, at", given, "one of them");
  }
  const milestones = at?.slice() ?? [];
  const falls = (step: number) =>
    every === undefined
      ? milestones.filter((milestone) => milestone <= step).length
      : Math.floor(step / every);
  return scheduleOf("stepDecay", (step) => learningRate * factor ** falls(step));
}

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** Learning rate at the start, above 0. */
  readonly learningRate: number;
  /** What it is multiplied by over `every` steps, above 0, below 1. */
  readonly factor: number;
  /** Steps over which it falls by `factor`, from 1. @defaultValue 1 */
  readonly every?: number;
}

const EXPONENTIAL: Specs<ExponentialOptions> = {
  learningRate: positive(undefined, "learning rate at the start"),
  factor: shrink(undefined, "what it is multiplied by over so many steps: above 0, below 1"),
  every: whole(1, 1, "steps over which it falls by the factor"),
};

/**
 * A learning rate that falls by the same share at every step.
 *
 * `r(t) = learningRate factor^(t / every)`.
 *
 * @throws {@link OptionError} for options out of range
 * @example
 * ```ts
 * import { exponential } from "segtape/optim";
 * exponential({ learningRate: 1, factor: 0.25, every: 100 })(50); // 0.5
 * ```
 */
export function exponential(options: ExponentialOptions): Schedule {
  const required = ["learningRate", "factor"] as const;
  const { learningRate, factor, every } = readOptions("exponential", EXPONENTIAL, options, required);
  return scheduleOf("exponential", (step) => learningRate * factor ** (step / every));
}

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** Learning rate at the start, above 0. */
  readonly learningRate: number;
  /** Steps from the start to the minimum, from 1. */
  readonly steps: number;
  /** Exponent of what is left, above 0; 1 falls along a line. @defaultValue 0.9 */
  readonly power?: number;
  /** Learning rate at the end, from 0 up to `learningRate`. @defaultValue 0 */
  readonly minimum?: number;
}

const POLYNOMIAL: Specs<PolynomialOptions> = {
  learningRate: positive(undefined, "learning rate at the start"),
  steps: whole(undefined, 1, "steps from the start to the minimum"),
  power: positive(0.9, "exponent of what is left"),
  minimum: notNegative(0, "learning rate at the end"),
};

/**
 * A learning rate that falls as a power of the share of steps that is left; then it stays.
 *
 * `r(t) = minimum + (learningRate - minimum) (1 - t / steps)^power` for `t <= steps`. The power 0.9 is DeepLab's and
 * nnU-Net's.
 *
 * @throws {@link OptionError} for options out of range
 * @see Liu et al., "ParseNet: Looking Wider to See Better", 2015; Chen et al., "DeepLab", TPAMI 2018
 * @example
 * ```ts
 * import { polynomial } from "segtape/optim";
 * polynomial({ learningRate: 0.01, steps: 100, power: 2 })(50); // 0.0025
 * ```
 */
export function polynomial(options: PolynomialOptions): Schedule {
  const required = ["learningRate", "steps"] as const;
  const { learningRate, steps, power, minimum } = readOptions("polynomial", POLYNOMIAL, options, required);
  if (minimum > learningRate)
    refuse(OptionError, "polynomial", "minimum", String(minimum), `at most learningRate, ${learningRate}`);
  return scheduleOf("polynomial", (step) => {
    return minimum + (learningRate - minimum) * (1 - Math.min(1, step / steps)) ** power;
  });
}
