import { beforeAll, describe, expect, test } from "vitest";
import { AxisError, grad, setBackend, tensor } from "../../src/index.ts";
import { expectClose, slopes, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const x = tensor([
  [1, 5, 5],
  [7, 2, 7],
]);

test("ties of max and min split the gradient evenly, along each axis on its own", async () => {
  expect(await slopes((t) => t.max(1), x)).toEqual([0, 0.5, 0.5, 0.5, 0, 0.5]);
  expect(await slopes((t) => t.max(), x)).toEqual([0, 0, 0, 0.5, 0, 0.5]);
  expect(await slopes((t) => t.min([0, 1]), tensor([[3, 3, 3, 4]]))).toEqual([1 / 3, 1 / 3, 1 / 3, 0]);
});

test("axes: all by default, negative from the end, kept on request, and ones of length 1 for nothing", async () => {
  expect(await values(x.sum())).toEqual([27]);
  expect(await values(x.sum(-1))).toEqual([11, 16]);
  expect(x.sum(0, true).shape).toEqual([1, 3]);
  expect(x.sum([0, 1], true).shape).toEqual([1, 1]);
  expect(x.sum([]).shape).toEqual([2, 3]);
  expect(x.reshape([1, 2, 1, 3]).max([0, 2]).shape).toEqual([2, 3]);
  expect(await values(x.mean(0))).toEqual([4, 3.5, 6]);
  expectClose(await values(x.variance(1)), [32 / 9, 50 / 9]);
});

test("an axis that is not there, or named twice, is refused", () => {
  expect(() => x.sum(2)).toThrow(AxisError);
  expect(() => x.sum(2)).toThrow("sum: axis is 2, expected an integer in -2 .. 1");
  expect(() => x.max([0, -2])).toThrow("max: axes are [0, -2], expected each axis once");
  expect(() => x.mean(0.5)).toThrow(AxisError);
});

describe("folds of what is not finite", () => {
  test("max of infinities, and of NaN", async () => {
    expect(await values(tensor([-Infinity, -Infinity]).max())).toEqual([-Infinity]);
    expect(await slopes((t) => t.max(), tensor([-Infinity, -Infinity]))).toEqual([0.5, 0.5]);
    expect(await values(tensor([1, Number.NaN]).max())).toEqual([Number.NaN]);
  });
});

test("a mean of 2^20 equal numbers is that number", async () => {
  const data = new Float64Array(2 ** 20).fill(0.1);
  expect(await tensor(data).mean().item()).toBeCloseTo(0.1, 14);
});

test("gradient of a sum over some axes goes back to all that were summed", async () => {
  const weight = wave([2, 1, 3]);
  const g = grad((t) => t.sum(1, true).mul(weight).sum())(wave([2, 4, 3]));
  expect(await values(g)).toEqual(await values(weight.expand([2, 4, 3])));
});
