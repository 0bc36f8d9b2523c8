import { OptionError, refuse } from "../../errors.ts";
import type { OptionSpec } from "../../losses/shared/options.ts";
import { flag, notNegative, positive, readOptions, type Specs, whole } from "../options.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** Learning rate at the start, above 0. */
  readonly learningRate: number;
  /** Steps from the start to the minimum, from 1; with restarts, of the first cycle. */
  readonly steps: number;
  /** Learning rate at the end, from 0 up to `learningRate`. @defaultValue 0 */
  readonly minimum?: number;
  /** Whether to begin again at `learningRate` after each cycle. @defaultValue false */
  readonly restarts?: boolean;
  /** How many times as long as the one before each cycle is, from 1; needs restarts. @defaultValue 1 */
  readonly cycleFactor?: number;
}

const CYCLE_FACTOR: OptionSpec = {
  default: 1,
  min: 1,
  doc: "how many times as long as the last each cycle is",
};

const SPECS: Specs<CosineOptions> = {
  learningRate: positive(undefined, "learning rate at the start"),
  steps: whole(undefined, 1, "steps from the start to the minimum"),
  minimum: notNegative(0, "learning rate at the end"),
  restarts: flag("whether to begin again after each cycle"),
  cycleFactor: CYCLE_FACTOR,
};

/** How far through its cycle a step is, 0 .. 1, when the first takes `steps` and each later one `factor` times more. */
function progressOfCycle(step: number, steps: number, factor: number): number {
  if (factor === 1) return (step % steps) / steps;
  let start = 0;
  let length = steps;
  while (step >= start + length) {
    start += length;
    length *= factor;
  }
  return (step - start) / length;
}

/**
 * Half a cosine wave from the learning rate down to a minimum, where it stays; or again and again, with warm restarts.
 *
 * `r(t) = minimum + (learningRate - minimum) (1 + cos(pi t / steps)) / 2` for `t <= steps`. With restarts, t is counted
 * from the start of the cycle, and each cycle is `cycleFactor` times as long as the one before.
 *
 * @throws {@link OptionError} for options out of range
 * @see Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, eq. 5
 * @example
 * ```ts
 * import { cosine } from "segtape/optim";
 * const rate = cosine({ learningRate: 0.1, steps: 100 });
 * rate(0); // 0.1
 * rate(50); // 0.05
 * rate(200); // 0
 * const cycles = cosine({ learningRate: 0.1, steps: 100, restarts: true, cycleFactor: 2 });
 * cycles(200); // half through the second cycle: 0.05
 * ```
 */
export function cosine(options: CosineOptions): Schedule {
  const { learningRate, steps, minimum, restarts, cycleFactor } = readOptions("cosine", SPECS, options, [
    "learningRate",
    "steps",
  ]);
  if (minimum > learningRate)
    refuse(OptionError, "cosine", "minimum", String(minimum), `at most learningRate, ${learningRate}`);
  if (cycleFactor !== 1 && !restarts)
    refuse(OptionError, "cosine", "cycleFactor", String(cycleFactor), "restarts: true with it");
  return scheduleOf("cosine", (step) => {
    const progress = restarts ? progressOfCycle(step, steps, cycleFactor) : Math.min(1, step / steps);
    return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * progress))) / 2;
  });
}
