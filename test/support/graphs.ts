/** Random graphs, rich in what simplification looks for: constants, equal parts, steps that undo each other. */
import type { Node } from "../../src/graph/node.ts";
import * as arithmetic from "../../src/ops/arithmetic.ts";
import * as compose from "../../src/ops/compose.ts";
import * as functions from "../../src/ops/functions.ts";
import * as logic from "../../src/ops/logic.ts";
import * as movement from "../../src/ops/movement.ts";
import * as order from "../../src/ops/order.ts";
import * as reduce from "../../src/ops/reduce.ts";
import type { Random } from "../../src/random.ts";
import { sizeOf } from "../../src/shape.ts";
import { leaf } from "./ops.ts";

/** Exact in binary: folding a sum of them rounds nothing, so results must agree to the last bit. */
const CONSTANTS = [0, 1, -1, 0.5, 2];

type Step = (x: Node, y: Node, random: Random) => Node;

const pick = <T>(random: Random, items: readonly T[]): T => items[random.int(0, items.length)];

const STEPS: readonly Step[] = [
  (x, y) => arithmetic.add(x, y),
  (x, y) => arithmetic.sub(x, y),
  (x, y) => arithmetic.mul(x, y),
  (x, y) => arithmetic.maximum(x, y),
  (x, y) => arithmetic.div(x, arithmetic.add(functions.abs(y), 1)),
  (x, _y, random) => arithmetic.add(x, pick(random, CONSTANTS)),
  (x, _y, random) => arithmetic.mul(x, pick(random, CONSTANTS)),
  (x, _y, random) => arithmetic.sub(pick(random, CONSTANTS), x),
  (x) => arithmetic.neg(x),
  (x, _y, random) => arithmetic.power(x, pick(random, [0, 1, 2, 3])),
  (x) => functions.tanh(x),
  (x) => functions.sigmoid(x),
  (x) => functions.alias(x),
  (x) => functions.stopGradient(x),
  (x, y) => logic.less(x, y),
  (x, y) => logic.where(logic.equal(x, x), x, y),
  (x, y, random) => logic.where(pick(random, CONSTANTS), x, y),
  (x, _y, random) =>
    reduce.sum(x, x.shape.length > 0 ? random.int(0, x.shape.length) : undefined, random.int(0, 2) === 1),
  (x, _y, random) => reduce.max(x, x.shape.length > 0 ? random.int(0, x.shape.length) : undefined, true),
  (x) => movement.reshape(x, [sizeOf(x.shape)]),
  (x) => movement.reshape(x, [1, ...x.shape]),
  (x, _y, random) => movement.full(x.shape, pick(random, CONSTANTS)),
  (x) =>
    x.shape.length > 0
      ? movement.permute(
          x,
          x.shape.map((_, i) => x.shape.length - 1 - i),
        )
      : x,
  (x) => (x.shape.length > 0 ? movement.flip(x, 0) : x),
  (x) =>
    compose.slice(
      x,
      x.shape.map((length) => [length > 1 ? 1 : 0]),
    ),
  (x, _y, random) =>
    compose.pad(
      x,
      x.shape.map(() => [random.int(0, 2), 0]),
      pick(random, CONSTANTS),
    ),
  (x) => (x.shape.length > 0 ? order.cumsum(x) : x),
];

/** A graph of about `steps` nodes over a few leaves with data; whatever does not fit is left out. */
export function drawGraph(random: Random, steps: number): { leaves: Node[]; outputs: Node[] } {
  const leaves = [[2, 3], [1, 3], [2, 1], []].map((shape) =>
    leaf({ shape, data: Float64Array.from({ length: sizeOf(shape) }, () => random.uniform(-2, 2)) }),
  );
  const nodes: Node[] = [...leaves, movement.full([2, 3], pick(random, CONSTANTS))];
  while (nodes.length < steps) {
    // Young nodes are read more often, so that graphs grow deep and not only wide.
    const recent = () =>
      nodes[Math.max(0, nodes.length - 1 - Math.floor(random.uniform() ** 2 * nodes.length))];
    try {
      const node = pick(random, STEPS)(recent(), recent(), random);
      if (sizeOf(node.shape) <= 64 && node.shape.length <= 4) nodes.push(node);
    } catch {
      // Shapes that do not broadcast: another step is drawn.
    }
  }
  return { leaves, outputs: nodes.slice(-3) };
}
