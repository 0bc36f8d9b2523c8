/** What fades well-classified pixels: the factors that focal losses multiply the terms of a cross entropy by. */
import type { Tensor } from "../../tensor.ts";
import { byClass } from "./classes.ts";
import type { OptionSpec } from "./options.ts";
import type { Pixels } from "./pixels.ts";

/** The option `alpha`, as every focal loss has it, each with its own default. */
export const alphaOption = (fallback: number | null): OptionSpec => ({
  default: fallback,
  min: 0,
  max: 1,
  check: (a) =>
    a === null || (typeof a === "number" && a >= 0 && a <= 1) ? null : "a number from 0 up to 1, or null",
  doc: "weight of the foreground, 1 - alpha on the rest; null for none",
});

/** The option `gamma`, likewise. */
export const GAMMA: OptionSpec = { default: 2, min: 0, doc: "how fast well-classified pixels fade" };

/** Factors of the two terms of a cross entropy. */
export interface Focus {
  /** `(1 - p)^gamma`, for the term with g. */
  readonly hit: Tensor;
  /** `p^gamma`, for the term with `1 - g`, which exclusive classes do not have. */
  readonly rest: Tensor;
}

/**
 * Errors to the power gamma. Through logarithms taken from logits, a fraction below 1 has a finite slope even
 * where the error is 0.
 */
export function focusOf(pixels: Pixels, gamma: number): Focus {
  // Small whole powers are products: no further exponential, and the same digits.
  const whole = [1, 2, 3, 4].includes(gamma);
  return {
    hit: whole ? pixels.q.pow(gamma) : pixels.logQ.mul(gamma).exp(),
    rest: whole ? pixels.p.pow(gamma) : pixels.logP.mul(gamma).exp(),
  };
}

/** `a hit + (1 - a) rest`, and of exclusive classes `a_c hit_c`; plain sums where alpha is `null`. */
export function balanced(pixels: Pixels, alpha: number | null, hit: Tensor, rest: Tensor): Tensor {
  if (pixels.mode === "multiclass") return alpha === null ? hit : hit.mul(byClass(pixels, 1 - alpha, alpha));
  return alpha === null ? hit.add(rest) : hit.mul(alpha).add(rest.mul(1 - alpha));
}
