import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeAll, describe, expect, type MockInstance, test, vi } from "vitest";
import * as api from "../src/index.ts";
import {
  evaluate,
  GradientError,
  ShapeError,
  setBackend,
  Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.ts";
import { runnerOf } from "../src/run/backends.ts";
import type { Runner } from "../src/run/plan-cache.ts";
import { values } from "./support/values.ts";

let runner: Runner;
let runs: MockInstance;
beforeAll(async () => {
  await setBackend("reference");
  runner = await runnerOf("reference");
  runs = vi.spyOn(runner, "run");
});
afterEach(() => {
  runs.mockClear();
});

describe("data", () => {
  test("are copied in and out", async () => {
    const mine = Float64Array.of(1, 2);
    const x = tensor(mine);
    const double = x.mul(2);
    mine[0] = 50;
    expect(await values(double)).toEqual([2, 4]);
    const first = await x.data();
    first[0] = 99;
    expect(await values(x)).toEqual([1, 2]);
    const view = await double.ndarray();
    view.set(0, 99);
    expect(await values(double)).toEqual([2, 4]);
    expect(await values(x.mul(3))).toEqual([3, 6]);
  });

  test("keep float32 and float64; the reference executor computes in float64", async () => {
    expect(await tensor(Float32Array.of(0.1)).data()).toEqual(Float32Array.of(0.1));
    expect(await tensor([0.1]).data()).toEqual(Float64Array.of(0.1));
    expect(await tensor([0.1]).add(0.2).data()).toEqual(Float64Array.of(0.1 + 0.2));
  });

  test("item takes one element only", async () => {
    expect(await tensor([[5]]).item()).toBe(5);
    await expect(tensor([1, 2]).item()).rejects.toThrow(ShapeError);
    await expect(tensor([1, 2]).item()).rejects.toThrow("item: the tensor is [2], expected one element");
  });

  test("ndarray has the tensor's shape", async () => {
    const view = await tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
      .permute([1, 0])
      .ndarray();
    expect(view.shape).toEqual([3, 2]);
    expect(view.get(2, 0)).toBe(3);
  });

  test("shape, rank and size", () => {
    const x = tensor([[1, 2, 3]]);
    expect([x.shape, x.rank, x.size]).toEqual([[1, 3], 2, 3]);
    expect([tensor(1).shape, tensor(1).rank, tensor(1).size]).toEqual([[], 0, 1]);
  });
});

describe("running", () => {
  test("nothing runs before it is awaited, and nothing twice", async () => {
    const x = tensor([1, 2, 3]);
    const [total, peak] = [x.exp().sum(), x.exp().max()];
    expect(runs).not.toHaveBeenCalled();
    await evaluate(total, peak, x);
    expect(runs).toHaveBeenCalledTimes(1);
    expect(await total.item()).toBeCloseTo(Math.E + Math.E ** 2 + Math.E ** 3, 12);
    await total.data();
    await peak.ndarray();
    await evaluate(total, peak);
    expect(runs).toHaveBeenCalledTimes(1);
  });

  test("what follows a result that has run starts from it", async () => {
    const middle = tensor([1, 2]).exp();
    await middle.data();
    await middle.mul(2).sum().item();
    expect(runner.lastReport?.stages.join()).not.toContain("exp");
  });

  test("data given are there without running", async () => {
    await tensor([1]).data();
    expect(runs).not.toHaveBeenCalled();
  });
});

describe("backward", () => {
  const leaf = (data: number[]) => tensor(data, undefined, { requiresGrad: true });

  test("leaves gradients on the tensors that ask for them, and adds up", async () => {
    const [x, y] = [leaf([1, 2]), tensor([3, 4])];
    x.mul(y).sum().backward();
    expect(await values(x.grad as Tensor)).toEqual([3, 4]);
    expect(y.grad).toBeNull();
    x.square().sum().backward();
    expect(await values(x.grad as Tensor)).toEqual([5, 8]);
    x.zeroGrad();
    expect(x.grad).toBeNull();
    x.sum().backward();
    expect(await values(x.grad as Tensor)).toEqual([1, 1]);
  });

  test("several leaves, one used twice, through a result that has already run", async () => {
    const [x, y] = [leaf([2]), leaf([5])];
    const product = x.mul(y).mul(x);
    expect(await product.item()).toBe(20);
    product.sum().backward();
    expect(await (x.grad as Tensor).item()).toBe(20);
    expect(await (y.grad as Tensor).item()).toBe(4);
  });

  test("agrees with grad", async () => {
    const x = leaf([0.3, -1.2]);
    const f = (t: Tensor) => t.sigmoid().log().sum();
    f(x).backward();
    expect(await values(x.grad as Tensor)).toEqual(await values(api.grad(f)(x)));
  });

  test("nothing flows through stopGradient, and a grad is a result, not a step of the tape", async () => {
    const x = leaf([3]);
    x.mul(api.stopGradient(x)).sum().backward();
    expect(await (x.grad as Tensor).item()).toBe(3);
    const y = leaf([3]);
    y.pow(3).sum().backward();
    expect(() => (y.grad as Tensor).sum().backward()).toThrow(GradientError);
  });

  test("refuses what is no scalar, and what no leaf is upstream of", () => {
    expect(() => leaf([1, 2]).mul(2).backward()).toThrow(
      "backward: the function returned shape [2], expected a scalar",
    );
    expect(() => tensor([1]).sum().backward()).toThrow("backward: nothing upstream requires a gradient");
  });
});

describe("methods and free functions", () => {
  const running = ["constructor", "toString", "data", "item", "ndarray", "backward", "zeroGrad"];
  const methods = Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype))
    .filter(([name, { value }]) => typeof value === "function" && !running.includes(name))
    .map(([name]) => name);

  test.each(methods)("%s is both, and the same", async (name) => {
    const free = (api as unknown as Record<string, (...args: unknown[]) => Tensor>)[name];
    expect(free).toBeTypeOf("function");
    const image = tensor(
      Float64Array.from({ length: 16 }, (_, i) => (i * i + 1) / 97),
      [1, 1, 4, 4],
    );
    const kernel = tensor([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ]);
    const rest: Record<string, unknown[]> = {
      clamp: [0.2, 0.5],
      where: [2, 3],
      gather: [tensor([[[[0, 3, 1, 1]]]]), 2],
      reshape: [[2, 8]],
      permute: [[3, 1, 0, 2]],
      expand: [[3, 1, 4, 4]],
      slice: [[[0], [0], [1, 3]]],
      pad: [
        [
          [0, 0],
          [0, 1],
          [1, 0],
          [2, 2],
        ],
        5,
      ],
      flip: [[2, 3]],
      matmul: [image],
      conv2d: [kernel, { padding: 1 }],
      conv3d: [kernel.reshape([1, 1, 1, 2, 2])],
      convTranspose2d: [kernel, { stride: 2 }],
      convTranspose3d: [kernel.reshape([1, 1, 1, 2, 2])],
      maxPool: [2, { stride: 1 }],
      avgPool: [2],
      upsample: [2],
    };
    const binary = ["add", "sub", "mul", "div", "pow", "maximum", "minimum", "equal", "notEqual"];
    const more = ["greater", "greaterEqual", "less", "lessEqual"];
    const x = name.endsWith("3d") ? image.reshape([1, 1, 1, 4, 4]) : image;
    if (name === "concat") {
      expect(await values(free([x, x], 2))).toEqual(await values(x.concat(x, 2)));
      return;
    }
    const args = rest[name] ?? ([...binary, ...more].includes(name) ? [image.add(0.1)] : []);
    const method = (x as unknown as Record<string, (...args: unknown[]) => Tensor>)[name];
    const [left, right] = [method.apply(x, args), free(x, ...args)];
    expect(right.shape).toEqual(left.shape);
    expect(await values(right)).toEqual(await values(left));
  });
});

describe("memory", () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const heap = async () => {
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return process.memoryUsage().heapUsed;
  };
  const f = (x: Tensor, target: Tensor) => x.sigmoid().sub(target).square().mean();

  test("2000 gradients leave nothing behind", async () => {
    const target = tensor(new Float32Array(256), [256]);
    const call = async (i: number) => {
      const { value, grad } = valueAndGrad(f)(tensor(new Float32Array(256).fill(i / 2000)), target);
      await evaluate(value, grad);
    };
    for (let i = 0; i < 200; i++) await call(i);
    const [before, plans] = [await heap(), runner.size];
    for (let i = 0; i < 2000; i++) await call(i);
    runs.mockClear();
    // One call holds some 20 kB; 2000 that were kept would be 40 MB.
    expect((await heap()) - before).toBeLessThan(2e6);
    expect(runner.size).toBe(plans);
  });

  test("a loop that feeds results back holds one step, not its history", async () => {
    const target = tensor(new Float32Array(256), [256]);
    let x = tensor(new Float32Array(256).fill(1));
    const first = new WeakRef(x.node);
    const step = async () => {
      const { value, grad } = valueAndGrad(f)(x, target);
      x = x.sub(grad.mul(0.1));
      await evaluate(value, x);
    };
    for (let i = 0; i < 200; i++) await step();
    runs.mockClear();
    const [before, plans] = [await heap(), runner.size];
    for (let i = 0; i < 1000; i++) await step();
    runs.mockClear();
    expect((await heap()) - before).toBeLessThan(2e6);
    expect(first.deref()).toBeUndefined();
    expect(runner.size).toBe(plans);
    expect(x.node.inputs).toEqual([]);
  });
});

test("a chain of 20 000 operations is recorded, derived, planned and run without a deep stack", async () => {
  const x = tensor([0.5], undefined, { requiresGrad: true });
  let y: Tensor = x;
  for (let i = 0; i < 10_000; i++) y = y.mul(1.0001).add(1e-6 * (i % 7));
  y.sum().backward();
  await evaluate(y, x.grad as Tensor);
  expect(await (x.grad as Tensor).item()).toBeCloseTo(1.0001 ** 10_000, 9);
  expect(
    api.tape(
      (t) => {
        let z = t;
        for (let i = 0; i < 20_000; i++) z = z.neg();
        return z.sum();
      },
      [x],
    ).length,
  ).toBeGreaterThan(40_000);
});
