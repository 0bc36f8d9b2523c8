import { DTypeError, refuse } from "../../errors.ts";
import type { OptionSpec } from "../../losses/shared/options.ts";
import { positive, readOptions, type Specs, whole } from "../options.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";

/**
 * The same learning rate at every step.
 *
 * @param learningRate - above 0
 * @throws {@link OptionError} for another learning rate
 * @example
 * ```ts
 * import { constant, warmup } from "segtape/optim";
 * const rate = warmup(constant(0.1), { steps: 10, from: 0.5 });
 * rate(5); // 0.075
 * ```
 */
export function constant(learningRate: number): Schedule {
  const specs = { learningRate: positive(undefined, "a number above 0") };
  readOptions("constant", specs, { learningRate }, ["learningRate"]);
  return scheduleOf("constant", () => learningRate);
}

/** Options of {@link warmup}. */
export interface WarmupOptions {
  /** Steps until the full learning rate, from 1. */
  readonly steps: number;
  /** Share of the learning rate at step 0, from 0 up to 1. @defaultValue 0.1 */
  readonly from?: number;
}

const FROM: OptionSpec = { default: 0.1, min: 0, max: 1, doc: "share of the learning rate at step 0" };

const SPECS: Specs<WarmupOptions> = {
  steps: whole(undefined, 1, "steps until the full learning rate"),
  from: FROM,
};

/**
 * Any schedule after a rise along a line.
 *
 * `r(t) = schedule(0) (from + (1 - from) t / steps)` for `t < steps`, then `schedule(t - steps)`.
 *
 * @param schedule - what follows; its own steps begin when the rise is over
 * @throws {@link OptionError} for options out of range; {@link DTypeError} where the schedule is no function
 * @see Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017
 * @example
 * ```ts
 * import { cosine, warmup } from "segtape/optim";
 * const rate = warmup(cosine({ learningRate: 0.1, steps: 90 }), { steps: 10, from: 0.2 });
 * rate(0); // 0.02
 * rate(5); // 0.06
 * rate(10); // 0.1
 * rate(55); // 0.05
 * ```
 */
export function warmup(schedule: Schedule, options: WarmupOptions): Schedule {
  if (typeof schedule !== "function")
    refuse(DTypeError, "warmup", "schedule", typeof schedule, "a function of the step");
  const { steps, from } = readOptions("warmup", SPECS, options, ["steps"]);
  return scheduleOf("warmup", (step) =>
    step < steps ? schedule(0) * (from + ((1 - from) * step) / steps) : schedule(step - steps),
  );
}
