/** How the innermost loop is walked: pairs of vectors, single ones, and at last the lanes that fill no vector. */
import { type FunctionBuilder, type I32, i32, type Local, select } from "../assembler/index.ts";
import { type Assumption, NOTHING } from "./regions.ts";

/** Lanes of a vector. */
export const LANES = 4;

/** Vectors of one step: one's arithmetic fills the other's waits. */
const PAIR = 2;
const WIDE = LANES * PAIR;
const BYTES = 4;

/** A stretch of the loop, `from .. to - 1`, where some conditions are known to hold. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly assumed: Assumption;
}

/** Writes `count` vectors at the position; of the last one, `tail` lanes if that is not 0. */
type Step = (count: number, tail: number, assumed: Assumption) => void;

export class Walk {
  readonly #fn: FunctionBuilder;
  /** Four times the element's number. */
  readonly #at: Local<"i32">;
  readonly #length: number;
  readonly #tail: number;
  readonly #step: Step;

  constructor(fn: FunctionBuilder, at: Local<"i32">, length: number, step: Step) {
    this.#fn = fn;
    this.#at = at;
    this.#length = length;
    this.#tail = length % LANES;
    this.#step = step;
  }

  /** A whole row: pairs of vectors along a stretch, single ones before and after it. */
  row(stretch: Stretch, assumed: Assumption): void {
    const [fn, at] = [this.#fn, this.#at];
    const whole = this.#length - this.#tail;
    const first = Math.ceil(stretch.from / LANES) * LANES;
    const past = first + Math.max(0, Math.floor((stretch.to - first) / WIDE)) * WIDE;
    if (past > first) {
      fn.range(at, i32.const(BYTES * first), i32.const(BYTES * past), BYTES * WIDE, () =>
        this.#step(PAIR, 0, stretch.assumed),
      );
    }
    const skip = past > first && first > 0 ? { first, past } : null;
    this.#singles(past > first && first === 0 ? past : 0, whole, skip, assumed);
    if (this.#tail > 0) {
      fn.set(at, i32.const(BYTES * whole));
      this.#step(1, this.#tail, assumed);
    }
  }

  /** Single vectors from `from` to `to`, but for a stretch that has been walked. */
  #singles(
    from: number,
    to: number,
    skip: { readonly first: number; readonly past: number } | null,
    assumed: Assumption,
  ): void {
    if (from >= to) return;
    const [fn, at] = [this.#fn, this.#at];
    fn.set(at, i32.const(BYTES * from));
    if (to - from <= LANES) {
      this.#step(1, 0, assumed);
      return;
    }
    fn.while(
      () => i32.lt_u(at, i32.const(BYTES * to)),
      () => {
        this.#step(1, 0, assumed);
        fn.set(at, i32.add(at, i32.const(BYTES * LANES)));
        if (skip === null) return;
        const { first, past } = skip;
        fn.set(at, select(i32.const(BYTES * past), at, i32.eq(at, i32.const(BYTES * first))));
      },
    );
  }

  /** Part number `part` of a row that several units walk, each `size` elements. */
  segment(part: I32, size: number): void {
    const [fn, at] = [this.#fn, this.#at];
    const assumed = NOTHING;
    const end = i32.const(BYTES * this.#length);
    const from = fn.bind(i32.mul(part, i32.const(BYTES * size)), "from");
    const past = fn.bind(i32.add(from, i32.const(BYTES * size)), "past");
    const to = fn.bind(select(past, end, i32.lt_u(past, end)), "to");
    const even = fn.bind(i32.add(from, i32.and(i32.sub(to, from), i32.const(-BYTES * WIDE))), "even");
    fn.range(at, from, even, BYTES * WIDE, () => this.#step(PAIR, 0, assumed));
    if (this.#length % WIDE >= LANES) {
      fn.if(i32.le_u(i32.add(at, i32.const(BYTES * LANES)), to), () => {
        this.#step(1, 0, assumed);
        fn.set(at, i32.add(at, i32.const(BYTES * LANES)));
      });
    }
    if (this.#tail > 0) fn.if(i32.lt_u(at, to), () => this.#step(1, this.#tail, assumed));
  }
}
