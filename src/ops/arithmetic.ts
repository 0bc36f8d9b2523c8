/** Arithmetic of two operands, powers, and their rules. `g` is the cotangent of the result. */
import { constantOf, type Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { s } from "../scalar/expression.ts";
import { exp, log } from "./functions.ts";
import { equal, less, where } from "./logic.ts";
import { type Operand, recordMap, row } from "./make.ts";
import { full } from "./movement.ts";

const isFull = (node: Node, value: number) => constantOf(node) === value;

export const addRow: OpRow = row({
  name: "add",
  kind: "map",
  doc: "x + y",
  expression: ([x, y]) => s.add(x, y),
  vjp: (g) => [g, g],
  simplify: ({ inputs: [x, y] }) => (isFull(x, 0) ? y : isFull(y, 0) ? x : null),
});

export const subRow: OpRow = row({
  name: "sub",
  kind: "map",
  doc: "x - y",
  expression: ([x, y]) => s.sub(x, y),
  vjp: (g) => [g, neg(g)],
  simplify: ({ inputs: [x, y] }) => (isFull(y, 0) ? x : isFull(x, 0) ? neg(y) : null),
});

export const mulRow: OpRow = row({
  name: "mul",
  kind: "map",
  doc: "x * y",
  expression: ([x, y]) => s.mul(x, y),
  vjp: (g, [x, y]) => [mul(g, y), mul(g, x)],
  simplify: ({ inputs: [x, y] }) => (isFull(x, 1) ? y : isFull(y, 1) ? x : null),
});

export const divRow: OpRow = row({
  name: "div",
  kind: "map",
  doc: "x / y",
  expression: ([x, y]) => s.div(x, y),
  vjp: (g, [_x, y], q) => [div(g, y), neg(div(mul(g, q), y))],
  simplify: ({ inputs: [x, y] }) => (isFull(y, 1) ? x : null),
  domain: [
    { min: -2, max: 2 },
    { min: 0.3, max: 3 },
  ],
});

export const negRow: OpRow = row({
  name: "neg",
  kind: "map",
  doc: "-x",
  expression: ([x]) => s.neg(x),
  vjp: (g) => [neg(g)],
  simplify: ({ inputs: [x] }) => (x.op === negRow ? x.inputs[0] : null),
});

/** Products instead of `pow`: exact, and right for negative bases on every executor. */
const SMALL_POWERS = [-2, -1, 1, 2, 3, 4];

export const powerRow: OpRow = row<{ exponent: number }>({
  name: "power",
  kind: "map",
  doc: "x to a constant power; between 0 and 1, the slope at x = 0 is taken as 0 rather than infinity",
  expression: ([x], { exponent }) => {
    if (!SMALL_POWERS.includes(exponent)) return s.pow(x, exponent);
    let product = x;
    for (let i = 1; i < Math.abs(exponent); i++) product = s.mul(product, x);
    return exponent < 0 ? s.div(1, product) : product;
  },
  vjp: (g, [x], _y, { exponent }) => {
    if (exponent <= 0 || exponent >= 1) return [mul(g, mul(power(x, exponent - 1), exponent))];
    // 1 in place of the 0 as well: the slope's own derivative must not meet 0 * infinity there.
    const steep = equal(x, 0);
    return [where(steep, 0, mul(g, mul(power(where(steep, 1, x), exponent - 1), exponent)))];
  },
  simplify: (node) => (node.attributes.exponent === 1 ? node.inputs[0] : null),
  domain: [{ min: 0.2, max: 3 }],
});

export const powRow: OpRow = row({
  name: "pow",
  kind: "map",
  doc: "x to the power y, both tensors; x >= 0; the slope at x = 0 is 0 for y below 1, and in y",
  expression: ([x, y]) => s.pow(x, y),
  vjp: (g, [x, y], z) => {
    const steep = mul(equal(x, 0), less(y, 1));
    const slope = where(steep, 0, mul(y, pow(where(steep, 1, x), sub(y, 1))));
    const positive = less(0, x);
    return [mul(g, slope), mul(g, where(positive, mul(z, log(where(positive, x, 1))), 0))];
  },
  domain: [
    { min: 0.2, max: 3 },
    { min: -2, max: 2 },
  ],
});

/** The share of the cotangent that the winner of a tie gets: all, half on equality, none. */
function winner(g: Node, over: Node, under: Node): Node {
  return where(less(under, over), g, where(equal(under, over), mul(g, 0.5), 0));
}

/** How far two operands are from a tie. */
const gap = ([x, y]: readonly number[]) => Math.abs(x - y);

export const maximumRow: OpRow = row({
  name: "maximum",
  kind: "map",
  doc: "the larger of x and y; ties share the cotangent evenly",
  expression: ([x, y]) => s.max(x, y),
  vjp: (g, [x, y]) => [winner(g, x, y), winner(g, y, x)],
  kinks: gap,
});

export const minimumRow: OpRow = row({
  name: "minimum",
  kind: "map",
  doc: "the smaller of x and y; ties share the cotangent evenly",
  expression: ([x, y]) => s.min(x, y),
  vjp: (g, [x, y]) => [winner(g, y, x), winner(g, x, y)],
  kinks: gap,
});

export const add = (x: Operand, y: Operand): Node => recordMap(addRow, [x, y]);
export const sub = (x: Operand, y: Operand): Node => recordMap(subRow, [x, y]);
export const mul = (x: Operand, y: Operand): Node => recordMap(mulRow, [x, y]);
export const div = (x: Operand, y: Operand): Node => recordMap(divRow, [x, y]);
export const neg = (x: Operand): Node => recordMap(negRow, [x]);
export const maximum = (x: Operand, y: Operand): Node => recordMap(maximumRow, [x, y]);
export const minimum = (x: Operand, y: Operand): Node => recordMap(minimumRow, [x, y]);

/** x to a constant power. */
export const power = (x: Operand, exponent: number): Node =>
  exponent === 0 ? full(typeof x === "number" ? [] : x.shape, 1) : recordMap(powerRow, [x], { exponent });

/** x to the power y; a number as exponent takes the cheaper constant form. */
export function pow(x: Operand, y: Operand): Node {
  if (typeof y === "number") return power(x, y);
  return typeof x === "number" && x > 0 ? exp(mul(y, Math.log(x))) : recordMap(powRow, [x, y]);
}
