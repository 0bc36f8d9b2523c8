/** Powers of an error that vanishes: roots have an infinite slope there, which must not become a NaN. */
import type { Tensor } from "../../tensor.ts";

/** Below this a power runs straight to the origin. */
export const POWER_FLOOR = 1e-7;

/**
 * u to the power `exponent` for an error u >= 0, with a slope that stays finite at 0.
 *
 * `u max(u, 1e-7)^(exponent - 1)`: the power itself from 1e-7 on, and below it the chord to the origin, so
 * that the value at 0 is 0 and the gradient still points there.
 */
export function gentlePower(u: Tensor, exponent: number): Tensor {
  return exponent === 1 ? u : u.mul(u.maximum(POWER_FLOOR).pow(exponent - 1));
}
