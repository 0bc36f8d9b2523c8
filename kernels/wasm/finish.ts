/** What units left of a fold, put together in their order: the same bits however many threads there were. */
import type { FoldResult } from "../../src/run/wasm/pass-body.ts";
import { type FunctionBuilder, f32, f64, type I32, i32 } from "./assembler/index.ts";
import { combinedNumbers } from "./pass/accumulate.ts";
import type { Addresses } from "./pass/value-code.ts";

/** Combines `count` partial results into each of `results` elements. */
export function emitFinish(
  fn: FunctionBuilder,
  fold: FoldResult & { readonly partials: NonNullable<FoldResult["partials"]> },
  results: number,
  count: number,
  addresses: Addresses,
): void {
  const [from, to] = [addresses.of(fold.partials), addresses.of(fold.to)];
  const [i, at, total] = [fn.local("i32", "i"), fn.local("i32", "at"), fn.local("f64", "total")];
  fn.range(i, i32.const(0), i32.const(results), 1, () => {
    const row: I32 = i32.add(from, i32.mul(i, i32.const(8 * count)));
    const first = fn.bind(row, "row");
    fn.set(total, f64.const(fold.initial));
    fn.range(at, i32.const(0), i32.const(8 * count), 8, () => {
      fn.set(total, combinedNumbers(fold, total, f64.load(i32.add(first, at))));
    });
    fn.do(f32.store(i32.add(to, i32.shl(i, i32.const(2))), f32.demote_f64(total)));
  });
}
