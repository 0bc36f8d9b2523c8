/** Functions of one argument, in forms that stay finite and accurate over the whole range. */
import { OptionError } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { s } from "../scalar/expression.ts";
import { add, div, maximum, mul, neg, sub } from "./arithmetic.ts";
import { equal, less, where } from "./logic.ts";
import { type Operand, recordMap, row } from "./make.ts";

const atZero = ([x]: readonly number[]) => Math.abs(x);
const POSITIVE = [{ min: 0.2, max: 3 }];

export const expRow: OpRow = row({
  name: "exp",
  kind: "map",
  doc: "e to the power x",
  expression: ([x]) => s.exp(x),
  vjp: (g, _x, y) => [mul(g, y)],
});

export const logRow: OpRow = row({
  name: "log",
  kind: "map",
  doc: "natural logarithm",
  expression: ([x]) => s.log(x),
  vjp: (g, [x]) => [div(g, x)],
  domain: POSITIVE,
});

export const log1pRow: OpRow = row({
  name: "log1p",
  kind: "map",
  doc: "log(1 + x), accurate near 0",
  expression: ([x]) => s.log1p(x),
  vjp: (g, [x]) => [div(g, add(x, 1))],
  domain: [{ min: -0.7, max: 3 }],
});

export const expm1Row: OpRow = row({
  name: "expm1",
  kind: "map",
  doc: "e to the power x, minus 1, accurate near 0",
  expression: ([x]) => s.expm1(x),
  vjp: (g, _x, y) => [mul(g, add(y, 1))],
});

export const sqrtRow: OpRow = row({
  name: "sqrt",
  kind: "map",
  doc: "square root; the slope at 0 is taken as 0 rather than infinity",
  expression: ([x]) => s.sqrt(x),
  vjp: (g, _x, y) => [where(equal(y, 0), 0, div(mul(g, 0.5), where(equal(y, 0), 1, y)))],
  domain: POSITIVE,
});

export const absRow: OpRow = row({
  name: "abs",
  kind: "map",
  doc: "absolute value; slope 0 at 0",
  expression: ([x]) => s.abs(x),
  vjp: (g, [x]) => [mul(g, sign(x))],
  kinks: atZero,
});

export const signRow: OpRow = row({
  name: "sign",
  kind: "map",
  doc: "-1, 0 or 1",
  expression: ([x]) => s.sub(s.less(0, x), s.less(x, 0)),
  vjp: null,
});

export const floorRow: OpRow = row({
  name: "floor",
  kind: "map",
  doc: "the largest integer not above x",
  expression: ([x]) => s.floor(x),
  vjp: null,
});

/** 1 / (1 + e^-x) through e^-|x|: never overflows, and keeps its digits at both ends. */
export const sigmoidRow: OpRow = row({
  name: "sigmoid",
  kind: "map",
  doc: "1 / (1 + exp(-x))",
  expression: ([x]) => {
    const e = s.exp(s.neg(s.abs(x)));
    const small = s.div(e, s.add(1, e));
    return s.select(s.less(x, 0), small, s.div(1, s.add(1, e)));
  },
  // 1 - y would cancel for large x; sigmoid(-x) is the same number with all its digits.
  vjp: (g, [x], y) => [mul(g, mul(y, sigmoid(neg(x))))],
});

export const softplusRow: OpRow = row({
  name: "softplus",
  kind: "map",
  doc: "log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))",
  expression: ([x]) => s.add(s.max(x, 0), s.log1p(s.exp(s.neg(s.abs(x))))),
  vjp: (g, [x]) => [mul(g, sigmoid(x))],
});

export const tanhRow: OpRow = row({
  name: "tanh",
  kind: "map",
  doc: "hyperbolic tangent",
  expression: ([x]) => s.tanh(x),
  vjp: (g, _x, y) => [mul(g, sub(1, mul(y, y)))],
});

export const reluRow: OpRow = row({
  name: "relu",
  kind: "map",
  doc: "max(x, 0); slope 0 at 0",
  expression: ([x]) => s.max(x, 0),
  // The output tells as well as the input, and is needed anyway by whoever comes next.
  vjp: (g, _inputs, y) => [where(less(0, y), g, 0)],
  kinks: atZero,
});

export const clampRow: OpRow = row<{ min: number; max: number }>({
  name: "clamp",
  kind: "map",
  doc: "x held within min .. max; slope 1 inside and on the borders, 0 outside",
  expression: ([x], { min, max }) => s.min(s.max(x, min), max),
  vjp: (g, [x], y) => [where(equal(x, y), g, 0)],
  kinks: ([x], { min, max }) => Math.min(Math.abs(x - min), Math.abs(x - max)),
});

/** Below this a logarithm is held, and its slope stops growing: the floor that PyTorch's cross entropy uses. */
const LOG_FLOOR = -100;
const SLOPE_FLOOR = 1e-12;

export const safeLogRow: OpRow = row({
  name: "safeLog",
  kind: "map",
  doc: "log x held above -100, with slope 1 / max(x, 1e-12): finite at 0, and still points away from it",
  // The inner choice keeps a NaN, which is neither above 0 nor below 1: a broken prediction must show.
  expression: ([x]) =>
    s.select(s.less(0, x), s.max(s.log(x), LOG_FLOOR), s.select(s.less(x, 1), LOG_FLOOR, x)),
  vjp: (g, [x]) => [div(g, maximum(x, SLOPE_FLOOR))],
  domain: POSITIVE,
});

/** The row that only separates: a variable's own node, distinct from what it was made of. */
export const aliasRow: OpRow = row({
  name: "alias",
  kind: "map",
  doc: "x itself, under a node of its own",
  expression: ([x]) => x,
  vjp: (g) => [g],
  simplify: (node) => node.inputs[0],
});

export const stopGradientRow: OpRow = row({
  name: "stopGradient",
  kind: "map",
  doc: "x, constant for every derivative",
  expression: ([x]) => x,
  vjp: null,
  simplify: (node) => node.inputs[0],
});

export const exp = (x: Operand): Node => recordMap(expRow, [x]);
export const log = (x: Operand): Node => recordMap(logRow, [x]);
export const log1p = (x: Operand): Node => recordMap(log1pRow, [x]);
export const expm1 = (x: Operand): Node => recordMap(expm1Row, [x]);
export const sqrt = (x: Operand): Node => recordMap(sqrtRow, [x]);
export const abs = (x: Operand): Node => recordMap(absRow, [x]);
export const sign = (x: Operand): Node => recordMap(signRow, [x]);
export const floor = (x: Operand): Node => recordMap(floorRow, [x]);
export const sigmoid = (x: Operand): Node => recordMap(sigmoidRow, [x]);
export const softplus = (x: Operand): Node => recordMap(softplusRow, [x]);
export const tanh = (x: Operand): Node => recordMap(tanhRow, [x]);
export const relu = (x: Operand): Node => recordMap(reluRow, [x]);

/** x held within min .. max. */
export function clamp(x: Operand, min: number, max: number): Node {
  if (!(min <= max)) {
    throw new OptionError(`clamp: range is ${min} .. ${max}, expected min <= max`, {
      op: "clamp",
      argument: "min, max",
      given: `${min} .. ${max}`,
      expected: "min <= max",
    });
  }
  return recordMap(clampRow, [x], { min, max });
}

export const safeLog = (x: Operand): Node => recordMap(safeLogRow, [x]);
export const alias = (x: Operand): Node => recordMap(aliasRow, [x]);
export const stopGradient = (x: Operand): Node => recordMap(stopGradientRow, [x]);
