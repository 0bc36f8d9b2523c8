/** What a schedule stores and what it inlines; that stages are in order; that liveness is right. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vjp } from "../../src/autodiff/vjp.ts";
import { linearize } from "../../src/graph/linearize.ts";
import type { Node } from "../../src/graph/node.ts";
import { simplify } from "../../src/graph/simplify.ts";
import * as a from "../../src/ops/arithmetic.ts";
import * as c from "../../src/ops/compose.ts";
import { convolution } from "../../src/ops/contract.ts";
import * as f from "../../src/ops/functions.ts";
import { record } from "../../src/ops/make.ts";
import * as m from "../../src/ops/movement.ts";
import { argsort } from "../../src/ops/order.ts";
import * as r from "../../src/ops/reduce.ts";
import { correlate } from "../../src/ops/window.ts";
import { type Schedule, schedule } from "../../src/run/schedule.ts";
import type { Shape } from "../../src/shape.ts";
import { leaf } from "../support/ops.ts";

const LIMITS = { reads: 14, nodes: 96 };

const input = (shape: Shape) => leaf({ shape, data: new Float64Array(shape.reduce((x, y) => x * y, 1)) });

function planned(outputs: readonly Node[], limits = LIMITS): Schedule {
  return schedule(
    simplify(linearize(outputs), (shape) => record(m.inputRow, [], shape), m.full),
    limits,
  );
}

const names = ({ stages }: Schedule) => stages.map((stage) => stage.node.op.name);

function checkOrder({ stages, arguments: given, outputs, lastReader, isStored }: Schedule): void {
  const ready = new Set<Node | null>(given);
  stages.forEach((stage, i) => {
    for (const read of stage.reads) {
      expect(ready.has(read)).toBe(true);
      expect(isStored(read)).toBe(true);
      expect(lastReader.get(read)).toBeGreaterThanOrEqual(i);
    }
    expect(ready.has(stage.node)).toBe(false);
    ready.add(stage.node);
  });
  for (const output of outputs) {
    expect(ready.has(output)).toBe(true);
    expect(lastReader.get(output)).toBe(stages.length);
  }
}

const IMAGE: Shape = [2, 3, 8, 8];

describe("what is stored", () => {
  test("a chain of maps is one stage", () => {
    expect(names(planned([f.exp(a.mul(f.sigmoid(input(IMAGE)), 2))]))).toEqual(["exp"]);
  });

  test("a fold takes its producer in", () => {
    const x = input(IMAGE);
    expect(names(planned([r.sum(a.mul(f.exp(x), x), [2, 3])]))).toEqual(["sum"]);
  });

  test("what costs an exponential and is read twice is stored, what costs a product is not", () => {
    const x = input(IMAGE);
    const dear = f.exp(x);
    expect(names(planned([r.sum(dear), a.mul(dear, 2)]))).toContain("exp");
    const cheap = a.mul(x, 3);
    expect(names(planned([r.sum(cheap), a.add(cheap, 2)]))).toEqual(["sum", "add"]);
  });

  test("of a chain read twice, only its end is stored", () => {
    const end = f.log1p(f.exp(input(IMAGE)));
    expect(names(planned([r.sum(end), a.mul(end, 2)]))).toEqual(["log1p", "sum", "mul"]);
  });

  test("a small result that many elements read is stored, unless it costs next to nothing", () => {
    const x = input(IMAGE);
    const scale = f.sqrt(r.sum(x, [2, 3], true));
    expect(names(planned([a.mul(x, scale)]))).toEqual(["sum", "sqrt", "mul"]);
    expect(names(planned([a.mul(x, r.mean(x, [2, 3], true))]))).toEqual(["sum", "mul"]);
  });

  test("operands of contractions and windows are stored, moves of stored nodes are read through", () => {
    const w = input([4, 3, 3, 3]);
    expect(names(planned([convolution("conv2d", 2, f.relu(input(IMAGE)), w)]))).toEqual(["relu", "conv"]);
    expect(names(planned([convolution("conv2d", 2, m.flip(input(IMAGE), 2), w)]))).toEqual(["conv"]);
    expect(names(planned([correlate(c.square(input(IMAGE)), 2, new Array(11).fill(0.1), 5, 5)]))).toEqual([
      "mul",
      "correlate",
    ]);
  });

  test("operands of host stages are stored, moves too", () => {
    expect(names(planned([argsort(m.flip(input(IMAGE), 3))]))).toEqual(["flip", "argsort"]);
  });

  test("what a maximum is found in and then compared with is stored: its bits matter", () => {
    const x = a.mul(input(IMAGE), 0.1);
    const top = r.max(x, 1);
    expect(names(planned([top, ...vjp(top, [x], m.full(top.shape, 1))]))).toContain("mul");
  });

  test("reshapes are the same data: outputs share them, nothing copies them", () => {
    const y = f.exp(input(IMAGE));
    const { stages, outputs } = planned([m.reshape(y, [6, 64]), m.reshape(y, [384]), y]);
    expect(stages.map((stage) => stage.node.op.name)).toEqual(["exp"]);
    expect(new Set(outputs).size).toBe(1);
  });

  test("arguments that are returned need no stage", () => {
    expect(planned([m.reshape(input(IMAGE), [384])]).stages).toEqual([]);
  });
});

test("no stage reads more buffers, or inlines more, than a kernel takes", () => {
  const many = Array.from({ length: 40 }, () => input([5]));
  const total = many.map((x, i) => a.mul(x, i + 2)).reduce((x, y) => a.add(x, y));
  let chain = input([5]);
  for (let i = 0; i < 300; i++) chain = a.add(a.mul(chain, 0.9), 0.1 + i);
  const result = planned([total, chain], { reads: 5, nodes: 20 });
  checkOrder(result);
  for (const stage of result.stages) expect(stage.reads.length).toBeLessThanOrEqual(5);
  expect(result.stages.length).toBeGreaterThan(30);
});

test("random graphs: stages in order, every read stored, every output there until the end", () => {
  const grow: readonly ((x: Node, y: Node) => Node)[] = [
    f.exp,
    f.sigmoid,
    f.relu,
    a.neg,
    a.add,
    a.mul,
    a.div,
    a.maximum,
    (x) => a.mul(x, 2),
    (x) => r.sum(x, 0, true),
    (x) => r.max(x, undefined, true),
    (x) => m.flip(x, 0),
    (x) =>
      c.pad(x, [
        [1, 0],
        [0, 0],
      ]),
    (x) => correlate(x, 1, [1, 2, 1], 1, 1),
    (x) => m.reshape(m.permute(x, [1, 0]), [x.shape[0], x.shape[1]]),
  ];
  const steps = fc.array(fc.tuple(fc.nat(grow.length - 1), fc.nat(6), fc.nat(6)), {
    minLength: 5,
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, (chosen) => {
      const pool: Node[] = [input([4, 4]), input([4, 4])];
      for (const [op, i, j] of chosen) {
        const x = pool[Math.max(0, pool.length - 1 - i)];
        const y = pool[Math.max(0, pool.length - 1 - j)];
        const fits = x.shape.every((n, axis) => n === y.shape[axis] || n === 1 || y.shape[axis] === 1);
        pool.push(grow[op](x, fits ? y : x));
      }
      const result = planned([r.sum(pool[pool.length - 1]), pool[pool.length >> 1]]);
      checkOrder(result);
    }),
    { numRuns: 200 },
  );
});
