/** What the vector functions have in common. */
import { type FunctionBuilder, f32x4, f64x2, i32x4, i64x2, type V128 } from "../assembler/index.ts";

/** What a vector function needs of the code around it. */
export interface VectorCode {
  readonly fn: FunctionBuilder;
  /** Use relaxed fused multiply-add where it is asked for. */
  readonly relaxed: boolean;
}

/** x * y + z: fused if the code may be relaxed, else rounded twice. */
export function madd(c: VectorCode, x: V128, y: V128, z: V128): V128 {
  return c.relaxed ? f32x4.relaxed_madd(x, y, z) : f32x4.add(f32x4.mul(x, y), z);
}

/** One number in every lane. */
export const all = (x: number): V128 => f32x4.const(x, x, x, x);
export const allBits = (x: number): V128 => i32x4.const(x, x, x, x);
export const both = (x: number): V128 => f64x2.const(x, x);
export const bothBits = (x: bigint): V128 => i64x2.const(x, x);

/** The bits of a float32 or float64, for constants that are used as integers. */
export const bitsOf = (x: number): number => new Int32Array(Float32Array.of(x).buffer)[0];
export const bitsOfDouble = (x: number): bigint => new BigInt64Array(Float64Array.of(x).buffer)[0];

/** Horner's rule, highest coefficient first. x must be a local. */
export function horner(c: VectorCode, x: V128, coefficients: readonly number[]): V128 {
  const [first, ...rest] = coefficients;
  return rest.reduce((sum, next) => madd(c, sum, x, all(next)), all(first));
}

/** The same in float64. */
export function hornerDouble(x: V128, coefficients: readonly number[]): V128 {
  const [first, ...rest] = coefficients;
  return rest.reduce((sum, next) => f64x2.add(f64x2.mul(sum, x), both(next)), both(first));
}
