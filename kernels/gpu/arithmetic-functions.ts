/**
 * exp and log made of float32 arithmetic alone, for the webasm mode: its own are calls into JavaScript, an
 * element at a time (28 to 47 ns), and there are no bit operations to reach an exponent. Powers of two are
 * found by comparing.
 */
import type { Bind } from "./scalar.ts";

/** Exponents of the powers of two that every exponent of a float32 is a sum of. */
const HALVINGS = [64, 32, 16, 8, 4, 2, 1];

const literal = (value: number) => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`);

/** exp(x): 2^k times a polynomial on -ln2/2 .. ln2/2, to 1e-7. Below -87.3 it is 0, above 88.72 infinite. */
export function expText(x: string, bind: Bind): string {
  const held = bind(`Math.max(Math.min(${x}, 88.72), -87.3)`);
  const k = bind(`Math.floor(${held} * 1.4426950408889634 + 0.5)`);
  // ln 2 in two parts, so that k times the first is exact.
  const r = bind(`(${held} - ${k} * 0.693145751953125) - ${k} * 0.0000014286068203094172`);
  let power = bind(`${k} < 0.0 ? 1.1754943508222875e-38 : 1.0`);
  let rest = bind(`${k} < 0.0 ? ${k} + 126.0 : ${k}`);
  for (const n of HALVINGS) {
    power = bind(`${rest} >= ${n}.0 ? ${power} * ${literal(2 ** n)} : ${power}`);
    rest = bind(`${rest} >= ${n}.0 ? ${rest} - ${n}.0 : ${rest}`);
  }
  const series =
    `1.0 + ${r} * (1.0 + ${r} * (0.5 + ${r} * (0.16666666666666666 + ${r} * (0.041666666666666664 + ${r} * ` +
    `(0.008333333333333333 + ${r} * (0.001388888888888889 + ${r} * 0.0001984126984126984))))))`;
  // 2^128 is beyond float32; its last doubling comes after the series has made the product smaller.
  const value = bind(`(${series}) * ${power} * (1.0 + ${rest})`);
  return `(${x} > 88.72 ? Infinity : ${x} < -87.3 ? 0.0 : ${value})`;
}

/** log(x): the exponent, and a series in (m - 1) / (m + 1) for a mantissa near 1, to 2e-7. */
export function logText(x: string, bind: Bind): string {
  // Small numbers are lifted by 2^64, and by 2^86 more if need be, so that the comparisons below only divide.
  let mantissa = bind(`${x} < 1.0 ? ${x} * ${literal(2 ** 64)} : ${x}`);
  let exponent = bind(`${x} < 1.0 ? -64.0 : 0.0`);
  const tiny = bind(`${mantissa} < 1.0 ? 1.0 : 0.0`);
  mantissa = bind(`${tiny} > 0.0 ? ${mantissa} * ${literal(2 ** 64)} * 4194304.0 : ${mantissa}`);
  exponent = bind(`${tiny} > 0.0 ? ${exponent} - 86.0 : ${exponent}`);
  for (const n of HALVINGS) {
    const large = bind(`${mantissa} >= ${literal(2 ** n)} ? 1.0 : 0.0`);
    mantissa = bind(`${large} > 0.0 ? ${mantissa} * ${literal(2 ** -n)} : ${mantissa}`);
    exponent = bind(`${large} > 0.0 ? ${exponent} + ${n}.0 : ${exponent}`);
  }
  const upper = bind(`${mantissa} > 1.4142135623730951 ? 1.0 : 0.0`);
  mantissa = bind(`${upper} > 0.0 ? ${mantissa} * 0.5 : ${mantissa}`);
  exponent = bind(`${exponent} + ${upper}`);
  const s = bind(`(${mantissa} - 1.0) / (${mantissa} + 1.0)`);
  const z = bind(`${s} * ${s}`);
  const series =
    `2.0 * ${s} * (1.0 + ${z} * (0.3333333333333333 + ${z} * (0.2 + ${z} * ` +
    `(0.14285714285714285 + ${z} * 0.1111111111111111))))`;
  const value = bind(
    `${exponent} * 0.693145751953125 + (${exponent} * 0.0000014286068203094172 + ${series})`,
  );
  // The root of what has no logarithm is NaN, as it should be.
  const beyond = `${x} > 0.0 ? Infinity : ${x} === 0.0 ? -Infinity : Math.sqrt(${x})`;
  return `(${x} > 0.0 && ${x} < Infinity ? ${value} : ${beyond})`;
}
