import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DTypeError, OptionError } from "../../src/index.ts";
import {
  constant,
  cosine,
  exponential,
  type PlateauOptions,
  type PlateauState,
  plateau,
  polynomial,
  type Schedule,
  stepDecay,
  warmup,
} from "../../src/optim/index.ts";
import { plateaus, trajectories } from "./golden/data.ts";
import { scheduleOf } from "./golden/schedules.ts";

const scheduled = trajectories.flatMap((one) =>
  one.schedule === undefined || one.rates === undefined
    ? []
    : [{ name: one.name, schedule: one.schedule, rates: one.rates }],
);

describe("schedules", () => {
  test.each(scheduled)("$name has PyTorch's rates", ({ schedule, rates }) => {
    const rate = scheduleOf(schedule);
    expect(rates).toHaveLength(50);
    rates.forEach((exact, step) => {
      expect(rate(step)).toBeCloseTo(exact, 12);
    });
  });

  const FALLING: readonly (readonly [string, (learningRate: number, steps: number) => Schedule])[] = [
    ["cosine", (learningRate, steps) => cosine({ learningRate, steps, minimum: learningRate / 10 })],
    ["stepDecay", (learningRate, steps) => stepDecay({ learningRate, every: steps, factor: 0.4 })],
    ["exponential", (learningRate, steps) => exponential({ learningRate, every: steps, factor: 0.4 })],
    ["polynomial", (learningRate, steps) => polynomial({ learningRate, steps, minimum: learningRate / 10 })],
  ];

  test.each(FALLING)("%s begins at the learning rate and never rises", (_, make) => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (learningRate, steps) => {
          const rate = make(learningRate, steps);
          expect(rate(0) / learningRate).toBeCloseTo(1, 14);
          for (let step = 0; step < 60; step++) {
            expect(rate(step + 1)).toBeLessThanOrEqual(rate(step) * (1 + 1e-15));
          }
        },
      ),
    );
  });

  test("cosine and polynomial stay at their minimum", () => {
    for (const make of [cosine, polynomial]) {
      const rate = make({ learningRate: 0.1, steps: 10, minimum: 0.02 });
      expect(rate(10)).toBeCloseTo(0.02, 15);
      expect(rate(1000)).toBe(rate(10));
    }
    expect(polynomial({ learningRate: 0.1, steps: 10, power: 1, minimum: 0.02 })(5)).toBeCloseTo(0.06, 15);
  });

  test("cycles of a cosine repeat, and grow by their factor", () => {
    const once = cosine({ learningRate: 0.1, steps: 9, minimum: 0.01 });
    const even = cosine({ learningRate: 0.1, steps: 9, minimum: 0.01, restarts: true });
    const growing = cosine({ learningRate: 0.1, steps: 9, minimum: 0.01, restarts: true, cycleFactor: 3 });
    for (let step = 0; step < 9; step++) {
      expect(even(step + 18)).toBe(once(step));
      expect(growing(9 + 3 * step)).toBeCloseTo(once(step), 15);
      expect(growing(36 + 9 * step)).toBeCloseTo(once(step), 15);
    }
  });

  test("a warm-up rises along a line, then hands over", () => {
    const after = exponential({ learningRate: 0.3, factor: 0.9 });
    const rate = warmup(after, { steps: 4, from: 0.2 });
    const expected = [0.06, 0.12, 0.18, 0.24, 0.3, 0.27];
    expected.forEach((value, step) => {
      expect(rate(step)).toBeCloseTo(value, 12);
    });
    expect(warmup(constant(2), { steps: 5 })(0)).toBeCloseTo(0.2, 15);
  });

  test("later changes of the options' arrays change nothing", () => {
    const at = [2, 4];
    const rate = stepDecay({ learningRate: 1, at });
    at[0] = 40;
    expect(rate(2)).toBeCloseTo(0.1, 15);
  });

  test.each([
    ["constant of 0", () => constant(0)],
    ["constant of nothing", () => constant(undefined as unknown as number)],
    ["learningRate 0", () => cosine({ learningRate: 0, steps: 5 })],
    ["learningRate missing", () => exponential({ factor: 0.5 } as never)],
    ["steps 0", () => cosine({ learningRate: 1, steps: 0 })],
    ["steps missing", () => polynomial({ learningRate: 1 } as never)],
    ["steps 2.5", () => polynomial({ learningRate: 1, steps: 2.5 })],
    ["minimum below 0", () => cosine({ learningRate: 1, steps: 2, minimum: -1 })],
    ["minimum above the learning rate", () => cosine({ learningRate: 1, steps: 2, minimum: 2 })],
    ["minimum above the learning rate", () => polynomial({ learningRate: 1, steps: 2, minimum: 2 })],
    ["cycleFactor without restarts", () => cosine({ learningRate: 1, steps: 2, cycleFactor: 2 })],
    ["cycleFactor below 1", () => cosine({ learningRate: 1, steps: 2, restarts: true, cycleFactor: 0.5 })],
    ["neither every nor at", () => stepDecay({ learningRate: 1 })],
    ["both every and at", () => stepDecay({ learningRate: 1, every: 2, at: [3] })],
    ["at that falls", () => stepDecay({ learningRate: 1, at: [4, 3] })],
    ["at from 0", () => stepDecay({ learningRate: 1, at: [0, 3] })],
    ["factor 1", () => stepDecay({ learningRate: 1, every: 2, factor: 1 })],
    ["factor 0", () => exponential({ learningRate: 1, factor: 0 })],
    ["factor missing", () => exponential({ learningRate: 1 } as never)],
    ["power 0", () => polynomial({ learningRate: 1, steps: 2, power: 0 })],
    ["from above 1", () => warmup(constant(1), { steps: 2, from: 1.5 })],
    ["warm-up without steps", () => warmup(constant(1), {} as never)],
    ["an option that there is not", () => cosine({ learningRate: 1, steps: 2, period: 3 } as never)],
    ["no options", () => cosine(undefined as never)],
    ["step -1", () => cosine({ learningRate: 1, steps: 2 })(-1)],
    ["step NaN", () => warmup(constant(1), { steps: 2 })(Number.NaN)],
  ])("%s is refused", (_, make) => {
    expect(make).toThrow(OptionError);
  });

  test("a warm-up of no function is refused", () => {
    expect(() => warmup(0.1 as never, { steps: 2 })).toThrow(DTypeError);
  });
});

describe("plateau", () => {
  test.each(plateaus.map((golden) => [JSON.stringify(golden.options), golden] as const))(
    "%s has PyTorch's rates, with a checkpoint at every step",
    (_, { options, observed, rates }) => {
      let rate = plateau(options as unknown as PlateauOptions);
      observed.forEach((value, i) => {
        expect(rate.observe(value ?? Number.NaN) / rates[i]).toBeCloseTo(1, 9);
        const saved = JSON.parse(JSON.stringify(rate.state)) as PlateauState;
        rate = plateau(options as unknown as PlateauOptions);
        rate.restore(saved);
        expect(rate.learningRate / rates[i]).toBeCloseTo(1, 9);
      });
    },
  );

  test("what is not finite is no progress, even at the start", () => {
    const rate = plateau({ learningRate: 1, patience: 1, factor: 0.5 });
    expect(rate.observe(-Infinity)).toBe(1);
    expect(rate.observe(Number.NaN)).toBe(0.5);
    expect(rate.state).toEqual({ learningRate: 0.5, best: null, waited: 0, cooling: 0 });
  });

  test.each([
    ["mode", { learningRate: 1, mode: "lowest" }],
    ["patience", { learningRate: 1, patience: -1 }],
    ["cooldown", { learningRate: 1, cooldown: 0.5 }],
    ["threshold", { learningRate: 1, threshold: -1 }],
    ["thresholdMode", { learningRate: 1, thresholdMode: "rel" }],
    ["factor", { learningRate: 1, factor: 1.5 }],
    ["minimum", { learningRate: 1, minimum: 2 }],
    ["learningRate", {}],
  ])("%s out of range is refused", (_, options) => {
    expect(() => plateau(options as unknown as PlateauOptions)).toThrow(OptionError);
  });

  test("a state that is none is refused, and changes nothing", () => {
    const rate = plateau({ learningRate: 1, minimum: 0.1 });
    const good = rate.state;
    for (const bad of [
      null,
      {},
      { ...good, learningRate: 0.01 },
      { ...good, best: "low" },
      { ...good, waited: -1 },
      { ...good, cooling: 1.5 },
    ]) {
      expect(() => rate.restore(bad as never)).toThrow(OptionError);
    }
    expect(() => rate.observe("3" as never)).toThrow(OptionError);
    expect(rate.state).toEqual(good);
  });
});
