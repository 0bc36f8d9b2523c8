/**
 * Scalar expressions: the one definition of every elementwise op. A closed set of primitives, small enough
 * that each executor can print or emit all of them; the reference interprets the same trees in float64.
 */

/** Primitives of one argument. */
export type UnaryPrimitive = "neg" | "abs" | "exp" | "log" | "log1p" | "expm1" | "sqrt" | "tanh" | "floor";

/** Primitives of two arguments; `less` and `equal` give 1 or 0. */
export type BinaryPrimitive = "add" | "sub" | "mul" | "div" | "min" | "max" | "pow" | "less" | "equal";

export type Expression =
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "unary"; readonly op: UnaryPrimitive; readonly x: Expression }
  | { readonly kind: "binary"; readonly op: BinaryPrimitive; readonly x: Expression; readonly y: Expression }
  /** `condition != 0 ? x : y`; only the chosen branch may reach the result. */
  | {
      readonly kind: "select";
      readonly condition: Expression;
      readonly x: Expression;
      readonly y: Expression;
    };

type Operand = Expression | number;

function operand(value: Operand): Expression {
  return typeof value === "number" ? { kind: "constant", value } : value;
}

function unary(op: UnaryPrimitive) {
  return (x: Operand): Expression => ({ kind: "unary", op, x: operand(x) });
}

function binary(op: BinaryPrimitive) {
  return (x: Operand, y: Operand): Expression => ({ kind: "binary", op, x: operand(x), y: operand(y) });
}

/** The builders. A namespace object, so that a row reads `s.exp(s.neg(x))` and cannot be mistaken for tensor ops. */
export const s = {
  argument: (index: number): Expression => ({ kind: "argument", index }),
  constant: (value: number): Expression => ({ kind: "constant", value }),
  neg: unary("neg"),
  abs: unary("abs"),
  exp: unary("exp"),
  log: unary("log"),
  log1p: unary("log1p"),
  expm1: unary("expm1"),
  sqrt: unary("sqrt"),
  tanh: unary("tanh"),
  floor: unary("floor"),
  add: binary("add"),
  sub: binary("sub"),
  mul: binary("mul"),
  div: binary("div"),
  min: binary("min"),
  max: binary("max"),
  pow: binary("pow"),
  less: binary("less"),
  equal: binary("equal"),
  select: (condition: Operand, x: Operand, y: Operand): Expression => ({
    kind: "select",
    condition: operand(condition),
    x: operand(x),
    y: operand(y),
  }),
} as const;

/**
 * Rough price of a primitive, in multiplications. The schedule asks for it to decide what is worth storing.
 * exp, log and their kin take about 12 vector operations in the WebAssembly forms; division and root about 4.
 */
export const PRIMITIVE_COST: Readonly<Record<UnaryPrimitive | BinaryPrimitive | "select", number>> = {
  neg: 1,
  abs: 1,
  exp: 12,
  log: 14,
  log1p: 16,
  expm1: 16,
  sqrt: 4,
  tanh: 16,
  floor: 1,
  add: 1,
  sub: 1,
  mul: 1,
  div: 4,
  min: 1,
  max: 1,
  pow: 26,
  less: 1,
  equal: 1,
  select: 1,
};

/** The operands of an expression, in order. */
export function operandsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "argument":
    case "constant":
      return [];
    case "unary":
      return [e.x];
    case "binary":
      return [e.x, e.y];
    case "select":
      return [e.condition, e.x, e.y];
  }
}

/** Price of a whole expression, in multiplications; a part that is shared counts once. */
export function expressionCost(expression: Expression): number {
  const seen = new Set<Expression>();
  const visit = (e: Expression): number => {
    if (e.kind === "argument" || e.kind === "constant" || seen.has(e)) return 0;
    seen.add(e);
    const own = PRIMITIVE_COST[e.kind === "select" ? "select" : e.op];
    return operandsOf(e).reduce((total, operand) => total + visit(operand), own);
  };
  return visit(expression);
}
