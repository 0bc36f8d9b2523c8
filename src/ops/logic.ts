/** Comparisons (1 or 0, constant for every derivative) and selection. */
import { constantOf, type Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { s } from "../scalar/expression.ts";
import { add, sub } from "./arithmetic.ts";
import { type Operand, recordMap, row } from "./make.ts";

export const lessRow: OpRow = row({
  name: "less",
  kind: "map",
  doc: "1 where x < y, else 0",
  expression: ([x, y]) => s.less(x, y),
  vjp: null,
});

export const equalRow: OpRow = row({
  name: "equal",
  kind: "map",
  doc: "1 where x = y, else 0",
  expression: ([x, y]) => s.equal(x, y),
  vjp: null,
});

export const whereRow: OpRow = row({
  name: "where",
  kind: "map",
  doc: "x where the condition is not 0, else y; the branch not taken gets a cotangent of exactly 0",
  expression: ([condition, x, y]) => s.select(condition, x, y),
  vjp: (g, [condition]) => [null, where(condition, g, 0), where(condition, 0, g)],
  simplify: ({ inputs: [condition, x, y] }) => {
    const known = constantOf(condition);
    return known === undefined ? null : known !== 0 ? x : y;
  },
  constantInputs: [0],
});

export const less = (x: Operand, y: Operand): Node => recordMap(lessRow, [x, y]);
export const greater = (x: Operand, y: Operand): Node => recordMap(lessRow, [y, x]);
export const equal = (x: Operand, y: Operand): Node => recordMap(equalRow, [x, y]);
// Not 1 - greater: nothing is below or above a NaN.
export const lessEqual = (x: Operand, y: Operand): Node => add(less(x, y), equal(x, y));
export const greaterEqual = (x: Operand, y: Operand): Node => lessEqual(y, x);
export const notEqual = (x: Operand, y: Operand): Node => sub(1, equal(x, y));
export const where = (condition: Operand, x: Operand, y: Operand): Node =>
  recordMap(whereRow, [condition, x, y]);
