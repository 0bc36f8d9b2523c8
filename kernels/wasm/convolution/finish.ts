/** An expression over a convolution's results, written where they are about to be stored. */
import type { Expression } from "../../../src/scalar/expression.ts";
import { Canonical } from "../../canonical.ts";
import { FLOAT, times } from "../addresses.ts";
import { f32x4, type I32, i32, type V128, v128 } from "../assembler/index.ts";
import type { Functions } from "../pass/functions.ts";
import { binaryCode, isComparison, unaryCode } from "../pass/scalar.ts";
import type { Finish, Place } from "./kernel.ts";

/** What the expression's arguments stand for; addresses are those of float32 data. */
export type Operand =
  | { readonly kind: "result" }
  | { readonly kind: "beside"; readonly address: I32 }
  | { readonly kind: "channel"; readonly address: I32; readonly offset: number; readonly step: number };

const ZERO = f32x4.const(0, 0, 0, 0);
const ONE = f32x4.const(1, 1, 1, 1);

const isZero = (e: Expression) => e.kind === "constant" && e.value === 0;

/** The values of one vector's expressions, each computed once. */
class Vector {
  readonly #functions: Functions;
  readonly #argument: (index: number) => V128;
  readonly #values = new Map<Expression, V128>();

  constructor(functions: Functions, argument: (index: number) => V128) {
    this.#functions = functions;
    this.#argument = argument;
  }

  value(e: Expression): V128 {
    if (e.kind === "constant") return f32x4.const(e.value, e.value, e.value, e.value);
    let value = this.#values.get(e);
    if (value === undefined) {
      value = this.#functions.fn.bind(this.#make(e));
      this.#values.set(e, value);
    }
    return value;
  }

  #make(e: Exclude<Expression, { kind: "constant" }>): V128 {
    switch (e.kind) {
      case "argument":
        return this.#argument(e.index);
      case "unary":
        return unaryCode(e, this.value(e.x), this.#functions);
      case "binary":
        if (isComparison(e)) return v128.and(this.#mask(e), ONE);
        return binaryCode(e, this.value(e.x), this.value(e.y), this.#functions);
      case "select": {
        const mask = this.#mask(e.condition);
        if (isZero(e.y)) return v128.and(this.value(e.x), mask);
        return isZero(e.x)
          ? v128.andnot(this.value(e.y), mask)
          : v128.bitselect(this.value(e.x), this.value(e.y), mask);
      }
    }
  }

  /** All bits set where an expression is not 0. */
  #mask(e: Expression): V128 {
    if (!isComparison(e)) return f32x4.ne(this.value(e), ZERO);
    const [x, y] = [this.value(e.x), this.value(e.y)];
    return e.op === "less" ? f32x4.lt(x, y) : f32x4.eq(x, y);
  }
}

/** The code of an expression as a {@link Finish}. */
export function finishOf(original: Expression, operands: readonly Operand[], functions: Functions): Finish {
  const expression = new Canonical().of(original);
  const { fn } = functions;
  return (result, place) => {
    const vector = new Vector(functions, (index) => operandCode(operands[index], fn.bind(result), place));
    return vector.value(expression);
  };
}

function operandCode(operand: Operand, result: V128, { offset, constant, channel }: Place): V128 {
  switch (operand.kind) {
    case "result":
      return result;
    case "beside":
      return v128.load(i32.add(operand.address, offset), constant);
    case "channel": {
      if (operand.step === 0) return v128.load32_splat(operand.address, FLOAT * operand.offset);
      const at = i32.add(operand.address, times(channel, FLOAT * operand.step));
      return operand.offset < 0
        ? v128.load32_splat(i32.add(at, i32.const(FLOAT * operand.offset)))
        : v128.load32_splat(at, FLOAT * operand.offset);
    }
  }
}
