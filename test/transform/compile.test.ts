import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  compile,
  DTypeError,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../src/index.ts";
import { runnerOf } from "../../src/run/backends.ts";
import { values } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

test("traces once for each combination of shapes, and replays with other data", async () => {
  const f = vi.fn((x: Tensor, y: Tensor) => x.mul(y).sum());
  const g = compile(f);
  expect(await (await g(tensor([1, 2]), tensor([3, 4]))).item()).toBe(11);
  expect(await (await g(tensor([5, 6]), tensor([7, 8]))).item()).toBe(83);
  expect(f).toHaveBeenCalledTimes(1);
  expect(await (await g(tensor([[1, 2]]), tensor([3, 4]))).item()).toBe(11);
  expect(f).toHaveBeenCalledTimes(2);
  await g(tensor([0, 0]), tensor([0, 0]));
  expect(f).toHaveBeenCalledTimes(2);
  expect(await (await g(tensor([1, 2, 3]), tensor([1]))).item()).toBe(6);
  expect(await (await g(tensor([1]), tensor([1, 2, 3]))).item()).toBe(6);
  expect(f).toHaveBeenCalledTimes(4);
});

test("results have run, and have shapes", async () => {
  const result = await compile((x: Tensor) => x.reshape([1, 2]).exp())(tensor([0, 1]));
  const runs = vi.spyOn(await runnerOf("reference"), "run");
  expect(result.shape).toEqual([1, 2]);
  expect(await values(result)).toEqual([1, Math.E]);
  expect(runs).not.toHaveBeenCalled();
  runs.mockRestore();
});

test("objects and arrays of tensors, as deep as they come", async () => {
  const g = compile((x: Tensor) => ({ list: [x, x.mul(2)] as const, inner: { total: x.sum() }, same: x }));
  const result = await g(tensor([1, 2]));
  expect(Object.keys(result)).toEqual(["list", "inner", "same"]);
  expect(await values(result.list[1])).toEqual([2, 4]);
  expect(await result.inner.total.item()).toBe(3);
  expect(await values(result.same)).toEqual([1, 2]);
});

test("valueAndGrad is compiled whole", async () => {
  const step = compile(valueAndGrad((x) => x.square().mean()));
  for (const data of [
    [3, 4],
    [1, 1],
  ]) {
    const { value, grad } = await step(tensor(data));
    expect(await value.item()).toBe((data[0] ** 2 + data[1] ** 2) / 2);
    expect(await values(grad)).toEqual(data);
  }
});

describe("what the function captured", () => {
  test("is a constant of the trace, run or not", async () => {
    const [data, lazy] = [tensor([10, 20]), tensor([1, 2]).mul(3)];
    const g = compile((x: Tensor) => x.add(data).add(lazy));
    expect(await values(await g(tensor([0, 0])))).toEqual([13, 26]);
    expect(await values(await g(tensor([1, 1])))).toEqual([14, 27]);
  });

  test("may run between two calls, even when the plan has to be made again", async () => {
    const lazy = tensor([1, 2]).mul(3);
    const g = compile((x: Tensor) => x.add(lazy));
    expect(await values(await g(tensor([0, 0])))).toEqual([3, 6]);
    await lazy.data();
    // Enough other structures to push the plan out.
    for (let i = 0; i < 140; i++)
      await tensor([1])
        .add(i + 2)
        .exp()
        .data();
    expect(await values(await g(tensor([1, 1])))).toEqual([4, 7]);
  });
});

test("arguments may be results that have not run", async () => {
  const g = compile((x: Tensor) => x.mul(2));
  expect(await values(await g(tensor([1]).add(1)))).toEqual([4]);
});

test("an argument in two places, and one that is not used", async () => {
  const g = compile((x: Tensor, y: Tensor, _z: Tensor) => x.sub(y));
  const x = tensor([5]);
  expect(await values(await g(x, x, x))).toEqual([0]);
  expect(await values(await g(x, tensor([1]), x))).toEqual([4]);
});

test("errors of the function come out of the call; what is no tensor is refused", async () => {
  await expect(compile((x: Tensor) => x.reshape([7]))(tensor([1, 2]))).rejects.toThrow(ShapeError);
  await expect(compile((x: Tensor) => x)(3 as unknown as Tensor)).rejects.toThrow(DTypeError);
  const half = compile((x: Tensor) => ({ x, scale: 2 as unknown as Tensor }));
  await expect(half(tensor([1]))).rejects.toThrow(
    "compile: a part of the result is number, expected a tensor",
  );
});

test("a call without arguments and one with a scalar are traced apart", async () => {
  const count = compile((...xs: Tensor[]) => tensor(xs.length));
  expect(await (await count()).item()).toBe(0);
  expect(await (await count(tensor(5))).item()).toBe(1);
});
