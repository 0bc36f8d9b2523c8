/** Dropout: parts of a network are left out at random while it trains. */
import { OptionError, refuse } from "../../errors.ts";
import type { Shape } from "../../shape.ts";
import type { Module } from "../module.ts";
import { noOthers, stateless } from "./layer.ts";

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** What is dropped together: single elements, or whole channels of an image. @defaultValue "elements" */
  readonly unit?: "elements" | "channels";
}

/**
 * Sets each element, or each channel of each image, to 0 with probability `rate` while training, and divides the
 * others by `1 - rate`, so that the mean stays. Otherwise x itself.
 *
 * Needs `context.noise` while training.
 *
 * @param rate - in 0 .. 1, below 1
 * @throws {@link OptionError} for another rate or unit; at `apply`, for training without noise
 * @see Srivastava et al. 2014; channels: Tompson et al. 2015
 * @example
 * ```ts
 * import { dropout } from "segtape/nn";
 * import { tensor } from "segtape";
 * const noise = { uniform: () => tensor([0.1, 0.6]) };
 * const layer = dropout(0.5);
 * await layer.apply({}, tensor([3, 4]), { training: true, noise }).data(); // [0, 8]
 * await layer.apply({}, tensor([3, 4])).data(); // [3, 4]
 * ```
 */
export function dropout(rate = 0.5, { unit = "elements", ...unknown }: DropoutOptions = {}): Module {
  noOthers("dropout", unknown, "unit");
  if (!(rate >= 0 && rate < 1))
    refuse(OptionError, "dropout", "rate", String(rate), "a number in 0 .. 1, below 1");
  if (unit !== "elements" && unit !== "channels")
    refuse(OptionError, "dropout", "unit", JSON.stringify(unit), '"elements" or "channels"');
  const drawn = (shape: Shape) =>
    unit === "elements" ? shape : shape.map((length, axis) => (axis < 2 ? length : 1));
  return stateless((x, { training = false, noise }) => {
    if (!training || rate === 0) return x;
    if (noise === undefined)
      refuse(OptionError, "dropout", "context.noise", "undefined", "a source of noise while training");
    const kept = noise.uniform(drawn(x.shape)).greaterEqual(rate);
    return x.mul(kept.mul(1 / (1 - rate)));
  });
}
