/** Floats as unsigned integers of the same order, so that sorts need not know of floats. */
import { type FunctionBuilder, f32x4, i32, i32x4, type Local, type V128, v128 } from "../assembler/index.ts";
import type { Lines } from "./lines.ts";

/** A line to sort. */
export interface SortJob {
  readonly line: Local<"i32">;
  readonly lines: Lines;
  readonly scratch: Local<"i32">;
  readonly descending: boolean;
}

/** A key and a position, side by side. */
export const PAIR = 8;

/** Keys of four floats: -0 is 0, NaN is last either way. */
export function keysOf(fn: FunctionBuilder, floats: V128, descending: boolean): V128 {
  const x = fn.bind(f32x4.add(floats, f32x4.const(0, 0, 0, 0)), "x");
  // Negative floats grow downwards: all of their bits turn, of others the sign only.
  const sign = i32x4.shr_s(x, i32.const(31));
  const flip = v128.or(sign, i32x4.splat(i32.const(0x80000000)));
  const key = v128.xor(x, flip);
  return v128.or(descending ? v128.not(key) : key, f32x4.ne(x, x));
}
