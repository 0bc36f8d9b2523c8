/** The scalar primitives as vector instructions. */
import type { BinaryPrimitive, Expression } from "../../../src/scalar/expression.ts";
import { f32x4, type V128, v128 } from "../assembler/index.ts";
import { exp, expNegative, log, log1pUnit, madd } from "../math/index.ts";
import type { Functions } from "./functions.ts";

type Unary = Extract<Expression, { kind: "unary" }>;
type Binary = Extract<Expression, { kind: "binary" }>;

const SIGN = f32x4.const(-0, -0, -0, -0);

/** -|x|: never above 0. */
const isNegative = (e: Expression) =>
  e.kind === "unary" && e.op === "neg" && e.x.kind === "unary" && e.x.op === "abs";

/** e^-|x|: between 0 and 1. */
export const isUnit = (e: Expression) => e.kind === "unary" && e.op === "exp" && isNegative(e.x);

export function unaryCode(e: Unary, x: V128, functions: Functions): V128 {
  switch (e.op) {
    case "neg":
      // -|x| in one instruction: V8 makes the masks of abs and neg anew each time.
      return x.text === "f32x4.abs" ? v128.or(x.operands[0] as V128, SIGN) : f32x4.neg(x);
    case "abs":
      return f32x4.abs(x);
    case "exp":
      return isNegative(e.x) ? expNegative(functions, x) : exp(functions, x);
    case "log":
      return log(functions, x);
    case "log1p":
      return isUnit(e.x) ? log1pUnit(functions, x) : functions.call("log1p", x);
    case "sqrt":
      return f32x4.sqrt(x);
    case "floor":
      return f32x4.floor(x);
    case "expm1":
    case "tanh":
      return functions.call(e.op, x);
  }
}

/** Comparisons give masks; see `ValueCode`. */
export type ComparisonExpression = Binary & { readonly op: "less" | "equal" };

export const isComparison = (e: Expression): e is ComparisonExpression =>
  e.kind === "binary" && (e.op === "less" || e.op === "equal");

const isNumber = (e: Expression) => e.kind === "constant" && !Number.isNaN(e.value);

export function binaryCode(e: Binary, x: V128, y: V128, functions: Functions): V128 {
  switch (e.op as Exclude<BinaryPrimitive, "less" | "equal">) {
    case "add":
      // A product and a sum may become one instruction, if that was asked for.
      if (functions.relaxed && x.text === "f32x4.mul")
        return madd(functions, x.operands[0] as V128, x.operands[1] as V128, y);
      if (functions.relaxed && y.text === "f32x4.mul")
        return madd(functions, y.operands[0] as V128, y.operands[1] as V128, x);
      return f32x4.add(x, y);
    case "sub":
      return f32x4.sub(x, y);
    case "mul":
      return f32x4.mul(x, y);
    case "div":
      return f32x4.div(x, y);
    case "min":
      // One instruction instead of several where an operand cannot be NaN; the other one's NaN stays.
      if (isNumber(e.y)) return f32x4.pmin(x, y);
      return isNumber(e.x) ? f32x4.pmin(y, x) : f32x4.min(x, y);
    case "max":
      if (isNumber(e.y)) return f32x4.pmax(x, y);
      return isNumber(e.x) ? f32x4.pmax(y, x) : f32x4.max(x, y);
    case "pow":
      return functions.call("pow", x, y);
  }
}
