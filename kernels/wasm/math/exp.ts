/** Exponentials: e^x = 2^t * e^r with t = round(x / ln 2), so that |r| <= ln 2 / 2. */
import { f32x4, i32, i32x4, type V128 } from "../assembler/index.ts";
import { floats, madd, type VectorCode } from "./vector-code.ts";

/** Adding 1.5 * 2^23 leaves no bits behind the point, and the integer in the low bits. */
const ROUND = 12582912;

/** ln 2 in two parts (Cephes, expf): the first has 15 bits, so that its product with t is exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.428606765330187e-6;

/** e^r = 1 + r + r^2 (P0 + .. + P4 r^4), own fit over |r| <= 0.3466: within 3.2e-9 of it, 1/19 ulp. */
const P = [
  0.4999999403953552, 0.1666652113199234, 0.041668254882097244, 0.008368662558495998, 0.0013821468455716968,
];

/** Beyond these, results are 0 and infinite. */
const LEAST = -104;
const GREATEST = 89;

/** `scale` * e^r, and bits whose low nine are t + `bias`. */
function reduced(c: VectorCode, x: V128, bias: number, scale: number) {
  const { fn } = c;
  const bits = fn.bind(madd(c, x, floats(Math.LOG2E), floats(ROUND + bias)));
  const t = fn.bind(f32x4.sub(bits, floats(ROUND + bias)));
  const r = fn.bind(madd(c, t, floats(-LN2_LOW), madd(c, t, floats(-LN2_HIGH), x)));
  const r2 = fn.bind(f32x4.mul(r, r));
  const [p0, p1, p2, p3, p4] = P.map((p) => floats(p * scale));
  // Estrin: short chains, for the loop's next turn cannot begin much earlier.
  const low = madd(c, p1, r, p0);
  const high = madd(c, p4, r2, madd(c, p3, r, p2));
  const line = scale === 1 ? f32x4.add(r, floats(1)) : madd(c, r, floats(scale), floats(scale));
  return { bits, value: madd(c, madd(c, high, r2, low), r2, line) };
}

/** Bits of a biased exponent, as the power of two. */
const power = (bits: V128): V128 => i32x4.shl(bits, i32.const(23));

/**
 * e^x over the whole range. 2^t alone may be no float though the product is: it goes in two factors, whose
 * first product is exact.
 */
export function exp(c: VectorCode, x: V128): V128 {
  const { fn } = c;
  // x first: a NaN stays.
  const clamped = fn.bind(f32x4.pmin(f32x4.pmax(x, floats(LEAST)), floats(GREATEST)));
  // Twice the bias of exponents: half of the bits and the rest of them are biased exponents both.
  const { bits, value } = reduced(c, clamped, 254, 1);
  const half = fn.bind(i32x4.shr_s(bits, i32.const(1)));
  return f32x4.mul(f32x4.mul(value, power(half)), power(i32x4.sub(bits, half)));
}

/**
 * e^x for x <= 0. t >= -150 needs one factor if 2^-24 is in the coefficients: 2^(t + 24) is a normal number,
 * and the one product that may be subnormal is rounded once.
 */
export function expNegative(c: VectorCode, x: V128): V128 {
  const clamped = c.fn.bind(f32x4.pmax(x, floats(LEAST)));
  const { bits, value } = reduced(c, clamped, 127 + 24, 2 ** -24);
  return f32x4.mul(value, power(bits));
}
