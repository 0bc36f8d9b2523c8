/** Parts in float64, two lanes at a time: what is rounded to float32 at the end is rounded once, nearly. */
import { f32x4, f64x2, i32, i64x2, shuffle32, type V128, v128 } from "../assembler/index.ts";
import type { VectorCode } from "./vector-code.ts";

/** The same number in both lanes. */
export const doubles = (x: number): V128 => f64x2.const(x, x);
const longs = (x: bigint): V128 => i64x2.const(x, x);

/** Applies `f` in float64 to the lower and to the upper lanes of the operands. */
export function halves(c: VectorCode, operands: readonly V128[], f: (...xs: V128[]) => V128): V128 {
  const half = (move: (x: V128) => V128) => {
    const wide = operands.map((x) => c.fn.bind(f64x2.promote_low_f32x4(move(x))));
    return c.fn.bind(f32x4.demote_f64x2_zero(f(...wide)));
  };
  const low = half((x) => x);
  const high = half((x) => shuffle32(x, x, [2, 3, 2, 3]));
  return shuffle32(low, high, [0, 1, 4, 5]);
}

/** c0 + c1 x + .., Horner. */
const polynomial = (x: V128, coefficients: readonly number[]): V128 =>
  coefficients.map(doubles).reduceRight((sum, coefficient) => f64x2.add(f64x2.mul(sum, x), coefficient));

/** e^r = 1 + r + r^2 (P0 + ..), own fit over |r| <= 0.3466: e^r - 1 is within 2.4e-10 of itself. */
const P = [
  0.5000000044163798, 0.1666666637046703, 0.041666360913275496, 0.00833338936836107, 0.0013940627353031026,
  0.00019845878162487083,
];

/** 1.5 * 2^52, and the bias of exponents: see `exp`. */
const ROUND = 6755399441055744 + 1023;

/** The integer n nearest to t, and 2^n. */
function rounded(c: VectorCode, t: V128) {
  const bits = c.fn.bind(f64x2.add(t, doubles(ROUND)));
  const n = c.fn.bind(f64x2.sub(bits, doubles(ROUND)));
  return { n, power: c.fn.bind(i64x2.shl(bits, i32.const(52))) };
}

/** e^r - 1 for |r| <= ln 2 / 2. */
const reducedExpm1 = (r: V128): V128 => f64x2.add(r, f64x2.mul(f64x2.mul(r, r), polynomial(r, P)));

/** e^x - 1 for |x| < 700; nothing cancels where x is small, for there n = 0. */
export function expm1Double(c: VectorCode, x: V128): V128 {
  const { n, power } = rounded(c, f64x2.mul(x, doubles(Math.LOG2E)));
  const r = c.fn.bind(f64x2.sub(x, f64x2.mul(n, doubles(Math.LN2))));
  return f64x2.add(f64x2.mul(power, reducedExpm1(r)), f64x2.sub(power, doubles(1)));
}

/** 2^x for |x| < 1000. */
export function exp2Double(c: VectorCode, x: V128): V128 {
  const { n, power } = rounded(c, x);
  const r = c.fn.bind(f64x2.mul(f64x2.sub(x, n), doubles(Math.LN2)));
  return f64x2.add(power, f64x2.mul(power, reducedExpm1(r)));
}

/** atanh: (log(1 + m) / 2s - 1) / s^2 = Q0 + .. + Q4 z^4, own fit: within 3e-14 of the logarithm. */
const Q = [
  0.33333333337898635, 0.1999999781147066, 0.142860545161515, 0.1108809733140952, 0.09792027154599037,
];

const SQRT_HALF = 0x3fe6a09e667f3bcdn;
const ONE = 0x3ff0000000000000n;

/** x > 0 as 2^e (1 + m): e and log(1 + m), with 1 + m between sqrt(1/2) and sqrt(2). */
export function logParts(c: VectorCode, x: V128): { e: V128; log: V128 } {
  const { fn } = c;
  // Unsigned, for shifts of signed 64-bit lanes are slow: an exponent that is biased as before.
  const bits = fn.bind(i64x2.add(x, longs(ONE - SQRT_HALF)));
  // Behind the bits of 2^52, an integer is a number: no conversion.
  const biased = v128.or(i64x2.shr_u(bits, i32.const(52)), doubles(2 ** 52));
  const mantissa = i64x2.add(v128.and(bits, longs(0x000fffffffffffffn)), longs(SQRT_HALF));
  const m = fn.bind(f64x2.sub(mantissa, doubles(1)));
  const s = fn.bind(f64x2.div(m, f64x2.add(m, doubles(2))));
  const z = fn.bind(f64x2.mul(s, s));
  const log = f64x2.mul(f64x2.add(s, s), f64x2.add(f64x2.mul(z, polynomial(z, Q)), doubles(1)));
  return { e: f64x2.sub(biased, doubles(2 ** 52 + 1023)), log };
}
