/** Vector functions compiled, the points they are tried at, and how far off they are. */
import { type FunctionBuilder, i32, ModuleBuilder, type V128, v128 } from "../../../kernels/wasm/assembler/index.ts";
import type { VectorCode } from "../../../kernels/wasm/math/index.ts";

export type VectorFunction = (c: VectorCode, x: V128, y: V128) => V128;
type Runner = (x: Float32Array, y?: Float32Array) => Float32Array;

/** Floats a call takes at most. */
const BLOCK = 1 << 14;
const PAGES = (3 * 4 * BLOCK) / 65536;

/** A module whose `run(end)` applies a function to blocks at 0 and 4 BLOCK, results behind them. */
export function moduleOf(build: VectorFunction, relaxed: boolean): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder({ shared: false, initial: PAGES, maximum: PAGES });
  module.export("run", [["end", "i32"]], (fn: FunctionBuilder, [end]) => {
    const at = fn.local("i32", "at");
    fn.range(at, i32.const(0), end, 16, () => {
      const result = build({ fn, relaxed }, v128.load(at), v128.load(at, 4 * BLOCK));
      fn.do(v128.store(at, result, 8 * BLOCK));
    });
  });
  return module.bytes();
}

export function compile(bytes: Uint8Array<ArrayBuffer>): Runner {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const run = exports.run as (end: number) => void;
  const floats = new Float32Array(memory.buffer);
  return (x, y = x) => {
    const result = new Float32Array(x.length);
    for (let from = 0; from < x.length; from += BLOCK) {
      const block = x.subarray(from, from + BLOCK);
      floats.set(block, 0);
      floats.set(y.subarray(from, from + BLOCK), BLOCK);
      run(4 * Math.ceil(block.length / 4) * 4);
      result.set(floats.subarray(2 * BLOCK, 2 * BLOCK + block.length), from);
    }
    return result;
  };
}

/** The largest float32 is OVERFLOW less 2^104. */
const OVERFLOW = 2 ** 128;
const held = (x: number) => Math.max(-OVERFLOW, Math.min(OVERFLOW, x));

/** Distance from an exact value in units of its last float32 place, 2^-149 at least; what overflows counts as 2^128. Infinite for a
 * NaN on one side only, and for a zero of the wrong sign. */
export function ulps(actual: number, exact: number): number {
  if (Number.isNaN(actual) || Number.isNaN(exact)) return Number.isNaN(actual) === Number.isNaN(exact) ? 0 : Infinity;
  if (actual === 0 && 1 / actual < 0 !== (exact < 0 || Object.is(exact, -0))) return Infinity;
  // A pole is not a large number.
  if (Math.abs(exact) === Infinity && actual !== exact && !OVERFLOWS.has(exact)) return Infinity;
  const size = Math.min(Math.abs(exact), OVERFLOW);
  const exponent = size < 2 ** -126 ? -126 : Math.min(127, Math.floor(Math.log2(size)));
  return Math.abs(held(actual) - held(exact)) / 2 ** (exponent - 23);
}
