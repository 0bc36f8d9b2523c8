/** What holds for every optimiser, and what float32 could spoil. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  evaluate,
  GradientError,
  OptionError,
  planReport,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import {
  adam,
  adamW,
  clipByGlobalNorm,
  clipByValue,
  globalNorm,
  type Optimizer,
  rmsProp,
  sgd,
} from "../../src/optim/index.ts";

const MADE: readonly (readonly [string, () => Optimizer, readonly string[]])[] = [
  ["sgd", () => sgd(), []],
  ["sgd with momentum", () => sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1 }), ["sgd.velocity"]],
  ["sgd with dampening", () => sgd({ momentum: 0.9, dampening: 0.1 }), ["sgd.velocity"]],
  ["adam", () => adam(), ["adam.mean", "adam.variance"]],
  [
    "adam with amsgrad",
    () => adam({ amsgrad: true, weightDecay: 0.1 }),
    ["adam.mean", "adam.variance", "adam.largestVariance"],
  ],
  ["adamW", () => adamW(), ["adamW.mean", "adamW.variance"]],
  ["rmsProp", () => rmsProp(), ["rmsProp.variance"]],
  [
    "rmsProp with all",
    () => rmsProp({ centered: true, momentum: 0.9, weightDecay: 0.1 }),
    ["rmsProp.variance", "rmsProp.mean", "rmsProp.velocity"],
  ],
];

const record = (value: number, sizes: readonly number[]): Record<string, Tensor> =>
  Object.fromEntries(sizes.map((size, i) => [`p${i}`, tensor(new Float32Array(size).fill(value))]));

async function passesOf(optimizer: Optimizer, parameters: number): Promise<number> {
  const sizes = Array.from({ length: parameters }, (_, i) => 100 + i);
  const [weights, slopes] = [record(1, sizes), record(0.5, sizes)];
  const state = optimizer.init(weights);
  await evaluate(...Object.values(state));
  const next = optimizer.update(slopes, state, weights, { learningRate: tensor(0.1) });
  const report = await planReport(...Object.values(next.parameters), ...Object.values(next.state));
  return report.kernels;
}

describe.each(MADE)("%s", (_, make, slots) => {
  beforeAll(() => setBackend("wasm"));
  afterAll(() => setBackend("auto"));

  test("has a flat state of the same names after a step, and counts steps", async () => {
    const optimizer = make();
    const weights = { "a.weight": tensor([[1, 2]]), "a.bias": tensor([3]) };
    const slopes = { "a.weight": tensor([[1, -2]]), "a.bias": tensor([0.5]) };
    const state = optimizer.init(weights);
    const names = ["step", ...Object.keys(weights).flatMap((name) => slots.map((slot) => `${slot}/${name}`))];
    expect(Object.keys(state).sort()).toEqual(names.sort());
    const next = optimizer.update(slopes, state, weights);
    expect(Object.keys(next.state).sort()).toEqual(names);
    for (const name of names) expect(next.state[name].shape).toEqual(state[name].shape);
    for (const name of names) expect(Math.max(...(await state[name].data()))).toBe(0);
    expect(await next.state.step.item()).toBe(1);
    expect(next.parameters["a.weight"].shape).toEqual([1, 2]);
    const [x, y] = await next.parameters["a.weight"].data();
    expect(x).toBeLessThan(1);
    expect(y).toBeGreaterThan(2);
  });

  test("is one pass a parameter, and at most two for the scalars of all of them", async () => {
    const [one, five] = [await passesOf(make(), 1), await passesOf(make(), 5)];
    expect(five - one).toBe(4);
    expect(one).toBeLessThanOrEqual(3);
  });

  test("takes the learning rate as a number, as a tensor, or as the option: all the same", async () => {
    const optimizer = make();
    const [weights, slopes] = [record(1, [3]), record(0.5, [3])];
    const state = optimizer.init(weights);
    const step = async (options?: Parameters<Optimizer["update"]>[3]) =>
      (await optimizer.update(slopes, state, weights, options).parameters.p0.data())[0];
    expect(await step({ learningRate: 0.25 })).toBe(await step({ learningRate: tensor(0.25) }));
    expect(await step({ learningRate: 0.25 })).toBe(await step({ learningRate: tensor([0.25]) }));
    expect(await step({ learningRate: 0 })).toBe(1);
    const usual = optimizer.name.startsWith("adam") ? 0.001 : 0.01;
    expect(await step()).toBe(await step({ learningRate: usual }));
  });

  test("refuses gradients and states that do not fit", () => {
    const optimizer = make();
    const weights = record(1, [3, 2]);
    const slopes = record(1, [3, 2]);
    const state = optimizer.init(weights);
    const { p0, p1 } = slopes;
    expect(() => optimizer.update({ p0 }, state, weights)).toThrow(/gradient of p1 is missing/);
    expect(() => optimizer.update({ p0, p1: p0 }, state, weights)).toThrow(GradientError);
    expect(() => optimizer.update({ p0, p1, p2: p1 }, state, weights)).toThrow(GradientError);
    expect(() => optimizer.update(slopes, {}, weights)).toThrow(OptionError);
    expect(() => optimizer.update(slopes, { ...state, step: p0 }, weights)).toThrow(ShapeError);
    expect(() => optimizer.update(slopes, state, weights, { learningRate: -1 })).toThrow(OptionError);
    expect(() => optimizer.update(slopes, state, weights, { learningRate: p0 })).toThrow(ShapeError);
    expect(() => optimizer.update(slopes, state, weights, { rate: 1 } as never)).toThrow(OptionError);
    for (const slot of slots) {
      expect(() => optimizer.update(slopes, { ...state, [`${slot}/p1`]: p0 }, weights)).toThrow(ShapeError);
    }
  });
});

describe("float32", () => {
  const steps = [1, 2, 3, 10, 1000, 100_000, 2 ** 23];
  const betas = [0, 0.5, 0.9, 0.999, 0.99999];

  /** The first of p with a mean and a variance of 1: nothing but the corrections. */
  async function stepSizes(): Promise<number[]> {
    const found: number[] = [];
    for (const beta of betas) {
      for (const step of steps) {
        const one = { p: tensor([1]) };
        const state = { step: tensor(step - 1), "adam.mean/p": tensor([1]), "adam.variance/p": tensor([1]) };
        const optimizer = adam({ learningRate: 1, beta1: beta, beta2: beta });
        found.push(await optimizer.update(one, state, { p: tensor([0]) }).parameters.p.item());
      }
    }
    return found;
  }

  test("keeps the corrections of Adam right to its last places, at every step and beta", async () => {
    await setBackend("wasm");
    const single = await stepSizes();
    await setBackend("auto");
    const exact = betas.flatMap((beta) =>
      // 1 - beta^t in float64 by the same identity; 1 - pow would lose digits even there.
      steps.map((t) => (beta === 0 ? -1 : -1 / Math.sqrt(-Math.expm1(t * Math.log(beta))))),
    );
    exact.forEach((value, i) => {
      expect(Math.abs(single[i] / value - 1), `case ${i}`).toBeLessThan(5e-7);
    });
  });

  test("does not let centered RMSprop take the root of less than 0", async () => {
    await setBackend("wasm");
    // A constant gradient: the deviation is 0 but for rounding, of either sign.
    const optimizer = rmsProp({ smoothing: 0.5, centered: true, epsilon: 1 });
    let weights = { p: tensor(Float32Array.from({ length: 999 }, () => 0)) } as Record<string, Tensor>;
    const slopes = { p: tensor(Float32Array.from({ length: 999 }, (_, i) => Math.sqrt(i + 1))) };
    let state = optimizer.init(weights);
    for (let step = 0; step < 40; step++) {
      ({ parameters: weights, state } = optimizer.update(slopes, state, weights));
      await evaluate(...Object.values(weights), ...Object.values(state));
    }
    expect((await weights.p.data()).every(Number.isFinite)).toBe(true);
    await setBackend("auto");
  });
});

describe("clipping", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("auto"));
  const gradients = { a: tensor([[3, 0]]), b: tensor([-4]) };

  test("by global norm scales all alike, and only what is too long", async () => {
    expect(await globalNorm(gradients).item()).toBe(5);
    const { a, b } = clipByGlobalNorm(2)(gradients);
    expect((await a.data())[0]).toBeCloseTo(3 * (2 / (5 + 1e-6)), 12);
    expect(await b.item()).toBeCloseTo(-4 * (2 / (5 + 1e-6)), 12);
    expect(a.shape).toEqual([1, 2]);
    expect(await clipByGlobalNorm(6)(gradients).b.item()).toBe(-4);
    expect(await clipByGlobalNorm(1)({ a: tensor([0]) }).a.item()).toBe(0);
  });

  test("by value bounds every element", async () => {
    const { a, b } = clipByValue(2.5)(gradients);
    expect([...(await a.data()), await b.item()]).toEqual([2.5, 0, -2.5]);
  });

  test("refuses bounds that are none", () => {
    for (const bound of [0, -1, Number.NaN, Infinity, "1" as never]) {
      expect(() => clipByGlobalNorm(bound)).toThrow(OptionError);
      expect(() => clipByValue(bound)).toThrow(OptionError);
    }
    expect(() => globalNorm({})).toThrow(GradientError);
  });
});

test.each([
  ["learningRate 0", () => sgd({ learningRate: 0 })],
  ["learningRate -1", () => adam({ learningRate: -1 })],
  ["learningRate NaN", () => adamW({ learningRate: Number.NaN })],
  ["learningRate Infinity", () => rmsProp({ learningRate: Infinity })],
  ["learningRate as text", () => adam({ learningRate: "0.1" as never })],
  ["beta1 1", () => adam({ beta1: 1 })],
  ["beta2 -0.1", () => adamW({ beta2: -0.1 })],
  ["epsilon 0", () => adam({ epsilon: 0 })],
  ["amsgrad 1", () => adam({ amsgrad: 1 as never })],
  ["momentum 1", () => sgd({ momentum: 1 })],
  ["dampening 2", () => sgd({ momentum: 0.9, dampening: 2 })],
  ["dampening without momentum", () => sgd({ dampening: 0.5 })],
  ["Nesterov without momentum", () => sgd({ nesterov: true })],
  ["Nesterov with dampening", () => sgd({ momentum: 0.9, nesterov: true, dampening: 0.5 })],
  ["weightDecay -1", () => sgd({ weightDecay: -1 })],
  ["decays without weightDecay", () => adam({ decays: () => true })],
  ["decays that is no function", () => adamW({ decays: ["weight"] as never })],
  ["smoothing 1", () => rmsProp({ smoothing: 1 })],
  ["momentum -1", () => rmsProp({ momentum: -1 })],
  ["epsilon -1", () => rmsProp({ epsilon: -1 })],
  ["an option of another optimiser", () => adam({ momentum: 0.9 } as never)],
])("%s is refused", (_, make) => {
  expect(make).toThrow(OptionError);
});
