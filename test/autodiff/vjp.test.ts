import { beforeAll, describe, expect, test } from "vitest";
import { gradients, vjp } from "../../src/autodiff/vjp.ts";
import { GradientError } from "../../src/errors.ts";
import { topologicalOrder } from "../../src/graph/linearize.ts";
import type { Node } from "../../src/graph/node.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { alias, exp, stopGradient } from "../../src/ops/functions.ts";
import { full } from "../../src/ops/movement.ts";
import { sum } from "../../src/ops/reduce.ts";
import { setBackend } from "../../src/run/backends.ts";
import { realize } from "../../src/run/evaluate.ts";
import { leaf } from "../support/ops.ts";

beforeAll(() => setBackend("reference"));

const data = (...numbers: number[]) => leaf({ shape: [numbers.length], data: Float64Array.from(numbers) });

async function numbers(nodes: readonly Node[]): Promise<number[][]> {
  await realize(nodes);
  return nodes.map((node) => Array.from(node.value as Float64Array));
}

test("cotangents of several readers add up", async () => {
  const x = data(2);
  const square = mul(x, x);
  const y = sum(add(mul(square, square), square));
  expect(await numbers(gradients(y, [x], "test"))).toEqual([[4 * 8 + 2 * 2]]);
});

test("a variable within the graph ends it there: nothing of what it was made of counts", async () => {
  const x = data(3);
  const middle = alias(mul(x, x));
  const y = sum(mul(middle, x));
  expect(await numbers(gradients(y, [middle, x], "test"))).toEqual([[3], [9]]);
  const next = exp(data(1));
  const x0 = next.inputs[0];
  expect(await numbers(gradients(sum(mul(next, x0)), [x0, next], "test"))).toEqual([[Math.E], [1]]);
});

test("the output itself may be the variable", async () => {
  const x = alias(sum(data(1, 2)));
  expect(await numbers(gradients(x, [x], "test"))).toEqual([[1]]);
});

describe("only what depends on a variable is derived", () => {
  test("no rule is asked for a part without one", () => {
    const [x, other] = [data(1), data(2)];
    const before = exp(exp(exp(other)));
    const [gradient] = gradients(sum(mul(before, x)), [x], "test");
    const recorded = new Set(topologicalOrder([before]));
    const extra = topologicalOrder([gradient]).filter((node) => !recorded.has(node));
    // The cotangent of the sum, times the constant part: no exp is derived.
    expect(extra.filter((node) => node.op.name === "exp")).toEqual([]);
  });

  test("nothing passes a row that is constant", async () => {
    const x = data(3);
    const y = sum(mul(stopGradient(mul(x, x)), x));
    expect(await numbers(gradients(y, [x, data(1)], "test"))).toEqual([[9], [0]]);
  });
});

test("shapes that do not fit are refused", () => {
  const x = data(1, 2);
  expect(() => vjp(exp(x), [x], full([3], 1))).toThrow(GradientError);
  expect(() => gradients(exp(x), [x], "here")).toThrow(
    "here: the function returned shape [2], expected a scalar",
  );
});
