/** Scalar expressions as vectors of four: each part is computed in the outermost loop that knows it. */
import type { Atom, Stored } from "../../../src/run/access/body.ts";
import type { Condition } from "../../../src/run/access/position.ts";
import { type Expression, operandsOf } from "../../../src/scalar/expression.ts";
import { f32x4, type I32, i32x4, type Local, type V128, v128 } from "../assembler/index.ts";
import type { Functions } from "./functions.ts";
import type { IndexCode } from "./index-code.ts";
import { Reader, sizeOf, type VectorPlace } from "./reader.ts";
import { type Assumption, NOTHING } from "./regions.ts";
import { binaryCode, isComparison, unaryCode } from "./scalar.ts";
import type { Scopes } from "./scopes.ts";

const ZERO = f32x4.const(0, 0, 0, 0);
const ALL = i32x4.const(-1, -1, -1, -1);
const ONE = f32x4.const(1, 1, 1, 1);

/** Where the tensors of a pass stand. */
export interface Addresses {
  of(stored: Stored): I32;
  ofTable(values: readonly number[]): I32;
}

interface Context {
  readonly scopes: Scopes;
  readonly index: IndexCode;
  readonly atoms: readonly Atom[];
  readonly addresses: Addresses;
  readonly functions: Functions;
  readonly range: (form: Parameters<IndexCode["depth"]>[0]) => { readonly min: number; readonly max: number };
  readonly vectorDepth: number;
}

export class ValueCode {
  readonly #context: Context;
  readonly #depths = new Map<Expression, number>();
  readonly #readers = new Map<Expression, number>();
  #outer = new Map<string, Map<Expression, V128>>();
  readonly #outerByAssumption = new Map<Assumption, Map<string, Map<Expression, V128>>>();
  #assumption: Assumption = NOTHING;
  #inner = new Map<string, Map<Expression, V128>>();
  #vector: VectorPlace = { lane: 0, ragged: false };
  readonly #reader: Reader;

  constructor(context: Context, roots: readonly Expression[]) {
    this.#context = context;
    this.#reader = new Reader(context);
    for (const root of roots) this.#count(root);
  }

  /** Writes what follows for places of which something is known. */
  assume(assumption: Assumption): void {
    this.#assumption = assumption;
    this.#outer = this.#outerByAssumption.get(assumption) ?? new Map();
    this.#outerByAssumption.set(assumption, this.#outer);
  }

  /** Starts another vector of the same loop body. */
  begin(lane: number, ragged: boolean): void {
    this.#inner = new Map();
    this.#vector = { lane, ragged };
  }

  /** The value in a variable, at its own depth. */
  bound(e: Expression): Local<"v128"> {
    const depth = this.depth(e);
    return this.#context.scopes.bind(this.#value(e, depth), depth);
  }

  /** The innermost loop that an expression depends on. */
  depth(e: Expression): number {
    let depth = this.#depths.get(e);
    if (depth === undefined) {
      depth =
        e.kind === "argument"
          ? this.#atomDepth(this.#context.atoms[e.index])
          : Math.max(0, ...operandsOf(e).map((operand) => this.depth(operand)));
      this.#depths.set(e, depth);
    }
    return depth;
  }

  #count(e: Expression): void {
    const readers = (this.#readers.get(e) ?? 0) + 1;
    this.#readers.set(e, readers);
    if (readers === 1) for (const operand of operandsOf(e)) this.#count(operand);
  }

  #atomDepth(atom: Atom): number {
    const { index } = this.#context;
    if (atom.kind === "inside") return Math.max(0, ...atom.conditions.map(({ form }) => index.depth(form)));
    return index.depth(atom.kind === "index" ? atom.of : atom.at);
  }

  /** A number, for code at depth `at`. */
  #value(e: Expression, at: number): V128 {
    return this.#memo("value", e, at, (depth) => this.#make(e, depth));
  }

  /** All bits set where an expression is not 0, for code at depth `at`. */
  #mask(e: Expression, at: number): V128 {
    return this.#memo("mask", e, at, (depth) => this.#makeMask(e, depth));
  }

  #memo(kind: "value" | "mask", e: Expression, at: number, make: (depth: number) => V128): V128 {
    if (e.kind === "constant") return make(at);
    const { scopes, vectorDepth } = this.#context;
    const depth = this.depth(e);
    const memos = depth < vectorDepth ? this.#outer : this.#inner;
    const memo = memos.get(kind) ?? new Map<Expression, V128>();
    memos.set(kind, memo);
    let code = memo.get(e);
    if (code === undefined) {
      code = scopes.within(depth, () => make(depth));
      const shared = (this.#readers.get(e) as number) > 1;
      if (shared || depth < at) code = scopes.bind(code, depth);
      memo.set(e, code);
    }
    return code;
  }

  #make(e: Expression, at: number): V128 {
    const { functions, atoms } = this.#context;
    switch (e.kind) {
      case "constant":
        return f32x4.const(e.value, e.value, e.value, e.value);
      case "argument": {
        const atom = atoms[e.index];
        return atom.kind === "inside" ? v128.and(this.#mask(e, at), ONE) : this.#atom(atom);
      }
      case "unary":
        return unaryCode(e, this.#value(e.x, at), functions);
      case "binary":
        if (isComparison(e)) return v128.and(this.#mask(e, at), ONE);
        return binaryCode(e, this.#value(e.x, at), this.#value(e.y, at), functions);
      case "select": {
        if (this.#holds(e.condition)) return this.#value(e.x, at);
        if (this.#fails(e.condition)) return this.#value(e.y, at);
        const mask = this.#mask(e.condition, at);
        if (isZero(e.y)) return v128.and(this.#value(e.x, at), mask);
        if (isZero(e.x)) return v128.andnot(this.#value(e.y, at), mask);
        return v128.bitselect(this.#value(e.x, at), this.#value(e.y, at), mask);
      }
    }
  }

  #makeMask(e: Expression, at: number): V128 {
    if (e.kind === "argument") {
      const atom = this.#context.atoms[e.index];
      if (atom.kind === "inside") return this.#inside(atom.conditions);
    }
    if (isComparison(e)) {
      const [x, y] = [this.#value(e.x, at), this.#value(e.y, at)];
      return e.op === "less" ? f32x4.lt(x, y) : f32x4.eq(x, y);
    }
    if (e.kind === "binary" && e.op === "mul" && this.#isFlag(e.x) && this.#isFlag(e.y)) {
      return v128.and(this.#mask(e.x, at), this.#mask(e.y, at));
    }
    return f32x4.ne(this.#value(e, at), ZERO);
  }

  /** Whether an expression is a condition that is assumed. */
  #holds(e: Expression): boolean {
    if (e.kind !== "argument") return false;
    const atom = this.#context.atoms[e.index];
    return atom.kind === "inside" && atom.conditions.every((one) => this.#assumption.holding.has(one));
  }

  /** Whether an expression is a condition that is known not to hold. */
  #fails(e: Expression): boolean {
    if (e.kind !== "argument") return false;
    const atom = this.#context.atoms[e.index];
    return atom.kind === "inside" && atom.conditions.some((one) => this.#assumption.failing.has(one));
  }

  /** Whether an expression is 1 or 0 by its kind. */
  #isFlag(e: Expression): boolean {
    if (e.kind === "argument") return this.#context.atoms[e.index].kind === "inside";
    return (
      isComparison(e) || (e.kind === "binary" && e.op === "mul" && this.#isFlag(e.x) && this.#isFlag(e.y))
    );
  }

  #atom(atom: Exclude<Atom, { kind: "inside" }>): V128 {
    switch (atom.kind) {
      case "read":
        return this.#reader.read(
          this.#context.addresses.of(atom.from),
          atom.at,
          sizeOf(atom.from),
          this.#vector,
        );
      case "table":
        return this.#reader.read(
          this.#context.addresses.ofTable(atom.values),
          atom.at,
          atom.values.length,
          this.#vector,
        );
      case "index":
        return f32x4.convert_i32x4_s(this.#lanes(atom.of));
    }
  }

  /** A form's value in each lane. */
  #lanes(form: Parameters<IndexCode["depth"]>[0]): V128 {
    const { index } = this.#context;
    const step = index.laneStep(form);
    if (step !== null) {
      const { code } = index.form(form, this.#vector.lane);
      const first = i32x4.splat(code);
      return step === 0 ? first : i32x4.add(first, i32x4.const(0, step, 2 * step, 3 * step));
    }
    let vector = i32x4.splat(index.form(form, this.#vector.lane).code);
    for (let lane = 1; lane < 4; lane++) {
      vector = i32x4.replace_lane(vector, lane, index.form(form, this.#vector.lane + lane).code);
    }
    return vector;
  }

  #inside(conditions: readonly Condition[]): V128 {
    const open = conditions.filter((condition) => !this.#assumption.holding.has(condition));
    return open.length === 0 ? ALL : open.map((condition) => this.#condition(condition)).reduce(v128.and);
  }

  /** A condition's mask, in the outermost loop that knows it. */
  #condition(condition: Condition): V128 {
    const { index, scopes } = this.#context;
    const depth = index.depth(condition.form);
    return scopes.bind(
      scopes.within(depth, () => this.#test(condition)),
      depth,
    );
  }

  #test(condition: Condition): V128 {
    const { range } = this.#context;
    const lanes = this.#lanes(condition.form);
    if (condition.kind === "zero") return i32x4.eq(lanes, i32x4.const(0, 0, 0, 0));
    const { length } = condition;
    const { min, max } = range(condition.form);
    const bound = i32x4.const(length, length, length, length);
    if (min < 0 && max >= length) return i32x4.lt_u(lanes, bound);
    return min < 0 ? i32x4.gt_s(lanes, i32x4.const(-1, -1, -1, -1)) : i32x4.lt_s(lanes, bound);
  }
}

const isZero = (e: Expression) => e.kind === "constant" && e.value === 0;
