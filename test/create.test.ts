import { beforeAll, describe, expect, test } from "vitest";
import { arange, full, OptionError, ones, random, ShapeError, setBackend, zeros } from "../src/index.ts";
import { values } from "./support/values.ts";

beforeAll(() => setBackend("reference"));

test("zeros, ones, full", async () => {
  expect(await values(zeros([2]))).toEqual([0, 0]);
  expect(await values(ones([1, 2]))).toEqual([1, 1]);
  expect(await values(full([], 2.5))).toEqual([2.5]);
  expect(() => zeros([0])).toThrow(ShapeError);
  expect(() => full([2, 1.5], 1)).toThrow("full: shape is [2, 1.5], expected positive integers");
});

test("the shape given is copied", () => {
  const shape = [2];
  const x = full(shape, 1);
  shape[0] = 3;
  expect(x.shape).toEqual([2]);
});

test("arange", async () => {
  expect(await values(arange(3))).toEqual([0, 1, 2]);
  expect(await values(arange(2, 5))).toEqual([2, 3, 4]);
  expect(await values(arange(1, 0, -0.25))).toEqual([1, 0.75, 0.5, 0.25]);
  for (const [start, stop, step] of [
    [0, 0, 1],
    [0, 3, -1],
    [0, 3, 0],
    [0, Number.NaN, 1],
    [0, Infinity, 1],
  ]) {
    expect(() => arange(start, stop, step)).toThrow(OptionError);
  }
});

describe("random", () => {
  test("the same seed, the same numbers; another seed or distribution, others", async () => {
    const draw = async (...options: Parameters<typeof random>) => (await values(random(...options))).join();
    const first = await draw([4, 5], { seed: 3 });
    expect(await draw([20], { seed: 3 })).toBe(first);
    expect(await draw([20], { seed: 4 })).not.toBe(first);
    expect(await draw([20], { seed: 3, distribution: "normal" })).not.toBe(first);
    expect(await draw([20])).toBe(await draw([20], { seed: 0, distribution: "uniform" }));
  });

  test("uniform in [0, 1) about 1/2, normal about 0 with deviation 1", async () => {
    const uniform = await values(random([100, 100], { seed: 1 }));
    expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true);
    // 1e4 draws: standard errors 0.003 and 0.01.
    expect(await random([10_000], { seed: 1 }).mean().item()).toBeCloseTo(0.5, 1);
    const normal = random([10_000], { seed: 1, distribution: "normal" });
    expect(Math.abs(await normal.mean().item())).toBeLessThan(0.05);
    expect(Math.abs((await normal.variance().item()) - 1)).toBeLessThan(0.06);
  });

  test("refusals", () => {
    expect(() => random([0])).toThrow("random: shape is [0], expected positive integers");
    expect(() => random([1], { seed: -1 })).toThrow(OptionError);
    expect(() => random([1], { seed: 0.5 })).toThrow(OptionError);
    expect(() => random([1], { distribution: "cauchy" as "normal" })).toThrow(
      'random: distribution is "cauchy", expected "uniform" or "normal"',
    );
  });
});
