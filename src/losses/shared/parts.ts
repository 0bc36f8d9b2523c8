/** Compound losses: one prediction and target handed on to several losses, whose values add up. */
import type { Tensor } from "../../tensor.ts";
import type { LossCall } from "./define-loss.ts";
import { isObject, type OptionSpec, type Reduction, type SharedOptions } from "./options.ts";

/** What is one for the whole loss. */
const OF_THE_WHOLE: readonly (keyof SharedOptions)[] = ["input", "mode", "reduction"];

/** Options of a part: what the whole loss says once is left out. */
export type PartOptions<Options> = Omit<Options, "input" | "mode" | "reduction">;

/** The option that holds a part's options; the part checks them itself. */
export function partOf(loss: string): OptionSpec {
  return {
    default: {},
    doc: `options of ${loss}`,
    check: (options) => {
      if (!isObject(options)) return `an object of options of ${loss}`;
      const misplaced = OF_THE_WHOLE.find((name) => name in options);
      return misplaced === undefined
        ? null
        : `options of ${loss} without ${misplaced}, which is for the whole loss`;
    },
  };
}

/** The option that weighs a part. */
export const weightOf = (part: string): OptionSpec => ({ default: 1, min: 0, doc: `weight of ${part}` });

/** What a part of single pixels is told: it has no ratio, and so nothing to aggregate. */
export function forPixels({ aggregate: _ofRatios, ...shared }: SharedOptions): SharedOptions {
  return shared;
}

/** A part, ready to be called with what the whole loss was given. */
export type Part = (prediction: Tensor, target: Tensor, shared: SharedOptions) => Tensor;

/** How parts are reduced before they add up: to their means, or else to the mean of each image. */
export const reductionOfParts = (reduction: Reduction = "mean"): Reduction =>
  reduction === "mean" ? "mean" : "image";

/** Sum of the parts: of their means, or of their means over each image, `[n]`. */
export function sumOfParts(parts: readonly Part[], { prediction, target, given }: LossCall): Tensor {
  const shared = { ...given, reduction: reductionOfParts(given.reduction) };
  return parts.map((part) => part(prediction, target, shared)).reduce((sum, value) => sum.add(value));
}
