import { beforeAll, describe, expect, test } from "vitest";
import { grad, setBackend, tensor } from "../../src/index.ts";
import { slopes, values } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

test("comparisons give 1 and 0, and 0 for every comparison with NaN but notEqual", async () => {
  const [x, y] = [tensor([1, 2, 3, Number.NaN]), tensor([2, 2, 2, 2])];
  expect(await values(x.less(y))).toEqual([1, 0, 0, 0]);
  expect(await values(x.greater(y))).toEqual([0, 0, 1, 0]);
  expect(await values(x.equal(y))).toEqual([0, 1, 0, 0]);
  expect(await values(x.notEqual(y))).toEqual([1, 0, 1, 1]);
  expect(await values(x.lessEqual(y))).toEqual([1, 1, 0, 0]);
  expect(await values(x.greaterEqual(y))).toEqual([0, 1, 1, 0]);
});

describe("where", () => {
  const condition = tensor([1, 0]);

  test("the branch not taken gives nothing to the value or the gradient, though it is infinite or NaN", async () => {
    for (const bad of [Infinity, -Infinity, Number.NaN]) {
      const [gx, gy] = grad((x, y) => condition.where(x, y).mul(3).sum(), { argnums: [0, 1] })(
        tensor([1, bad]),
        tensor([bad, 2]),
      );
      expect(await values(gx)).toEqual([3, 0]);
      expect(await values(gy)).toEqual([0, 3]);
    }
  });

  test("a branch computed from a safe number keeps its gradient finite", async () => {
    const f = (x: ReturnType<typeof tensor>) => {
      const positive = x.greater(0);
      return positive.where(positive.where(x, 1).log(), 0);
    };
    expect(await slopes(f, tensor([0, 2]))).toEqual([0, 0.5]);
  });

  test("any number but 0 is true, and the condition has no gradient", async () => {
    expect(await values(tensor([-0.5, 0, -0, 7]).where(1, 2))).toEqual([1, 2, 2, 1]);
    expect(await slopes((c) => c.where(3, 4), tensor([1, 0]))).toEqual([0, 0]);
  });

  test("broadcasts all three", async () => {
    const result = tensor([[1], [0]]).where(tensor([1, 2]), 9);
    expect(result.shape).toEqual([2, 2]);
    expect(await values(result)).toEqual([1, 2, 9, 9]);
  });
});
