/** Vector functions compiled, the points they are tried at, and how far off they are. */
import {
  type FunctionBuilder,
  i32,
  ModuleBuilder,
  type V128,
  v128,
} from "../../../kernels/wasm/assembler/index.ts";
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

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The last place of a float32 near x. */
function lastPlace(x: number): number {
  double[0] = x;
  const exponent = ((words[1] >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.max(-126, Math.min(127, exponent)) - 23);
}

/**
 * Distance from an exact value in its last places. Infinite for NaN, infinity or a zero's sign on one side only: overflow is where
 * rounding the exact value overflows, and nowhere else.
 */
export function ulps(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded))
    return Number.isFinite(rounded) ? Math.abs(actual - exact) / lastPlace(exact) : 0;
  if (!Number.isFinite(actual) || !Number.isFinite(rounded)) return Infinity;
  if (actual === 0 && Object.is(actual, -0) !== (exact < 0 || Object.is(exact, -0))) return Infinity;
  return Math.abs(actual - exact) / lastPlace(exact);
}

const floatsOf = (bits: Uint32Array<ArrayBuffer>) => new Float32Array(bits.buffer);
const bitsOf = (x: number) => new Uint32Array(Float32Array.of(x).buffer)[0];

/** Zeros, subnormals, infinities, and NaNs quiet, signalling and negative. */
export const SPECIAL = floatsOf(
  Uint32Array.of(
    ...[0, 1, 2, 0x7fffff, 0x800000, 0x800001, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x40000000, 0x7f7fffff]
      .concat([0x7f800000, 0x7f800001, 0x7fc00000, 0x7fc001ff, 0x7fffffff, 0x7fbfffff])
      .flatMap((bits) => [bits, bits + 2 ** 31]),
  ),
);

/** Numbers that look random and are the same in every run (a linear congruential generator, its upper bits). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 0;
  };
}

/** Every exponent with both signs: mantissas from end to end, `count` in all, each somewhere in its stratum. */
export function sweep(count: number, seed = 1): Float32Array {
  const next = random(seed);
  const bits = new Uint32Array(2 * 255 * count);
  let at = 0;
  for (let exponent = 0; exponent < 2 * 256; exponent++) {
    if (exponent % 256 === 255) continue;
    const start = exponent * 2 ** 23;
    const width = 2 ** 23 / count;
    for (let i = 0; i < count; i++) bits[at++] = start + Math.floor(width * (i + next() / 2 ** 32));
    bits[at - count] = start;
    bits[at - 1] = start + 0x7fffff;
  }
  return floatsOf(bits);
}

/** The floats next to a point, `count` on each side, without crossing zero. */
export function around(point: number, count: number): Float32Array {
  const middle = bitsOf(point);
  const sign = middle >>> 31;
  const bits = new Uint32Array(2 * count + 1);
  for (let i = -count; i <= count; i++) {
    bits[i + count] = Math.max(0, Math.min(0x7f800000, (middle & 0x7fffffff) + i)) + sign * 2 ** 31;
  }
  return floatsOf(bits);
}

export function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
