/** e^x - 1 and the tangent that is made of it. Written for functions that are called: long. */
import { f32x4, f64x2, type V128, v128 } from "../assembler/index.ts";
import { doubles, expm1Double, halves } from "./float64.ts";
import { floats, SIGN, type VectorCode } from "./vector-code.ts";

export function expm1(c: VectorCode, x0: V128): V128 {
  const { fn } = c;
  const x = fn.bind(x0);
  // Beyond these it is -1 and infinite; x first, so that a NaN stays.
  const clamped = fn.bind(f32x4.pmin(f32x4.pmax(x, floats(-30)), floats(89)));
  // The result has the sign of x, if x is a zero too.
  return v128.or(
    halves(c, [clamped], (wide) => expm1Double(c, wide)),
    v128.and(x, SIGN),
  );
}

/** tanh |x| = t / (t + 2) with t = e^2|x| - 1. */
export function tanh(c: VectorCode, x0: V128): V128 {
  const { fn } = c;
  const x = fn.bind(x0);
  // From 9.02 on it rounds to 1.
  const clamped = fn.bind(f32x4.pmin(f32x4.abs(x), floats(10)));
  const magnitude = halves(c, [clamped], (wide) => {
    const t = fn.bind(expm1Double(c, f64x2.add(wide, wide)));
    return f64x2.div(t, f64x2.add(t, doubles(2)));
  });
  return v128.or(magnitude, v128.and(x, SIGN));
}
