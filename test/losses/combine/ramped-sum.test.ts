import { beforeAll, describe, expect, it } from "vitest";
import {
  boundaryLoss,
  compile,
  diceLoss,
  focalLoss,
  gradcheck,
  OptionError,
  type Ramp,
  ramp,
  rampedSum,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
  weightedSum,
} from "../../../src/index.ts";
import { currentRunner } from "../../../src/run/backends.ts";
import { hardMask, logitsOf, softMask } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const [X, G] = [logitsOf([2, 1, 5, 6]), hardMask([2, 1, 5, 6])];
const handover = () =>
  rampedSum([
    [diceLoss, ramp.linear(1, 0.01)],
    [boundaryLoss, ramp.linear(0, 0.99), { spacing: 2 }],
  ]);

describe("ramp", () => {
  const course = async (r: Ramp, times: readonly number[]) => {
    const found: number[] = [];
    for (const t of times) {
      const value = r(tensor(t));
      found.push(typeof value === "number" ? value : await value.item());
    }
    return found;
  };

  it.each([
    ["linear", ramp.linear(1, 3), [1, 1.5, 2, 3]],
    ["linear within", ramp.linear(1, 3, { start: 0.25, end: 0.5 }), [1, 1, 3, 3]],
    ["smooth", ramp.smooth(0, 1), [0, 3 / 16 - 2 / 64, 0.5, 1]],
    ["exponential", ramp.exponential(16, 1), [16, 8, 4, 1]],
    ["step", ramp.step(2, 5, 0.5), [2, 2, 5, 5]],
    ["step at once", ramp.step(2, 5, 0), [5, 5, 5, 5]],
  ])("%s", async (_name, r, expected) => {
    const found = await course(r, [0, 0.25, 0.5, 1]);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 13);
    });
  });

  it("is exact at both ends, also in float32", async () => {
    await setBackend("wasm", { threads: 1 });
    try {
      expect(await course(ramp.linear(1, 0.01), [0, 1])).toEqual([1, Math.fround(0.01)]);
      expect(await course(ramp.smooth(0.3, 0.7), [0, 1])).toEqual([0.3, 0.7].map(Math.fround));
    } finally {
      await setBackend("reference");
    }
  });

  it("says in words what it is", () => {
    expect(ramp.linear(1, 0.01).name).toBe("linear(1, 0.01)");
    expect(ramp.smooth(0, 1, { end: 0.5 }).name).toBe("smooth(0, 1, 0, 0.5)");
    expect(ramp.step(0, 1, 0.5).name).toBe("step(0, 1, 0.5)");
  });

  it.each([
    ["a weight below 0", () => ramp.linear(-1, 1), "ramp.linear: from is -1, expected a number from 0"],
    ["no number", () => ramp.smooth(0, Number.NaN), "ramp.smooth: to is NaN"],
    ["a factor from 0", () => ramp.exponential(0, 1), "from is 0, expected a number above 0"],
    ["an end before the start", () => ramp.linear(0, 1, { start: 0.5, end: 0.5 }), "end is 0.5, expected a"],
    [
      "a start outside",
      () => ramp.linear(0, 1, { start: 2 }),
      "start is 2, expected a number from 0 up to 1",
    ],
    ["another option", () => ramp.linear(0, 1, { stop: 1 } as never), "option stop is not taken"],
    ["a step outside", () => ramp.step(0, 1, 1.5), "at is 1.5, expected a number from 0 to 1"],
  ])("refuses %s", (_name, make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });
});

describe("rampedSum", () => {
  it("is the weighted sum with the weights of the time", async () => {
    const loss = handover();
    for (const progress of [0, 0.5, 1]) {
      const now = weightedSum([
        [diceLoss, 1 - 0.99 * progress],
        [boundaryLoss, 0.99 * progress, { spacing: 2 }],
      ]);
      for (const reduction of ["mean", "sum"] as const)
        expect(await loss(X, G, { progress, reduction }).item()).toBeCloseTo(
          await now(X, G, { reduction }).item(),
          12,
        );
    }
  });

  it("takes progress as a number or as a tensor", async () => {
    const loss = handover();
    expect(await loss(X, G, { progress: tensor(0.3) }).item()).toBe(
      await loss(X, G, { progress: 0.3 }).item(),
    );
    expect(loss.options.progress.doc).toContain("0 to 1");
  });

  it("refuses to guess the progress", () => {
    const loss = handover();
    expect(() => loss(X, G)).toThrow(OptionError);
    expect(() => loss(X, G)).toThrow(
      "linear(1, 0.01) diceLoss + linear(0, 0.99) boundaryLoss: progress is missing, expected a number from 0 to 1, or a scalar tensor",
    );
    for (const progress of [-0.1, 1.1, Number.NaN, tensor([0.5]), "0.5"])
      expect(() => loss(X, G, { progress: progress as number }), String(progress)).toThrow(OptionError);
  });

  it("takes functions of one's own, with their names", async () => {
    const gaussian = (t: Tensor) => t.neg().add(1).square().mul(-5).exp();
    const loss = rampedSum([diceLoss, [focalLoss, gaussian], [focalLoss, (_t) => 2]]);
    expect(loss.name).toBe("diceLoss + gaussian focalLoss + w(t) focalLoss");
    const [dice, focal] = [await diceLoss(X, G).item(), await focalLoss(X, G).item()];
    const expected = dice + (Math.exp(-5 * 0.25) + 2) * focal;
    expect(await loss(X, G, { progress: 0.5 }).item()).toBeCloseTo(expected, 13);
  });

  it.each([
    ["a function written for numbers", (t: Tensor) => 1 - (t as unknown as number), "focalLoss is NaN"],
    ["a negative weight", () => -1, "the weight of focalLoss is -1, expected a number from 0"],
    ["a tensor of several", (t: Tensor) => t.reshape([1]), "is of rank 1, expected a scalar"],
    ["nothing", () => undefined, "the weight of focalLoss is undefined"],
    ["null", () => null, "the weight of focalLoss is null"],
  ])("refuses %s", (_name, weight, message) => {
    const loss = rampedSum([diceLoss, [focalLoss, weight as Ramp]]);
    expect(() => loss(X, G, { progress: 0.5 })).toThrow(OptionError);
    expect(() => loss(X, G, { progress: 0.5 })).toThrow(message);
  });

  it("has the right derivatives at any time", async () => {
    const loss = rampedSum([
      [diceLoss, ramp.smooth(1, 0)],
      [focalLoss, ramp.exponential(0.1, 10)],
    ]);
    for (const order of [1, 2] as const) {
      const f = (x: Tensor) => loss(x, softMask([1, 1, 4, 4]), { progress: 0.3 });
      expect(await gradcheck(f, [logitsOf([1, 1, 4, 4])], { order })).toMatchObject({ ok: true });
    }
  });

  it("tells its parts the progress, however deep they are", async () => {
    const inner = handover();
    const loss = weightedSum([focalLoss, [inner, 2]]);
    expect(loss.options).toHaveProperty("progress");
    const expected = (await focalLoss(X, G).item()) + 2 * (await inner(X, G, { progress: 0.7 }).item());
    expect(await loss(X, G, { progress: 0.7 }).item()).toBeCloseTo(expected, 13);
    expect(() => loss(X, G)).toThrow(/progress is missing/);
    expect(weightedSum([focalLoss]).options).not.toHaveProperty("progress");
  });

  it("is one plan for the whole training", async () => {
    await setBackend("wasm", { threads: 1 });
    try {
      const loss = handover();
      const step = compile((x: Tensor, g: Tensor, progress: Tensor) =>
        valueAndGrad((y: Tensor) => loss(y, g, { progress }))(x),
      );
      const runner = await currentRunner();
      const seen: number[] = [];
      await step(X, G, tensor(0));
      const plans = runner.size;
      for (const t of [0, 0.25, 1]) seen.push(await (await step(X, G, tensor(t))).value.item());
      // A number given at each call finds the same plan as well, for it becomes a tensor.
      await loss(X, G, { progress: 0.1 }).item();
      const before = runner.size;
      await loss(X, G, { progress: 0.9 }).item();
      expect([plans, before]).toEqual([before - 1, runner.size]);
      expect(new Set(seen).size).toBe(3);
      const [first, last] = [
        await loss(X, G, { progress: 0 }).item(),
        await loss(X, G, { progress: 1 }).item(),
      ];
      expect(seen[0]).toBeCloseTo(first, 5);
      expect(seen[2]).toBeCloseTo(last, 5);
    } finally {
      await setBackend("reference");
    }
  });
});
