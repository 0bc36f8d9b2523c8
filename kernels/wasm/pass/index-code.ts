/** Index forms as 32-bit integers: strides, quotients, and how a form changes along the vector's lanes. */
import type { Affine, IndexSpace, Variable } from "../../../src/run/access/affine.ts";
import { type I32, i32, type Local } from "../assembler/index.ts";
import type { Placed, Scopes } from "./scopes.ts";

/** Elements that one step of a lane adds to a form; `null` where no single number tells. */
export type LaneStep = number | null;

type Place = Placed<"i32">;

/** Lowered bases stay above 0: nothing stands in the first 2^16 bytes of memory. */
const BIAS = 2 ** 14;

/** Offsets below this need no check of their own. */
const FAR = 2 ** 30;

export class IndexCode {
  readonly #scopes: Scopes;
  readonly #space: IndexSpace;
  readonly #vector: Variable;
  readonly #vectorDepth: number;
  readonly #outer = new Map<string, Place>();
  #inner = new Map<string, Place>();
  /** Four times the vector's position: what addresses need. */
  #position: Local<"i32"> | null = null;

  constructor(scopes: Scopes, space: IndexSpace, vector: Variable, vectorDepth: number) {
    this.#scopes = scopes;
    this.#space = space;
    this.#vector = vector;
    this.#vectorDepth = vectorDepth;
  }

  /** Tells where a loop's counter is kept. */
  define(variable: Variable, code: I32, depth: number): void {
    this.#outer.set(`${variable.id}:0`, { code, depth });
  }

  /** Starts another body of the vector's loop. */
  begin(position: Local<"i32">): void {
    this.#inner = new Map();
    this.#position = position;
  }

  /** How a form changes from lane to lane. */
  laneStep(form: Affine): LaneStep {
    let step = 0;
    for (const [variable, by] of form.terms) {
      if (variable === this.#vector) step += by;
      else if (variable.quotient !== null && this.laneStep(variable.quotient.of) !== 0) return null;
    }
    return step;
  }

  /**
   * How many neighbouring lanes share an element, where that is 2 or 4 and the next ones read the next element: enlarging
   * by whole numbers. Vectors begin at multiples of four.
   */
  laneRepeats(form: Affine): 2 | 4 | null {
    const moving = [...form.terms].filter(([variable]) => this.laneStep(alone(variable)) !== 0);
    if (moving.length !== 1) return null;
    const [[{ quotient }, step]] = moving;
    if (quotient === null || step !== 1 || (quotient.by !== 2 && quotient.by !== 4)) return null;
    const { of, by } = quotient;
    const whole = [...of.terms].every(([variable, own]) =>
      variable === this.#vector ? own === 1 : own % by === 0 && this.laneStep(alone(variable)) === 0,
    );
    return whole && of.terms.has(this.#vector) && of.offset % by === 0 ? by : null;
  }

  /** The innermost loop that a form depends on. */
  depth(form: Affine): number {
    let depth = 0;
    for (const variable of form.terms.keys()) depth = Math.max(depth, this.#depthOf(variable));
    return depth;
  }

  /** A form at the vector's position plus `lane`. What outer loops know of it is computed there. */
  form(form: Affine, lane: number): Place {
    return this.#sum(form, lane, 1, null);
  }

  /** A form as a variable of its own. */
  bound(form: Affine, lane: number): Place {
    const { code, depth } = this.form(form, lane);
    return { code: this.#shared(code, depth), depth };
  }

  /**
   * The byte address of an element of a tensor that starts at `base`. What is constant of it goes into `offset`, which
   * belongs to the access itself: the taps of a window then share one sum.
   */
  address(base: I32, form: Affine, lane: number): Place & { readonly offset: number } {
    const step = this.laneStep(form);
    // Lanes of a form with divisions have nothing in common.
    if (step === null) return { ...this.#sum(form, lane, 4, base), offset: 0 };
    const offset = 4 * (form.offset + step * lane);
    const rest: Affine = { offset: 0, terms: form.terms };
    // Sums wrap around, sums with an offset do not: the part before the offset must not fall below 0.
    const low = 4 * this.#space.range(rest).min;
    if (low >= -BIAS && offset >= 0 && offset < FAR) return { ...this.#sum(rest, 0, 4, base), offset };
    if (low >= -BIAS && offset < 0 && offset >= -BIAS) {
      // Offsets are never negative: a lower base serves all that would be.
      return { ...this.#sum(rest, 0, 4, i32.sub(base, i32.const(BIAS))), offset: offset + BIAS };
    }
    return { ...this.#sum({ offset: form.offset + step * lane, terms: form.terms }, 0, 4, base), offset: 0 };
  }

  #sum(form: Affine, lane: number, scale: 1 | 4, base: I32 | null): Place {
    let constant = form.offset * scale;
    const byDepth = new Map<number, I32>(base === null ? [] : [[0, base]]);
    for (const [variable, step] of form.terms) {
      const by = step * scale;
      let term: Place;
      if (variable === this.#vector && by % 4 === 0 && this.#position !== null) {
        constant += by * lane;
        term = { code: multiple(this.#position, by / 4), depth: this.#vectorDepth };
      } else {
        const { code, depth } = this.#variable(variable, lane);
        term = { code: multiple(code, by), depth };
      }
      const known = byDepth.get(term.depth);
      byDepth.set(term.depth, known === undefined ? term.code : i32.add(known, term.code));
    }
    const depths = [...byDepth.keys()].sort((a, b) => a - b);
    if (depths.length === 0) return { code: i32.const(constant), depth: 0 };
    let code = byDepth.get(depths[0]) as I32;
    if (constant !== 0) code = i32.add(code, i32.const(constant));
    for (let i = 1; i < depths.length; i++) {
      code = i32.add(this.#shared(code, depths[i - 1]), byDepth.get(depths[i]) as I32);
    }
    return { code, depth: depths[depths.length - 1] };
  }

  #depthOf(variable: Variable): number {
    if (variable === this.#vector) return this.#vectorDepth;
    if (variable.quotient !== null) return this.depth(variable.quotient.of);
    return (this.#outer.get(`${variable.id}:0`) as Place).depth;
  }

  #variable(variable: Variable, lane: number): Place {
    const key = `${variable.id}:${lane}`;
    const known = this.#outer.get(key) ?? this.#inner.get(key);
    if (known !== undefined) return known;
    if (variable.quotient === null && variable !== this.#vector)
      return this.#outer.get(`${variable.id}:0`) as Place;
    const made = variable.quotient === null ? this.#element(lane) : this.#quotient(variable, lane);
    (made.depth < this.#vectorDepth ? this.#outer : this.#inner).set(key, made);
    return made;
  }

  /** The vector's position in elements. */
  #element(lane: number): Place {
    const position = this.#position as Local<"i32">;
    const element = i32.shr_u(position, i32.const(2));
    const code = lane === 0 ? element : i32.add(element, i32.const(lane));
    return { code: this.#scopes.bind(code, this.#vectorDepth, "x"), depth: this.#vectorDepth };
  }

  #quotient({ quotient }: Variable, lane: number): Place {
    const { of, by } = quotient as NonNullable<Variable["quotient"]>;
    const { code, depth } = this.form(of, lane);
    const { min } = this.#space.range(of);
    // Floor of what may be negative: whole multiples are added before, and taken off after.
    const shift = min < 0 ? Math.ceil(-min / by) : 0;
    const positive = shift === 0 ? code : i32.add(code, i32.const(shift * by));
    const divided = i32.div_u(positive, i32.const(by));
    const floor = shift === 0 ? divided : i32.sub(divided, i32.const(shift));
    return { code: this.#scopes.bind(floor, depth, "q"), depth };
  }

  #sums = new Map<number, Map<string, Local<"i32">>>();

  /** The same sum is kept once a depth. */
  #shared(code: I32, depth: number): I32 {
    if (depth >= this.#vectorDepth) return this.#scopes.bind(code, depth);
    const sums = this.#sums.get(depth) ?? new Map<string, Local<"i32">>();
    this.#sums.set(depth, sums);
    const key = textOf(code);
    let local = sums.get(key);
    if (local === undefined) {
      local = this.#scopes.bind(code, depth);
      sums.set(key, local);
    }
    return local;
  }
}

const alone = (variable: Variable): Affine => ({ offset: 0, terms: new Map([[variable, 1]]) });

const textOf = ({ text, operands }: { text: string; operands: I32["operands"] }): string =>
  operands.length === 0 ? text : `${text}(${operands.map(textOf).join()})`;

function multiple(code: I32, by: number): I32 {
  return by === 1 ? code : i32.mul(code, i32.const(by));
}
