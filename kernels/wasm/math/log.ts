/** Logarithms: log x = e ln 2 + log(1 + m) with 1 + m between sqrt(1/2) and sqrt(2). */
import { f32x4, i32, i32x4, type V128, v128 } from "../assembler/index.ts";
import { floats, ints, madd, type VectorCode } from "./vector-code.ts";

const SMALLEST_NORMAL = 2 ** -126;
const ONE = 0x3f800000;
const SQRT_HALF = 0x3f3504f3;
const EXPONENT = 23 << 23;

/** atanh: (log(1 + m) / s - 2) / s^2 = Q0 + Q1 z + Q2 z^2, own fit: within 8.1e-10 of the logarithm. */
const Q = [0.6666677594184875, 0.3997758626937866, 0.29870691895484924];

export function log(c: VectorCode, x0: V128): V128 {
  const { fn } = c;
  const x = fn.bind(x0);
  // Subnormals times 2^23. The same 23 is the factor's exponent and what the result's exponent loses.
  const extra = fn.bind(v128.and(f32x4.lt(x, floats(SMALLEST_NORMAL)), ints(EXPONENT)));
  const normal = f32x4.mul(x, i32x4.add(extra, ints(ONE)));
  const bits = fn.bind(i32x4.sub(normal, ints(SQRT_HALF)));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.sub(bits, extra), i32.const(23)));
  const mantissa = i32x4.add(v128.and(bits, ints(0x007fffff)), ints(SQRT_HALF));
  const m = fn.bind(f32x4.sub(mantissa, floats(1)));
  // With s = m / (2 + m): log(1 + m) = 2 atanh s = m - s (m - R), where only a part of the result is rounded twice
  // (Muller, Handbook of Floating-Point Arithmetic, on fdlibm's log).
  const s = fn.bind(f32x4.div(m, f32x4.add(m, floats(2))));
  const z = fn.bind(f32x4.mul(s, s));
  const q = madd(c, madd(c, floats(Q[2]), z, floats(Q[1])), z, floats(Q[0]));
  const log1m = f32x4.sub(m, f32x4.mul(s, f32x4.sub(m, f32x4.mul(z, q))));
  // ln 2 is within 2.8e-9 of a float, and the product with the few bits of e is rounded by half a place at most.
  return special(x, madd(c, e, floats(Math.LN2), log1m));
}

/** The result where x is no positive number; finite numbers in it are overwritten by what is added. */
function special(x: V128, result: V128): V128 {
  const endless = v128.andnot(x, f32x4.lt(x, floats(Infinity)));
  const zero = v128.and(f32x4.eq(x, floats(0)), floats(-Infinity));
  return v128.or(f32x4.add(result, v128.or(endless, zero)), f32x4.lt(x, floats(0)));
}
