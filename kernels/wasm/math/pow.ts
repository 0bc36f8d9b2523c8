import { f32x4, f64x2, type V128, v128 } from "../assembler/index.ts";
import { doubles, exp2Double, halves, logParts } from "./float64.ts";
import { floats, SIGN, type VectorCode } from "./vector-code.ts";

/** The logarithm that infinity has here, and negated zero: finite, so that times 0 it is 0, and times the smallest y too great. */
const ENDLESS = 2 ** 200;

/** x^y as C's `powf`: |x|^y = 2^(y log2 |x|) in float64, then the sign and what is no number. Long: for functions that are called. */
export function pow(c: VectorCode, x0: V128, y0: V128): V128 {
  const { fn } = c;
  const x = fn.bind(x0);
  const y = fn.bind(y0);
  const base = fn.bind(f32x4.abs(x));
  // Greater exponents give what this one gives, and infinity times 0 would be NaN; y first, so that a NaN stays.
  const exponent = fn.bind(f32x4.pmin(f32x4.pmax(y, floats(-(2 ** 100))), floats(2 ** 100)));
  const magnitude = halves(c, [base, exponent], (b, e) => power(c, b, e));

  const whole = fn.bind(f32x4.eq(f32x4.floor(y), y));
  const half = fn.bind(f32x4.mul(y, floats(0.5)));
  const odd = v128.and(whole, f32x4.ne(f32x4.floor(half), half));
  const signed = v128.or(magnitude, v128.and(v128.and(x, SIGN), odd));

  // A mask of ones is a NaN. Of negative bases, -infinity has every power.
  const negative = v128.and(f32x4.lt(x, floats(0)), f32x4.ne(x, floats(-Infinity)));
  const none = v128.or(v128.andnot(negative, whole), v128.or(f32x4.ne(x, x), f32x4.ne(y, y)));
  const one = v128.or(f32x4.eq(x, floats(1)), f32x4.eq(y, floats(0)));
  return v128.bitselect(floats(1), v128.or(signed, none), one);
}

/** In float64; every float32 is a normal number there. */
function power(c: VectorCode, base: V128, exponent: V128): V128 {
  const { e, log } = logParts(c, base);
  const finite = f64x2.add(e, f64x2.mul(log, doubles(Math.LOG2E)));
  const positive = v128.bitselect(doubles(-ENDLESS), finite, f64x2.eq(base, doubles(0)));
  const log2 = v128.bitselect(doubles(ENDLESS), positive, f64x2.eq(base, doubles(Infinity)));
  // Beyond these, float32 has 0 and infinity.
  const t = f64x2.pmin(f64x2.pmax(f64x2.mul(exponent, log2), doubles(-160)), doubles(140));
  return exp2Double(c, c.fn.bind(t));
}
