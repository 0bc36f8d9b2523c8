/** Arithmetic of addresses. */
import { type FunctionBuilder, type I32, i32, select } from "./assembler/index.ts";

/** Bytes of a float. */
export const FLOAT = 4;

/** Bytes of a vector of four floats. */
export const VECTOR = 16;

/** `base + factor * i`, unsigned with wrap-around: what every address is. */
export const at = (base: I32, i: I32, factor: number): I32 => i32.add(base, times(i, factor));

export function times(x: I32, factor: number): I32 {
  return factor === 1 ? x : i32.mul(x, i32.const(factor));
}

export const plus = (x: I32, n: number): I32 => (n === 0 ? x : i32.add(x, i32.const(n)));

export function least(fn: FunctionBuilder, x: I32, y: I32): I32 {
  const [a, b] = [fn.bind(x), fn.bind(y)];
  return select(a, b, i32.lt_u(a, b));
}
