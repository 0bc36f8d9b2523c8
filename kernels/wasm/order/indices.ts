/** Indices that arrive as floats: whole numbers within an axis, or nothing. */
import {
  type F32,
  type FunctionBuilder,
  f32,
  f32x4,
  type I32,
  i32,
  i32x4,
  type V128,
  v128,
} from "../assembler/index.ts";

/** The index as an integer, and whether it names an element. What does not fit an i32 is held at its end, which no axis reaches. */
export function checkedIndex(fn: FunctionBuilder, index: F32, length: number): { at: I32; valid: I32 } {
  const value = fn.bind(index, "index");
  const at = fn.bind(i32.trunc_sat_f32_s(value), "at");
  // NaN became 0, a fraction was cut off: neither comes back. Negative ones are huge, unsigned.
  const whole = f32.eq(f32.convert_i32_s(at), value);
  return { at, valid: i32.and(whole, i32.lt_u(at, i32.const(length))) };
}

/** Four of them; `at` is 0 where `valid` is not set. */
export function checkedIndices(fn: FunctionBuilder, index: V128, length: number): { at: V128; valid: V128 } {
  const value = fn.bind(index, "index");
  const at = fn.bind(i32x4.trunc_sat_f32x4_s(value), "at");
  const whole = f32x4.eq(f32x4.convert_i32x4_s(at), value);
  const valid = fn.bind(v128.and(whole, i32x4.lt_u(at, i32x4.splat(i32.const(length)))), "valid");
  return { at: v128.and(at, valid), valid };
}
