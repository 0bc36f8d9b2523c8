import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { AxisError, grad, ShapeError, setBackend, Tensor, tensor } from "../../src/index.ts";
import { scatterAdd } from "../../src/ops/order.ts";
import { curvatures, slopes, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("sort and argsort", () => {
  test("equal elements keep their order, in both directions; NaN goes last", async () => {
    const x = tensor([2, 1, Number.NaN, 2, 1]);
    expect(await values(x.argsort())).toEqual([1, 4, 0, 3, 2]);
    expect(await values(x.argsort(0, true))).toEqual([0, 3, 1, 4, 2]);
    expect(await values(x.sort())).toEqual([1, 1, 2, 2, Number.NaN]);
    expect(await values(x.sort(-1, true))).toEqual([2, 2, 1, 1, Number.NaN]);
  });

  test("along any axis, as JavaScript sorts each line", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 24, maxLength: 24 }),
        async (data) => {
          const sorted = await values(tensor(data, [2, 3, 4]).sort(1));
          for (const [i, k] of [
            [0, 0],
            [0, 3],
            [1, 1],
            [1, 2],
          ]) {
            const line = (from: number[]) => [0, 1, 2].map((j) => from[(i * 3 + j) * 4 + k]);
            expect(line(sorted)).toEqual(line(data).sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 20, seed: 5 },
    );
  });

  test("the gradient goes back to where each element came from", async () => {
    expect(await slopes((x) => x.sort().mul(tensor([1, 2, 3])), tensor([5, 3, 4]))).toEqual([3, 1, 2]);
  });

  test("infinities sort, and an axis must be there", async () => {
    expect(await values(tensor([Infinity, 0, -Infinity]).sort())).toEqual([-Infinity, 0, Infinity]);
    expect(() => tensor([1]).sort(1)).toThrow(AxisError);
  });
});

describe("cumsum", () => {
  test("runs along its axis", async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await values(x.cumsum())).toEqual([1, 3, 6, 4, 9, 15]);
    expect(await values(x.cumsum(0))).toEqual([1, 2, 3, 5, 7, 9]);
    expect(await slopes((t) => t.cumsum(), x)).toEqual([3, 2, 1, 3, 2, 1]);
  });
});

describe("gather and scatterAdd", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const index = tensor([
    [2, 2, 0, 7],
    [-1, 0.5, 1, 1],
  ]);

  test("out of range is NaN, never a neighbour", async () => {
    expect(await values(x.gather(index, 1))).toEqual([3, 3, 1, Number.NaN, Number.NaN, Number.NaN, 5, 5]);
    expect(await values(x.gather(tensor([[Number.NaN, 0, 1]]).expand([2, 3]), 1).slice([[0], [1]]))).toEqual([
      1, 2, 4, 5,
    ]);
    expect(await values(x.gather(tensor([[1, 0, 1]]), 0))).toEqual([4, 2, 6]);
  });

  test("the gradient counts how often each element was picked, and an index out of range picks none", async () => {
    expect(await slopes((t) => t.gather(index, 1), x)).toEqual([1, 0, 2, 0, 2, 0]);
  });

  test("scatterAdd drops what is out of range, also in its derivatives", async () => {
    const scatter = (g: Tensor) => new Tensor(scatterAdd(g.node, tensor([1, 1, 5, -1, 0.5]).node, 0, 2));
    const g = tensor([1, 2, 4, 8, 16]);
    expect(await values(scatter(g))).toEqual([0, 3]);
    expect(await slopes(scatter, g)).toEqual([1, 1, 0, 0, 0]);
    expect(await curvatures((t) => scatter(t).square(), g)).toEqual([4, 4, 0, 0, 0]);
  });

  test("scatterAdd is adjoint to gather", async () => {
    const [a, picks] = [
      wave([4, 3]),
      tensor([
        [0, 2, 1],
        [3, 3, 1],
      ]),
    ];
    const y = wave([2, 3], 2);
    const left = await a.gather(picks, 0).mul(y).sum().item();
    const back = grad((t) => t.gather(picks, 0).mul(y).sum())(a);
    expect(await a.mul(back).sum().item()).toBeCloseTo(left, 13);
  });

  test("refuses an index of another shape", () => {
    expect(() => x.gather(tensor([0]), 1)).toThrow(ShapeError);
    expect(() => x.gather(tensor([[0]]), 1)).toThrow(
      "gather: index is [1, 1], expected [2, 3] but for axis 1",
    );
    expect(() => x.gather(index, 2)).toThrow(AxisError);
  });
});
