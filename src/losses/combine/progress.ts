/** How far a training is: the one option that changes from step to step. */
import { OptionError, refuse } from "../../errors.ts";
import { isTensor, type Tensor, tensor } from "../../tensor.ts";
import { isObject, type OptionSpec } from "../shared/options.ts";

/** What losses take that change over a training. */
export interface ProgressOptions {
  /**
   * Share of the training that is done, 0 .. 1: a number, or a scalar tensor, which a recorded step takes as an
   * input. `fit` gives it. A loss with a ramp in it refuses to be called without.
   */
  readonly progress?: number | Tensor;
}

const EXPECTED = "a number from 0 to 1, or a scalar tensor";

/** The option as a loss lists it. */
export const PROGRESS: OptionSpec = {
  default: undefined,
  doc: "share of the training that is done, 0 to 1",
  check: (value) => {
    const good = isTensor(value) ? value.rank === 0 : typeof value === "number" && value >= 0 && value <= 1;
    return good ? null : EXPECTED;
  },
};

/** Whether a loss wants to know the progress: it then lists that option. */
export function takesProgress({ options }: { readonly options?: unknown }): boolean {
  return isObject(options) && Object.hasOwn(options, "progress");
}

/** The progress as a tensor, so that another number is no other plan. */
export function progressTensor(loss: string, { progress }: ProgressOptions): Tensor {
  if (progress === undefined) refuse(OptionError, loss, "progress", "missing", EXPECTED);
  return isTensor(progress) ? progress : tensor(progress);
}
