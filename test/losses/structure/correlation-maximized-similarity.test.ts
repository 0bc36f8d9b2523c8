import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  correlationMaximizedSimilarityLoss,
  gradcheck,
  OptionError,
  setBackend,
} from "../../../src/index.ts";
import {
  box,
  disc,
  emptyLike,
  expectFinite,
  fullLike,
  logits,
  scattered,
  slopeUpwards,
} from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const loss = correlationMaximizedSimilarityLoss;

describe("correlationMaximizedSimilarityLoss", () => {
  it("agrees with windows summed pixel by pixel", async () => {
    const value = (options: object) => loss(scattered(), disc(), { ...PROBABILITIES, ...options }).item();
    expect(await value({})).toBeCloseTo(1.142265140966225, 12);
    const other = { windowSize: 3, sigma: 1, stability: 0.02, beta: 0.6, crossEntropyShare: 0.25 };
    expect(await value(other)).toBeCloseTo(1.5615919764845951, 12);
  });

  it("is cross entropy with all the share, and its share where nothing varies", async () => {
    const [x, g] = [logits([2, 1, 7, 8]), box([2, 1, 7, 8])];
    const plain = await binaryCrossEntropyLoss(x, g).item();
    expect(await loss(x, g, { crossEntropyShare: 1 }).item()).toBeCloseTo(plain, 14);
    const flat = emptyLike(x);
    expect(await loss(flat, flat).item()).toBeCloseTo(Math.LN2 / 2, 9);
  });

  it("has the right gradient, with constant and with differentiated weights", async () => {
    for (const shape of [
      [2, 1, 7, 6],
      [1, 1, 4, 5, 6],
      [1, 3, 5, 6],
    ]) {
      for (const differentiateWeights of [false, true]) {
        const options = { differentiateWeights, windowSize: 5 };
        const f = (x: Parameters<typeof loss>[0]) => loss(x, box(shape), options);
        expect(await gradcheck(f, [logits(shape)], { holdConstants: true })).toMatchObject({ ok: true });
      }
    }
  });

  it("pushes the right way on one-class images", async () => {
    const x = logits([1, 1, 9, 9]);
    expect(await slopeUpwards(loss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(loss, x, fullLike(x))).toBeLessThan(0);
  });

  it("stays finite at +-80", async () => {
    await expectFinite(loss);
    await expectFinite((p, g) => loss(p, g, { differentiateWeights: true }));
  });

  it("does not see ignored pixels, nor their surroundings through them", async () => {
    const g = disc();
    const ignored = scattered().mul(0).greaterEqual(0);
    const cut = [[0], [0], [0], [0, 6]] as const;
    // The last two columns ignored: the same as an image without them.
    const weights = ignored.slice(cut).pad([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 2],
    ]);
    const whole = await loss(scattered(), g, { ...PROBABILITIES, pixelWeights: weights }).item();
    const smaller = await loss(scattered().slice(cut), g.slice(cut), PROBABILITIES).item();
    expect(whole).toBeCloseTo(smaller, 12);
  });

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 6, 6]);
    expect(() => loss(x, emptyLike(x), { windowSize: 4 })).toThrow(/odd integer/);
    expect(() => loss(x, emptyLike(x), { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});
