import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vjp } from "../../src/autodiff/vjp.ts";
import { linearize, topologicalOrder } from "../../src/graph/linearize.ts";
import { Node } from "../../src/graph/node.ts";
import { isInput, type SimplifiedGraph, simplify } from "../../src/graph/simplify.ts";
import { add, mul, neg } from "../../src/ops/arithmetic.ts";
import { exp } from "../../src/ops/functions.ts";
import { where } from "../../src/ops/logic.ts";
import { full, inputRow, ramp, reshape } from "../../src/ops/movement.ts";
import { sum } from "../../src/ops/reduce.ts";
import { seededRandom } from "../../src/random.ts";
import { ReferencePlan } from "../../src/run/reference/executor.ts";
import { sizeOf } from "../../src/shape.ts";
import { drawGraph } from "../support/graphs.ts";
import { leaf } from "../support/ops.ts";
import { plainValues } from "../support/plain.ts";

const simplified = (outputs: readonly Node[]): SimplifiedGraph =>
  simplify(linearize(outputs), (shape) => new Node(inputRow, [], shape, {}), full);

async function run(outputs: readonly Node[]) {
  const data = linearize(outputs).arguments.map((node) => node.value as Float64Array);
  return new ReferencePlan(simplified(outputs)).run(data);
}

const operations = (graph: SimplifiedGraph) =>
  graph.nodes.filter((node) => !isInput(node)).map((node) => node.op.name);

const x = leaf({ shape: [2], data: Float64Array.of(1, 2) });
const y = leaf({ shape: [2], data: Float64Array.of(3, 4) });

/** To the last bit, but for the sign of 0: `x + 0` is taken for x. */
function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(Array.from(actual, (v) => v + 0)).toEqual(Array.from(expected, (v) => v + 0));
}

describe("the value of a random graph", () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  test("is the same simplified, and so is that of its derivative", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 8, max: 40 }), async (seed, steps) => {
        const { leaves, outputs } = drawGraph(seededRandom(seed), steps);
        const cotangents = outputs.map((node) => full(node.shape, 1));
        const grads = outputs.flatMap((node, i) => vjp(node, leaves, cotangents[i]));
        const all = [...outputs, ...grads];
        const [plain, quick] = [plainValues(all), await run(all)];
        quick.forEach((actual, i) => {
          expect(actual).toHaveLength(sizeOf(all[i].shape));
          expectSame(actual, plain[i]);
        });
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  test("is made of no more nodes than were recorded", () => {
    let [before, after] = [0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const { outputs } = drawGraph(seededRandom(seed), 30);
      const [recorded, left] = [topologicalOrder(outputs).length, simplified(outputs).nodes.length];
      expect(left).toBeLessThanOrEqual(recorded);
      before += recorded;
      after += left;
    }
    expect(after).toBeLessThan(0.9 * before);
  });
});

describe("what is simplified", () => {
  test("equal parts are computed once", () => {
    expect(operations(simplified([add(exp(mul(x, y)), exp(mul(x, y)))]))).toEqual(["mul", "exp", "add"]);
    expect(operations(simplified([exp(x), exp(y)]))).toEqual(["exp", "exp"]);
  });

  test("constants fold, neutral elements go, and undone steps with them", () => {
    expect(operations(simplified([mul(exp(full([2], 0)), add(x, 0))]))).toEqual([]);
    expect(operations(simplified([neg(neg(x))]))).toEqual([]);
    expect(operations(simplified([reshape(reshape(x, [2, 1]), [1, 2])]))).toEqual(["reshape"]);
    expect(operations(simplified([sum(full([2, 3], 2))]))).toEqual(["full"]);
  });

  test("0 * x stays: x may be infinite", async () => {
    expect(operations(simplified([mul(x, 0)]))).toContain("mul");
    const infinite = leaf({ shape: [1], data: Float64Array.of(Infinity) });
    expect((await run([mul(infinite, 0)]))[0]).toEqual(Float64Array.of(Number.NaN));
  });

  test("attributes, shapes and leaves tell nodes apart", () => {
    expect(
      operations(simplified([ramp([2], 0, 0), ramp([2], 0, 1), ramp([3], 0, 0), ramp([2], 0, 0)])),
    ).toHaveLength(3);
    expect(operations(simplified([full([1], 0), full([1], -0)]))).toHaveLength(2);
  });
});

test("an argument that is not needed is null, the others keep their order; equal outputs may share a node", () => {
  const graph = simplified([where(full([2], 1), y, x), y, y]);
  expect(graph.arguments.map((node) => node !== null)).toEqual(
    linearize([where(full([2], 1), y, x), y, y]).arguments.map((node) => node === y),
  );
  expect(graph.outputs).toHaveLength(3);
  expect(new Set(graph.outputs).size).toBe(1);
});

test("the result holds none of the caller's nodes, so a cached plan keeps no data alive", () => {
  const outputs = [add(exp(x), mul(x, y))];
  const mine = new Set(topologicalOrder(outputs));
  for (const node of simplified(outputs).nodes) expect(mine.has(node)).toBe(false);
});

test("a graph can be planned again after its nodes were given values and let go of their inputs", async () => {
  const middle = exp(x);
  const outputs = [add(middle, y)];
  const graph = linearize(outputs);
  middle.realize(Float64Array.of(0, 0));
  const again = simplify(graph, (shape) => new Node(inputRow, [], shape, {}), full);
  expect(operations(again)).toEqual(["exp", "add"]);
});
