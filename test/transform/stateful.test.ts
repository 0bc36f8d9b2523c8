import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  BackendError,
  OptionError,
  ones,
  ShapeError,
  setBackend,
  stateful,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../src/index.ts";
import { runnerOf } from "../../src/run/backends.ts";
import { describeModes } from "../support/backends.ts";
import { values } from "../support/values.ts";

/** Gradient descent on the distance to a point. */
function descent() {
  const loss = valueAndGrad((w: Tensor, to: Tensor) => w.sub(to).square().sum());
  return vi.fn(({ w, steps }: Readonly<Record<string, Tensor>>, [to]: readonly Tensor[]) => {
    const { value, grad } = loss(w, to);
    return { state: { w: w.sub(grad.mul(0.25)), steps: steps.add(1) }, value };
  });
}

const start = () => ({ w: tensor([4, 0, -2]), steps: tensor(0) });

await describeModes("stateful", (mode) => {
  beforeAll(() => setBackend(mode));

  test("goes on from its own state, recorded once", async () => {
    const step = descent();
    const training = stateful(start(), step);
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) losses.push(await (await training.run([tensor([0, 0, 0])])).item());
    expect(losses).toEqual([20, 5, 1.25]);
    const { w, steps } = await training.read();
    expect(await values(w)).toEqual([0.5, 0, -0.25]);
    expect(await steps.item()).toBe(3);
    expect(step).toHaveBeenCalledTimes(1);
    training.release();
  });

  test("values may change places", async () => {
    const swap = stateful({ a: tensor([1, 2]), b: tensor([3, 4]) }, ({ a, b }) => ({
      state: { a: b, b: a },
      value: a.add(0),
    }));
    expect(await values(await swap.run([]))).toEqual([1, 2]);
    const { a, b } = await swap.read();
    expect(await values(a)).toEqual([3, 4]);
    expect(await values(b)).toEqual([1, 2]);
  });

  test("noise is new at every run, and the same for the same seed", async () => {
    const draw = stateful({ sum: tensor(0) }, ({ sum }, _inputs, noise) => {
      const x = noise.uniform([2, 500]);
      return { state: { sum: sum.add(x.sum()) }, value: x };
    });
    const [first, other, again] = [
      await values(await draw.run([], { seed: 1 })),
      await values(await draw.run([], { seed: 2 })),
      await values(await draw.run([], { seed: 1 })),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first)).toBeLessThan(1);
    const mean = first.reduce((sum, x) => sum + x, 0) / 1000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });
});

describe("stateful", () => {
  test("state moves along when another executor is chosen", async () => {
    await setBackend("reference");
    const training = stateful(start(), descent());
    await training.run([tensor([0, 0, 0])]);
    await setBackend("wasm");
    expect(await (await training.run([tensor([0, 0, 0])])).item()).toBe(5);
    await setBackend("reference");
    expect(await values((await training.read()).w)).toEqual([1, 0, -0.5]);
  });

  test("a state that outlives the memory it stood in", async () => {
    await setBackend("wasm", { threads: 1 });
    const training = stateful(start(), descent());
    await training.run([tensor([0, 0, 0])]);
    const runner = await runnerOf("wasm", { threads: 1 });
    await runner.release();
    expect(await (await training.run([tensor([0, 0, 0])])).item()).toBe(5);
  });

  test("another shape of inputs is recorded anew; runs started together queue up", async () => {
    await setBackend("wasm");
    const count = stateful({ n: tensor(0) }, ({ n }, [x]) => ({
      state: { n: n.add(x.sum()) },
      value: n.add(0),
    }));
    const seen = await Promise.all([
      count.run([tensor([1, 2])]),
      count.run([tensor(4)]),
      count.run([tensor([1, 1])]),
    ]);
    expect(await Promise.all(seen.map((x) => x.item()))).toEqual([0, 3, 7]);
    expect(await (await count.read()).n.item()).toBe(9);
  });

  test("a next state of other names or shapes is refused, and the old one stays", async () => {
    const grown = stateful({ w: tensor([1, 2]) }, ({ w }) => ({ state: { w: w.reshape([1, 2]) }, value: w }));
    await expect(grown.run([])).rejects.toThrow(ShapeError);
    const renamed = stateful({ w: tensor([1, 2]) }, ({ w }) => ({ state: { v: w }, value: w }));
    await expect(renamed.run([])).rejects.toThrow(/w.*not there/);
    expect(await values((await grown.read()).w)).toEqual([1, 2]);
  });

  test("a name that every object has is missed as others are", async () => {
    const lost = stateful({ w: tensor(1), constructor: tensor(2) }, ({ w }) => ({ state: { w }, value: w }));
    await expect(lost.run([])).rejects.toThrow(/constructor.*not there/);
  });

  test("a function that throws, or a seed that is none, is a rejected run; the next one goes on", async () => {
    const step = descent();
    step.mockImplementationOnce(() => {
      throw new RangeError("by the function");
    });
    const training = stateful(start(), step);
    await expect(training.run([tensor([0, 0, 0])])).rejects.toThrow("by the function");
    await expect(training.run([tensor([0, 0, 0])], { seed: -1 })).rejects.toThrow(OptionError);
    expect(await (await training.run([tensor([0, 0, 0])])).item()).toBe(20);
  });

  test("where memory ends, the whole state is as it was", async () => {
    await setBackend("wasm", { threads: 1 });
    await (await runnerOf("wasm", { threads: 1 })).release();
    const length = 2 ** 23;
    // The room of `large` is asked for last: no step reads it.
    const replaced = stateful({ count: tensor(0), large: zeros([length]) }, ({ count }, [x]) => ({
      state: { count: count.add(1), large: x },
      value: count.add(0),
    }));
    const grow = WebAssembly.Memory.prototype.grow;
    let large = 0;
    const grown = vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (
      this: WebAssembly.Memory,
      ...args: unknown[]
    ) {
      const pages = args[0] as number;
      if (pages > 300 && ++large > 1) throw new RangeError("no more");
      return grow.call(this, pages);
    });
    const run = replaced.run([ones([length])]);
    await expect(run).rejects.toThrow(BackendError);
    grown.mockRestore();
    const { count, large: kept } = await replaced.read();
    expect(await count.item()).toBe(0);
    expect((await values(kept))[0]).toBe(0);
    replaced.release();
  });

  test("after its release it says so", async () => {
    const training = stateful(start(), descent());
    const running = training.run([tensor([0, 0, 0])]);
    training.release();
    await running;
    await expect(training.read()).rejects.toThrow(/released/);
  });
});
