/** Running sums and extrema: of vectors in a loop, of float64 in the end. */
import type { FoldRule } from "../../../src/graph/row.ts";
import {
  type F64,
  type FunctionBuilder,
  f32x4,
  f64,
  f64x2,
  i32x4,
  type Local,
  shuffle32,
  type V128,
} from "../assembler/index.ts";

const splat = (value: number) => f32x4.const(value, value, value, value);

/** Combines two vectors lane by lane. */
export function combined({ combine }: FoldRule, x: V128, y: V128): V128 {
  if (combine === "add") return f32x4.add(x, y);
  return combine === "max" ? f32x4.max(x, y) : f32x4.min(x, y);
}

/** What nothing combines to, in every lane. */
export const initialVector = ({ initial }: FoldRule): V128 => splat(initial);

/**
 * A fold along the vector's loop. Sums are kept in float64: two additions more a vector, and no sum of millions
 * loses digits. Extrema are exact in float32.
 */
export class Accumulator {
  readonly #rule: FoldRule;
  readonly #fn: FunctionBuilder;
  readonly #total: Local<"v128">;

  constructor(fn: FunctionBuilder, rule: FoldRule) {
    this.#fn = fn;
    this.#rule = rule;
    this.#total = fn.local("v128", "total");
  }

  start(): void {
    this.#fn.set(this.#total, this.#rule.combine === "add" ? f64x2.const(0, 0) : initialVector(this.#rule));
  }

  /** Takes in the vectors of one loop body. */
  take(vectors: readonly V128[]): void {
    const one = vectors.reduce((x, y) => combined(this.#rule, x, y));
    if (this.#rule.combine !== "add") {
      this.#fn.set(this.#total, combined(this.#rule, this.#total, one));
      return;
    }
    const vector = this.#fn.bind(one);
    const high = shuffle32(vector, vector, [2, 3, 2, 3]);
    const pair = f64x2.add(f64x2.promote_low_f32x4(vector), f64x2.promote_low_f32x4(high));
    this.#fn.set(this.#total, f64x2.add(this.#total, pair));
  }

  /** The one number that the lanes combine to. */
  result(): F64 {
    const total = this.#total;
    if (this.#rule.combine === "add") {
      return f64.add(f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1));
    }
    const half = this.#fn.bind(combined(this.#rule, total, shuffle32(total, total, [2, 3, 2, 3])));
    const whole = combined(this.#rule, half, shuffle32(half, half, [1, 1, 1, 1]));
    return f64x2.extract_lane(f64x2.promote_low_f32x4(whole), 0);
  }
}

/** Combines two numbers as a fold does. */
export function combinedNumbers({ combine }: FoldRule, x: F64, y: F64): F64 {
  if (combine === "add") return f64.add(x, y);
  return combine === "max" ? f64.max(x, y) : f64.min(x, y);
}

/** All bits set in the first lanes. */
export function laneMask(lanes: number): V128 {
  const bits = [0, 1, 2, 3].map((lane) => (lane < lanes ? -1 : 0));
  return i32x4.const(bits[0], bits[1], bits[2], bits[3]);
}
