import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  GradientError,
  hessianDiagonal,
  hvp,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { runnerOf } from "../../src/run/backends.ts";
import { expectClose, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const matrix = wave([6, 6]);
/** x' A x, whose Hessian is A + A'. */
const quadratic = (x: Tensor) =>
  x
    .reshape([1, 6])
    .matmul(matrix)
    .matmul(x.reshape([6, 1]))
    .sum();
const diagonal = async () => (await values(matrix)).filter((_, i) => i % 7 === 0).map((a) => 2 * a);

describe("exact", () => {
  test("of a full Hessian, in the shape of x", async () => {
    const result = await hessianDiagonal((x) => quadratic(x.reshape([6])))(wave([2, 3], 1));
    expect(result.shape).toEqual([2, 3]);
    expectClose(await values(result), await diagonal());
  });

  test("equals the Hessian-vector products by each basis vector", async () => {
    const f = (x: Tensor) => x.softmax(1).square().sum();
    const x = wave([2, 3]);
    const expected: number[] = [];
    for (let i = 0; i < 6; i++) {
      const basis = tensor(
        Float64Array.from({ length: 6 }, (_, j) => Number(i === j)),
        [2, 3],
      );
      expected.push((await values(hvp(f)(x, basis)))[i]);
    }
    expect(await values(await hessianDiagonal(f)(x))).toEqual(expected);
  });

  test("is 0 where f is linear, and at a scalar f''", async () => {
    expect(await values(await hessianDiagonal((x) => x.mul(3).sum())(wave([3])))).toEqual([0, 0, 0]);
    expect(await values(await hessianDiagonal((x) => x.pow(3))(tensor(2)))).toEqual([12]);
  });

  test("records once and plans once, whatever the number of elements; f sees the data of x", async () => {
    const f = vi.fn((x: Tensor) => x.pow(4).sum());
    const runner = await runnerOf("reference");
    const [before, runs] = [runner.size, vi.spyOn(runner, "run")];
    await hessianDiagonal(f)(wave([9]));
    expect(f).toHaveBeenCalledTimes(1);
    expect(runs).toHaveBeenCalledTimes(9);
    expect(runner.size - before).toBeLessThanOrEqual(1);
    runs.mockRestore();
  });
});

describe("estimated from random signs", () => {
  test("exact after one probe where the Hessian is diagonal, whatever the seed", async () => {
    const f = (x: Tensor) => x.sigmoid().log().sum();
    const x = wave([10]);
    const exact = await values(await hessianDiagonal(f)(x));
    for (const seed of [0, 1, 2])
      expectClose(await values(await hessianDiagonal(f, { probes: 1, seed })(x)), exact);
  });

  test("nears the diagonal as probes grow, and repeats by its seed", async () => {
    const error = async (probes: number) => {
      const estimate = await values(await hessianDiagonal(quadratic, { probes, seed: 5 })(wave([6])));
      const exact = await diagonal();
      return Math.hypot(...estimate.map((a, i) => a - exact[i]));
    };
    // The error falls with the root of the number: by 10 from 10 to 1000, here within a factor of 2.
    const [few, many] = [await error(10), await error(1000)];
    expect(many).toBeLessThan(few / 5);
    expect(many).toBeGreaterThan(0);
    expect(await error(10)).toBe(few);
  });
});

test("refusals", async () => {
  for (const probes of [0, -1, 1.5, Number.NaN]) {
    expect(() => hessianDiagonal((x) => x.sum(), { probes })).toThrow(OptionError);
  }
  expect(() => hessianDiagonal((x) => x.sum(), { probes: 0 })).toThrow(
    "probes is 0, expected a positive integer",
  );
  await expect(hessianDiagonal((x) => x.sum(), { probes: 1, seed: -1 })(wave([2]))).rejects.toThrow(
    OptionError,
  );
  await expect(hessianDiagonal((x) => x)(wave([2]))).rejects.toThrow(GradientError);
  await expect(hessianDiagonal((x) => x)(3 as unknown as Tensor)).rejects.toThrow(
    "x is number, expected a tensor",
  );
});
