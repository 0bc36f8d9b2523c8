import { expect, test } from "vitest";
import { linearize, topologicalOrder } from "../../src/graph/linearize.ts";
import type { Node } from "../../src/graph/node.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { exp } from "../../src/ops/functions.ts";
import { full } from "../../src/ops/movement.ts";
import { sum } from "../../src/ops/reduce.ts";
import { seededRandom } from "../../src/random.ts";
import { drawGraph } from "../support/graphs.ts";
import { leaf } from "../support/ops.ts";

const data = (...numbers: number[]) => leaf({ shape: [numbers.length], data: Float64Array.from(numbers) });

test("inputs come before those who read them, each node once", () => {
  for (let seed = 0; seed < 50; seed++) {
    const order = topologicalOrder(drawGraph(seededRandom(seed), 40).outputs);
    const places = new Map(order.map((node, i) => [node, i]));
    expect(places.size).toBe(order.length);
    order.forEach((node, i) => {
      for (const input of node.inputs) expect(places.get(input)).toBeLessThan(i);
    });
  }
});

test("nodes where the walk is told to stop are listed, and nothing behind them", () => {
  const x = data(1);
  const middle = exp(x);
  const end = add(middle, middle);
  expect(topologicalOrder([end], (node) => node === middle)).toEqual([middle, end]);
});

const graph = (build: (x: Node, y: Node) => Node[]) => linearize(build(data(1, 2), data(3, 4)));

test("equal structure, equal key: data and identity do not count", () => {
  expect(graph((x, y) => [mul(exp(x), y)]).key).toBe(graph((x, y) => [mul(exp(x), y)]).key);
  expect(linearize([exp(data(5, 6))]).key).toBe(linearize([exp(data(7, 8))]).key);
});

test.each<[string, (x: Node, y: Node) => Node[]]>([
  ["another op", (x, y) => [add(exp(x), y)]],
  ["another order of inputs", (x, y) => [mul(y, exp(x))]],
  ["another reader", (x) => [mul(exp(x), x)]],
  ["another output", (x, y) => [mul(exp(x), y), y]],
  ["a constant", (x) => [mul(exp(x), full([2], 3))]],
  ["another shape", () => [mul(exp(data(1)), data(2))]],
])("%s gives another key", (_, build) => {
  expect(graph(build).key).not.toBe(graph((x, y) => [mul(exp(x), y)]).key);
});

test("so are shapes of data, where the result does not show them", () => {
  expect(linearize([sum(data(1, 2))]).key).not.toBe(linearize([sum(data(1, 2, 3))]).key);
});

test("values of constants are part of the key", () => {
  const key = (value: number) => linearize([exp(full([2], value))]).key;
  expect(new Set([0, -0, 1, 1e-9, Number.NaN, Infinity].map(key)).size).toBe(6);
  expect(key(0.1)).toBe(key(0.1));
});
