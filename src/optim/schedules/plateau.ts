import { OptionError, refuse } from "../../errors.ts";
import { isObject, type OptionSpec } from "../../losses/shared/options.ts";
import { notNegative, positive, readOptions, type Specs, shrink, whole } from "../options.ts";

/** Options of {@link plateau}. */
export interface PlateauOptions {
  /** Learning rate at the start, above 0. */
  readonly learningRate: number;
  /** Whether the observed value should fall (a loss) or rise (a Dice). @defaultValue "min" */
  readonly mode?: "min" | "max";
  /** What the learning rate is multiplied by, above 0, below 1. @defaultValue 0.1 */
  readonly factor?: number;
  /** Observations without improvement that are borne before it falls, from 0. @defaultValue 10 */
  readonly patience?: number;
  /** By how much a value must be better than the best to count, from 0. @defaultValue 1e-4 */
  readonly threshold?: number;
  /** Whether `threshold` is a share of the best, or a difference from it. @defaultValue "relative" */
  readonly thresholdMode?: "relative" | "absolute";
  /** Observations after a fall that are not counted, from 0. @defaultValue 0 */
  readonly cooldown?: number;
  /** The learning rate never falls below this, from 0 up to `learningRate`. @defaultValue 0 */
  readonly minimum?: number;
}

/** What a {@link Plateau} remembers: plain data, as JSON has them. */
export interface PlateauState {
  readonly learningRate: number;
  /** The best value so far; `null` before the first. */
  readonly best: number | null;
  /** Observations since the last improvement. */
  readonly waited: number;
  /** Observations that are still not counted. */
  readonly cooling: number;
}

/** A learning rate that waits for progress. */
export interface Plateau {
  /** The present learning rate. */
  readonly learningRate: number;
  /** What is remembered, for a checkpoint. */
  readonly state: PlateauState;
  /** Takes a value, one an epoch as a rule; gives the learning rate from now on. */
  observe(value: number): number;
  /**
   * Goes on from a state of a checkpoint.
   *
   * @throws {@link OptionError} for a state that is none
   */
  restore(state: PlateauState): void;
}

const choice = (choices: readonly string[], doc: string): OptionSpec => ({
  default: choices[0],
  choices,
  doc,
});

const SPECS: Specs<PlateauOptions> = {
  learningRate: positive(undefined, "learning rate at the start"),
  mode: choice(["min", "max"], "whether the observed value should fall or rise"),
  factor: shrink(0.1, "what the learning rate is multiplied by"),
  patience: whole(10, 0, "observations without improvement that are borne"),
  threshold: notNegative(1e-4, "by how much a value must be better to count"),
  thresholdMode: choice(["relative", "absolute"], "what the threshold is measured by"),
  cooldown: whole(0, 0, "observations after a fall that are not counted"),
  minimum: notNegative(0, "the learning rate never falls below this"),
};

const isCount = (x: unknown) => Number.isInteger(x) && (x as number) >= 0;

function checkState(state: unknown, minimum: number): asserts state is PlateauState {
  const { learningRate, best, waited, cooling } = (isObject(state) ? state : {}) as Partial<PlateauState>;
  const good =
    learningRate !== undefined &&
    Number.isFinite(learningRate) &&
    learningRate > 0 &&
    learningRate >= minimum &&
    (best === null || Number.isFinite(best)) &&
    isCount(waited) &&
    isCount(cooling);
  if (!good) refuse(OptionError, "plateau", "state", JSON.stringify(state), "the state of a plateau");
}

/**
 * Lowers the learning rate when an observed value has stopped getting better.
 *
 * A value counts as better where it is below `best (1 - threshold)` (`mode: "min"`) or above `best (1 + threshold)`
 * (`"max"`); with an absolute threshold, `best - threshold` or `best + threshold`. After more than `patience` values in
 * a row that are not better, the learning rate is multiplied by `factor`, and the count begins anew. What is not
 * finite is never better. The same rules as PyTorch's `ReduceLROnPlateau`, but for its `eps`, below which it leaves a
 * change out.
 *
 * @throws {@link OptionError} for options out of range
 * @example
 * ```ts
 * import { plateau } from "segtape/optim";
 * const rate = plateau({ learningRate: 0.1, factor: 0.5, patience: 1 });
 * rate.observe(3); // 0.1
 * rate.observe(3); // 0.1
 * rate.observe(3); // 0.05
 * const resumed = plateau({ learningRate: 0.1, factor: 0.5, patience: 1 });
 * resumed.restore(JSON.parse(JSON.stringify(rate.state)));
 * resumed.learningRate; // 0.05
 * ```
 */
export function plateau(options: PlateauOptions): Plateau {
  const filled = readOptions("plateau", SPECS, options, ["learningRate"]);
  const { mode, factor, patience, threshold, thresholdMode, cooldown, minimum } = filled;
  if (minimum > filled.learningRate)
    refuse(
      OptionError,
      "plateau",
      "minimum",
      String(minimum),
      `at most learningRate, ${filled.learningRate}`,
    );
  let state: PlateauState = { learningRate: filled.learningRate, best: null, waited: 0, cooling: 0 };
  const sign = mode === "min" ? -1 : 1;
  const better = (value: number, best: number | null): boolean => {
    if (!Number.isFinite(value)) return false;
    if (best === null) return true;
    const bar = thresholdMode === "relative" ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === "min" ? value < bar : value > bar;
  };
  return {
    get learningRate() {
      return state.learningRate;
    },
    get state() {
      return state;
    },
    observe: (value) => {
      if (typeof value !== "number") refuse(OptionError, "plateau", "value", typeof value, "a number");
      let { learningRate, best, waited, cooling } = state;
      if (better(value, best)) [best, waited] = [value, 0];
      else waited++;
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (waited > patience) {
        learningRate = Math.max(minimum, learningRate * factor);
        [cooling, waited] = [cooldown, 0];
      }
      state = { learningRate, best, waited, cooling };
      return learningRate;
    },
    restore: (given) => {
      checkState(given, minimum);
      const { learningRate, best, waited, cooling } = given;
      state = { learningRate, best, waited, cooling };
    },
  };
}
