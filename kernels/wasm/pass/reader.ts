/** Elements of a tensor as a vector: side by side, spread, repeated, or fetched one by one. */
import type { Affine } from "../../../src/run/access/affine.ts";
import type { Stored } from "../../../src/run/access/body.ts";
import { type I32, i32, type Local, select, shuffle32, type V128, v128 } from "../assembler/index.ts";
import type { IndexCode } from "./index-code.ts";
import type { Scopes } from "./scopes.ts";

/**
 * Bytes around every buffer that may be read, though never used: vectors reach over a row's end, and padded
 * windows before its start. What reaches farther is held inside its tensor.
 */
export const MARGIN = 2 ** 16;

/** Which vector of a loop's body is written. */
export interface VectorPlace {
  /** First element, counted from the position of the body. */
  readonly lane: number;
  /** Whether it reaches over the end of its loop. */
  readonly ragged: boolean;
}

interface Context {
  readonly scopes: Scopes;
  readonly index: IndexCode;
  readonly range: (form: Affine) => { readonly min: number; readonly max: number };
}

export class Reader {
  readonly #scopes: Scopes;
  readonly #index: IndexCode;
  readonly #range: Context["range"];

  constructor({ scopes, index, range }: Context) {
    this.#scopes = scopes;
    this.#index = index;
    this.#range = range;
  }

  /** The elements of a vector; `size` of them are the tensor's. */
  read(base: I32, at: Affine, size: number, { lane: first, ragged }: VectorPlace): V128 {
    const [index, range] = [this.#index, this.#range];
    const step = index.laneStep(at);
    const { min, max } = range(at);
    const beyond = 4 * Math.max(-min, max - size + 1, 0);
    const times = index.laneRepeats(at);
    if (times !== null && beyond + 4 * (4 + first) <= MARGIN) {
      const { code, offset } = index.address(base, at, first);
      if (times === 4) return v128.load32_splat(code, offset);
      const pair = this.#scopes.fn.bind(v128.load64_zero(code, offset));
      return shuffle32(pair, pair, [0, 0, 1, 1]);
    }
    const reach = beyond + 4 * (4 + first) * Math.abs(step ?? 0);
    if (step === null || reach > MARGIN)
      return this.#gathered(base, at, size, step === 0, { lane: first, ragged });
    const { code, offset } = index.address(base, at, first);
    if (step === 0) return v128.load32_splat(code, offset);
    if (step === 1) return v128.load(code, offset);
    if (step === -1) {
      const { code: last, offset: behind } = index.address(base, at, first + 3);
      const row = v128.load(last, behind);
      const bound = this.#scopes.fn.bind(row);
      return shuffle32(bound, bound, [3, 2, 1, 0]);
    }
    if (step === 2) {
      const [low, high] = [v128.load(code, offset), v128.load(code, offset + 16)];
      return shuffle32(low, high, [0, 2, 4, 6]);
    }
    let vector: V128 | null = null;
    for (let lane = 0; lane < 4; lane++) {
      const { code: address, offset: own } = index.address(base, at, first + lane);
      vector =
        vector === null ? v128.load32_zero(address, own) : v128.load32_lane(address, vector, lane, own);
    }
    return vector as V128;
  }

  /** Lane by lane, each index held within the tensor where it could leave it. */
  #gathered(
    base: I32,
    at: Affine,
    size: number,
    uniform: boolean,
    { lane: first, ragged }: VectorPlace,
  ): V128 {
    const [index, range, scopes] = [this.#index, this.#range, this.#scopes];
    const { min, max } = range(at);
    const inside = min >= 0 && max < size && !ragged;
    const address = (lane: number): I32 => {
      const { code } = index.form(at, first + lane);
      const held = inside ? code : clamped(scopes.fn.bind(code), size);
      return i32.add(base, i32.shl(held, i32.const(2)));
    };
    if (uniform) return v128.load32_splat(address(0));
    let vector = v128.load32_zero(address(0));
    for (let lane = 1; lane < 4; lane++) vector = v128.load32_lane(address(lane), vector, lane);
    return vector;
  }
}

export const sizeOf = ({ shape }: Stored) => shape.reduce((size, length) => size * length, 1);

function clamped(index: Local<"i32">, size: number): I32 {
  const last = i32.const(size - 1);
  const low = select(i32.const(0), index, i32.lt_s(index, i32.const(0)));
  return select(last, low, i32.gt_s(index, last));
}
