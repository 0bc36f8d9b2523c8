/**
 * A pass as a function: units of work from `begin` to `end`, each a nest of loops whose innermost walks vectors. Two
 * vectors a step, so that one's arithmetic fills the other's waits; then what is left over.
 */
import type { Variable } from "../../../src/run/access/affine.ts";
import type { FoldResult, PassBody } from "../../../src/run/wasm/pass-body.ts";
import { Canonical } from "../../canonical.ts";
import {
  type Code,
  type FunctionBuilder,
  f32,
  f64,
  type I32,
  i32,
  type Local,
  type V128,
  v128,
} from "../assembler/index.ts";
import { Accumulator, combined, initialVector, laneMask } from "./accumulate.ts";
import type { Functions } from "./functions.ts";
import { IndexCode } from "./index-code.ts";
import { shareReciprocals } from "./reciprocal.ts";
import { emitRows } from "./rows.ts";
import { Scopes } from "./scopes.ts";
import { type Addresses, ValueCode } from "./value-code.ts";
import { LANES, Walk } from "./walk.ts";

const lengthOf = (variable: Variable) => variable.max + 1;

/** Depth of what changes from unit to unit. */
const UNIT = 1;

/** Where one lane, or a whole vector, is stored. */
interface StorePlace {
  readonly code: I32;
  readonly offset: number;
  readonly whole: boolean;
}

class PassEmitter {
  readonly #body: PassBody;
  readonly #fn: FunctionBuilder;
  readonly #addresses: Addresses;
  readonly #scopes: Scopes;
  readonly #index: IndexCode;
  readonly #values: ValueCode;
  readonly #vectorDepth: number;
  readonly #position: Local<"i32">;
  readonly #folds: ReadonlyMap<FoldResult, Accumulator>;

  constructor(original: PassBody, addresses: Addresses, functions: Functions) {
    const canonical = new Canonical();
    const expressions = shareReciprocals(original.results.map(({ expression }) => canonical.of(expression)));
    const results = original.results.map((result, i) => ({ ...result, expression: expressions[i] }));
    this.#body = { ...original, results };
    const body = this.#body;
    this.#fn = functions.fn;
    this.#addresses = addresses;
    const inner = body.loops.length - 1 - Math.min(body.unitLoops, body.loops.length - 1);
    this.#vectorDepth = UNIT + inner + 1;
    this.#scopes = new Scopes(this.#fn, this.#vectorDepth + body.reduced.length + 1);
    const vector = body.loops[body.loops.length - 1];
    this.#index = new IndexCode(this.#scopes, body.space, vector, this.#vectorDepth);
    this.#position = this.#fn.local("i32", "at");
    this.#values = new ValueCode(
      {
        scopes: this.#scopes,
        index: this.#index,
        atoms: body.atoms,
        addresses,
        functions,
        range: (form) => body.space.range(form),
        vectorDepth: this.#vectorDepth,
      },
      results.map((result) => result.expression),
    );
    this.#folds = new Map(
      results.flatMap((result) =>
        result.kind === "fold" ? [[result, new Accumulator(this.#fn, result)]] : [],
      ),
    );
  }

  emit(begin: I32, end: I32): void {
    const unit = this.#fn.local("i32", "unit");
    const work = this.#fn.collect(() => this.#unit(unit));
    this.#fn.add(this.#scopes.statements(0));
    this.#fn.range(unit, begin, end, 1, () => {
      this.#fn.add(this.#scopes.statements(UNIT));
      this.#fn.add(work);
    });
  }

  /** Everything of one unit but what `UNIT` statements prepare. */
  #unit(unit: Local<"i32">): void {
    const { loops, unitLoops, segment } = this.#body;
    const vector = loops[loops.length - 1];
    const segments = Math.ceil(lengthOf(vector) / segment);
    this.#decode(unit, segments);
    for (const fold of this.#folds.values()) fold.start();
    const rest = loops.slice(unitLoops, -1);
    this.#nest(rest, UNIT + 1, () => this.#vectors(unit, segments));
    for (const [result, fold] of this.#folds) this.#finish(result, fold, unit);
  }

  /** The counters that a unit's number stands for. */
  #decode(unit: I32, segments: number): void {
    const { loops, unitLoops } = this.#body;
    const counted = loops.slice(0, Math.min(unitLoops, loops.length - 1));
    let stride = segments;
    for (let i = counted.length - 1; i >= 0; i--) {
      const length = lengthOf(counted[i]);
      const whole = stride === 1 ? unit : i32.div_u(unit, i32.const(stride));
      const counter = i === 0 ? whole : i32.rem_u(whole, i32.const(length));
      this.#index.define(counted[i], this.#scopes.bind(counter, UNIT, "i"), UNIT);
      stride *= length;
    }
  }

  /** Loops between the unit and its vectors. */
  #nest(rest: PassBody["loops"], depth: number, inner: () => void): void {
    if (rest.length === 0) {
      inner();
      return;
    }
    const counter = this.#fn.local("i32", "i");
    this.#index.define(rest[0], counter, depth);
    const work = this.#fn.collect(() => this.#nest(rest.slice(1), depth + 1, inner));
    this.#fn.range(counter, i32.const(0), i32.const(lengthOf(rest[0])), 1, () => {
      // What this depth prepares is known once its inner code has been written.
      if (depth < this.#vectorDepth) this.#fn.add(this.#scopes.statements(depth));
      this.#fn.add(work);
    });
  }

  /** The vector's loop: without masks wherever conditions are known to hold. */
  #vectors(unit: I32, segments: number): void {
    const { loops, segment } = this.#body;
    const length = lengthOf(loops[loops.length - 1]);
    const walk = new Walk(this.#fn, this.#position, length, (count, tail, assumed) => {
      this.#values.assume(assumed);
      this.#step(count, tail);
    });
    if (segments > 1) {
      walk.segment(i32.rem_u(unit, i32.const(segments)), segment);
      return;
    }
    emitRows(walk, { fn: this.#fn, scopes: this.#scopes, index: this.#index, body: this.#body, least: UNIT });
  }

  /** One body of the vector's loop: `count` vectors; `tail` lanes of a last one that is not full. */
  #step(count: number, tail: number): void {
    this.#scopes.clear(this.#vectorDepth);
    this.#index.begin(this.#position);
    const { results, reduced } = this.#body;
    const copies = Array.from(
      { length: count },
      (_, copy) => () => this.#values.begin(copy * LANES, tail > 0),
    );
    // Places first: they too may leave statements at the vector's depth.
    const places = copies.map((_, copy) => this.#places(copy * LANES, tail));
    let vectors: readonly (readonly V128[])[];
    if (reduced.length > 0) {
      const sums = copies.map(() => results.map(() => this.#fn.local("v128", "sum")));
      this.#fn.add(this.#reduce(0, sums, copies));
      vectors = sums;
      vectors.forEach((copy, k) => {
        copy.forEach((value, i) => {
          this.#store(value, places[k][i]);
        });
      });
    } else {
      // Each value is stored as soon as it is there; see `AnchorResult`.
      vectors = copies.map((begin, k) => {
        begin();
        return results.map((result, i) => {
          const value = this.#values.bound(result.expression);
          this.#scopes.within(this.#vectorDepth, () => this.#store(value, places[k][i]));
          return value;
        });
      });
      this.#fn.add(this.#scopes.statements(this.#vectorDepth));
    }
    for (const [result, fold] of this.#folds) {
      const place = results.indexOf(result);
      const own = vectors.map((copy) => copy[place]);
      fold.take(tail === 0 ? own : own.map((x) => v128.bitselect(x, initialVector(result), laneMask(tail))));
    }
  }

  /** Loops over the reduced axes; each adds few terms to its own sum, which keeps float32 right. */
  #reduce(
    level: number,
    outer: readonly (readonly Local<"v128">[])[],
    copies: readonly (() => void)[],
  ): readonly Code[] {
    const { reduced, results, reduction } = this.#body;
    const fn = this.#fn;
    const depth = this.#vectorDepth + level + 1;
    const counter = fn.local("i32", "r");
    this.#index.define(reduced[level], counter, depth);
    const last = level === reduced.length - 1;
    const inner = last ? outer : outer.map((one) => one.map(() => fn.local("v128", "sum")));
    let work: readonly Code[];
    if (last) {
      const terms = copies.map((begin) => {
        begin();
        return results.map((result) => this.#values.bound(result.expression));
      });
      work = fn.collect(() => {
        outer.forEach((one, copy) => {
          one.forEach((sum, i) => {
            fn.set(sum, combined(reduction, sum, terms[copy][i]));
          });
        });
      });
    } else {
      const nested = this.#reduce(level + 1, inner, copies);
      work = fn.collect(() => {
        fn.add(nested);
        outer.forEach((one, copy) => {
          one.forEach((sum, i) => {
            fn.set(sum, combined(reduction, sum, inner[copy][i]));
          });
        });
      });
    }
    return fn.collect(() => {
      if (level === 0) fn.add(this.#scopes.statements(this.#vectorDepth));
      for (const sum of outer.flat()) fn.set(sum, initialVector(reduction));
      fn.range(counter, i32.const(0), i32.const(lengthOf(reduced[level])), 1, () => {
        fn.add(this.#scopes.statements(depth));
        fn.add(work);
      });
    });
  }

  /** Where the lanes of a vector are stored: one place if they lie side by side and all count. */
  #places(lane: number, tail: number): readonly (readonly StorePlace[])[] {
    return this.#body.results.map((result) => {
      if (result.kind === "fold") return [];
      const base = this.#addresses.of(result.to);
      const whole = tail === 0 && this.#index.laneStep(result.at) === 1;
      const count = whole ? 1 : tail === 0 ? LANES : tail;
      return Array.from({ length: count }, (_, own) => ({
        ...this.#index.address(base, result.at, lane + own),
        whole,
      }));
    });
  }

  #store(value: V128, places: readonly StorePlace[]): void {
    places.forEach(({ code, offset, whole }, lane) => {
      this.#fn.do(whole ? v128.store(code, value, offset) : v128.store32_lane(code, value, lane, offset));
    });
  }

  #finish(result: FoldResult, fold: Accumulator, unit: I32): void {
    const fn = this.#fn;
    const total = fold.result();
    if (result.partials !== null) {
      const address = i32.add(this.#addresses.of(result.partials), i32.shl(unit, i32.const(3)));
      fn.do(f64.store(address, total));
      return;
    }
    fn.do(
      f32.store(i32.add(this.#addresses.of(result.to), i32.shl(unit, i32.const(2))), f32.demote_f64(total)),
    );
  }
}

/** Writes the statements of a pass into a function. */
export function emitPass(
  body: PassBody,
  addresses: Addresses,
  functions: Functions,
  begin: I32,
  end: I32,
): void {
  new PassEmitter(body, addresses, functions).emit(begin, end);
}
