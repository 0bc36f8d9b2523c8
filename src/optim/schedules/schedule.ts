/** Learning rate schedules are plain functions of the step, so that a resumed run needs no state of theirs. */
import { OptionError, refuse } from "../../errors.ts";

/**
 * The learning rate at a step; the first step is 0.
 *
 * Those made here throw an {@link OptionError} for a step that is no number from 0. Steps may count batches or epochs.
 */
export type Schedule = (step: number) => number;

/** A schedule that checks its argument. */
export function scheduleOf(op: string, rate: Schedule): Schedule {
  return (step) => {
    if (typeof step !== "number" || !Number.isFinite(step) || step < 0)
      refuse(OptionError, op, "step", String(step), "a number from 0");
    return rate(step);
  };
}
