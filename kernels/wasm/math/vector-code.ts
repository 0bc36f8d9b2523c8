/** What emitting a function needs, and the arithmetic that all of them share. */
import { type FunctionBuilder, f32x4, i32x4, type V128 } from "../assembler/index.ts";

export interface VectorCode {
  readonly fn: FunctionBuilder;
  /** Whether a product and a sum may be rounded once, where the machine likes that. */
  readonly relaxed: boolean;
}

/** The same number in every lane. */
export const floats = (x: number): V128 => f32x4.const(x, x, x, x);
export const ints = (x: number): V128 => i32x4.const(x, x, x, x);

/** x * y + z */
export const madd = (c: VectorCode, x: V128, y: V128, z: V128): V128 =>
  c.relaxed ? f32x4.relaxed_madd(x, y, z) : f32x4.add(f32x4.mul(x, y), z);

/** -0: alone it is the sign's bit. */
export const SIGN = floats(-0);
