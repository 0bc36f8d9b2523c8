import { f32x4, f64x2, type V128, v128 } from "../assembler/index.ts";
import { doubles, halves, logParts } from "./float64.ts";
import { floats, SIGN, type VectorCode } from "./vector-code.ts";

/** log(1 + x). Written for functions that are called: long. */
export function log1p(c: VectorCode, x0: V128): V128 {
  const { fn } = c;
  const x = fn.bind(x0);
  const finite = halves(c, [x], (wide) => {
    const u = fn.bind(f64x2.add(wide, doubles(1)));
    const { e, log } = logParts(c, u);
    // What 1 + x has lost to rounding matters where x is small, and there the logarithm's slope is nearly 1.
    const lost = f64x2.sub(wide, f64x2.sub(u, doubles(1)));
    const near = f64x2.lt(wide, doubles(1));
    return f64x2.add(f64x2.mul(e, doubles(Math.LN2)), f64x2.add(log, v128.and(lost, near)));
  });
  // Infinity and NaN are their own.
  const some = v128.bitselect(finite, x, f32x4.lt(x, floats(Infinity)));
  const least = v128.and(f32x4.eq(x, floats(-1)), floats(-Infinity));
  // The result has the sign of x, if x is a zero too.
  return v128.or(v128.or(f32x4.add(some, least), v128.and(x, SIGN)), f32x4.lt(x, floats(-1)));
}
