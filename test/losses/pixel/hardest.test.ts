import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  grad,
  OptionError,
  ohemCrossEntropyLoss,
  setBackend,
  type Tensor,
  tensor,
  topKCrossEntropyLoss,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  fraction,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;
const ALL_ONES = row([1, 1, 1, 1]);
const BATCH = [2, 1, 2, 2];

/** Cross entropies of pixels of the true class, as probabilities of it. */
const certain = (costs: readonly number[]) => row(costs.map((cost) => Math.exp(-cost)));

/** Weighted mean of the k largest costs, by brute force; those that tie for the last places share them. */
function meanOfLargest(pixels: readonly { cost: number; weight: number }[], k: number): number {
  const there = pixels.filter(({ weight }) => weight > 0).sort((a, b) => b.cost - a.cost);
  const last = there[Math.min(k, there.length) - 1].cost;
  const above = there.filter(({ cost }) => cost > last);
  const level = there.filter(({ cost }) => cost === last);
  const part = (k - above.length) / level.length;
  const taken = [...above, ...level.map(({ cost, weight }) => ({ cost, weight: part * weight }))];
  const total = taken.reduce((sum, { weight }) => sum + weight, 0);
  return taken.reduce((sum, { cost, weight }) => sum + cost * weight, 0) / total;
}

describe("topKCrossEntropyLoss", () => {
  sharedOptionsHold(topKCrossEntropyLoss, ["independent", "exclusive"], { share: 0.3 }, "some");

  it("is the mean of the largest", async () => {
    const costs = [0.1, 2, 0.7, 1.5, 0.2, 0.3];
    const means: readonly [number, number][] = [
      [0.1, 2],
      [0.17, 2],
      [0.34, 1.75],
      [0.5, 1.4],
      [1, 0.8],
    ];
    for (const [share, mean] of means) {
      const loss = topKCrossEntropyLoss(certain(costs), row(costs.map(() => 1)), { ...PROBABILITIES, share });
      expect(await loss.item()).toBeCloseTo(mean, 14);
    }
  });

  it("takes whole numbers of pixels where the share has no exact binary form", async () => {
    // 0.29 * 100 is 28.999999999999996.
    const costs = Array.from({ length: 100 }, (_, i) => 0.01 + fraction(i));
    const loss = topKCrossEntropyLoss(certain(costs), row(costs.map(() => 1)), {
      ...PROBABILITIES,
      share: 0.29,
    });
    const largest = costs.sort((a, b) => b - a).slice(0, 29);
    expect(await loss.item()).toBeCloseTo(largest.reduce((a, b) => a + b) / 29, 12);
  });

  it("leaves the rest without a gradient, and shares the last places among those that tie", async () => {
    const loss = (p: Tensor) => topKCrossEntropyLoss(p, ALL_ONES, { ...PROBABILITIES, share: 0.5 });
    expect(await loss(row([0.5, 0.9, 0.5, 0.5])).item()).toBeCloseTo(log(2), 14);
    // Two places, three pixels: 2/3 of each, and each costs -log p / 2.
    const slope = await values(grad(loss)(row([0.5, 0.9, 0.5, 0.5])));
    expect(slope[1]).toBe(0);
    for (const i of [0, 2, 3]) expect(slope[i]).toBeCloseTo(-2 / 3, 14);
    const other = await values(grad(loss)(row([0.5, 0.25, 0.5, 0.5])));
    expect(other[1]).toBeCloseTo(-2, 14);
    for (const i of [0, 2, 3]) expect(other[i]).toBeCloseTo(-1 / 3, 14);
  });

  it("ranks each image and channel by itself, or the whole batch", async () => {
    const p = tensor([[[[0.9, 0.8]]], [[[0.1, 0.2]]]]);
    const g = filled([2, 1, 1, 2], () => 1);
    const options = { ...PROBABILITIES, share: 0.5 } as const;
    expect(await topKCrossEntropyLoss(p, g, options).item()).toBeCloseTo(-(log(0.8) + log(0.1)) / 2, 14);
    const batch = topKCrossEntropyLoss(p, g, { ...options, aggregate: "batch" });
    expect(await batch.item()).toBeCloseTo(-(log(0.1) + log(0.2)) / 2, 14);
    const [two, ones] = [p.reshape([1, 2, 1, 2]), g.reshape([1, 2, 1, 2])];
    const channels = topKCrossEntropyLoss(two, ones, { ...options, mode: "multilabel" });
    expect(await channels.item()).toBeCloseTo(-(log(0.8) + log(0.1)) / 2, 14);
    const both = { ...options, mode: "multilabel", aggregate: "batch" } as const;
    // Channels stay apart in a batch.
    expect(await topKCrossEntropyLoss(two, ones, both).item()).toBeCloseTo(-(log(0.8) + log(0.1)) / 2, 14);
  });

  it("weighs the mean over those taken, by pixels and by classes (brute force)", async () => {
    const shape = [1, 3, 4, 5];
    const [logits, index] = [logitsOf(shape), labelsOf([1, 4, 5], 3)];
    const [logP, labels] = [await values(logits.logSoftmax(1)), await values(index)];
    const weights = Array.from({ length: 20 }, (_, i) => Math.floor(4 * fraction(3 * i)));
    const classWeights = [0.5, 1, 4];
    const pixels = labels.map((label, i) => ({
      cost: -logP[20 * label + i],
      weight: weights[i] * classWeights[label],
    }));
    const k = Math.floor(0.3 * pixels.filter(({ weight }) => weight > 0).length);
    expect(k).toBeGreaterThan(2);
    const options = {
      share: 0.3,
      classWeights,
      pixelWeights: tensor(Float64Array.from(weights), [1, 1, 4, 5]),
    };
    const loss = topKCrossEntropyLoss(logits, index, options);
    expect(await loss.item()).toBeCloseTo(meanOfLargest(pixels, k), 13);

    const foreground = pixels.filter((_, i) => labels[i] > 0);
    const some = Math.floor(0.3 * foreground.filter(({ weight }) => weight > 0).length);
    const without = topKCrossEntropyLoss(logits, index, { ...options, includeBackground: false });
    expect(await without.item()).toBeCloseTo(meanOfLargest(foreground, some), 13);
  });

  it("is cross entropy with a share of 1, ignored pixels left out of both", async () => {
    const shape = [2, 1, 3, 3];
    const g = filled(shape, (i) => (i % 5 === 0 ? 255 : Number(fraction(i) < 0.5)));
    await expectSame(
      (y) => topKCrossEntropyLoss(y, g, { share: 1, ignoreIndex: 255 }),
      (y) => binaryCrossEntropyLoss(y, g, { ignoreIndex: 255 }),
      logitsOf(shape),
    );
    const labels = labelsOf([2, 2, 2], 3);
    await expectSame(
      (y) => topKCrossEntropyLoss(y, labels, { share: 1, classWeights: [1, 2, 3] }),
      (y) => categoricalCrossEntropyLoss(y, labels, { classWeights: [1, 2, 3] }),
      logitsOf([2, 3, 2, 2]),
    );
  });

  it("refuses what is no share", () => {
    for (const share of [0, 1.1, Number.NaN]) {
      expect(() => topKCrossEntropyLoss(row([0]), row([1]), { share })).toThrow(OptionError);
    }
  });
});

describe("ohemCrossEntropyLoss", () => {
  sharedOptionsHold(ohemCrossEntropyLoss, ["independent", "exclusive"], { minKept: 2 }, "some");

  it("is the mean over what is below the threshold", async () => {
    const p = row([0.9, 0.5, 0.8, 0.25]);
    const at = (threshold: number) =>
      ohemCrossEntropyLoss(p, ALL_ONES, { ...PROBABILITIES, threshold, minKept: 1 });
    expect(await at(0.7).item()).toBeCloseTo((log(2) + log(4)) / 2, 14);
    expect(await at(0.85).item()).toBeCloseTo((log(2) + log(4) - log(0.8)) / 3, 14);
    expect(await at(0.3).item()).toBeCloseTo(log(4), 14);
  });

  it("keeps so many at least, and all where there are not so many", async () => {
    const p = row([0.9, 0.5, 0.8, 0.25]);
    const of = (minKept: number) =>
      ohemCrossEntropyLoss(p, ALL_ONES, { ...PROBABILITIES, threshold: 0.1, minKept });
    expect(await of(1).item()).toBeCloseTo(log(4), 14);
    expect(await of(3).item()).toBeCloseTo((log(2) + log(4) - log(0.8)) / 3, 14);
    const plain = await binaryCrossEntropyLoss(p, ALL_ONES, PROBABILITIES).item();
    expect(await of(4).item()).toBeCloseTo(plain, 14);
    expect(await ohemCrossEntropyLoss(p, ALL_ONES, PROBABILITIES).item()).toBeCloseTo(plain, 14);
  });

  it("counts image by image, or over the batch", async () => {
    const x = logitsOf(BATCH).mul(3);
    const g = hardMask(BATCH);
    const costs = await values(binaryCrossEntropyLoss(x, g, { reduction: "none" }));
    const kept = (part: readonly number[]) => part.filter((cost) => cost > -log(0.7));
    const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    const [first, second] = [kept(costs.slice(0, 4)), kept(costs.slice(4))];
    expect(first.length).not.toBe(second.length);
    expect(Math.min(first.length, second.length)).toBeGreaterThan(0);
    const images = ohemCrossEntropyLoss(x, g, { minKept: 1 });
    expect(await images.item()).toBeCloseTo((mean(first) + mean(second)) / 2, 13);
    const batch = ohemCrossEntropyLoss(x, g, { minKept: 1, aggregate: "batch" });
    expect(await batch.item()).toBeCloseTo(mean([...first, ...second]), 13);
  });

  it("measures soft targets by their cross entropy", async () => {
    const [x, g] = [logitsOf([1, 1, 1, 6]), softMask([1, 1, 1, 6])];
    const costs = await values(binaryCrossEntropyLoss(x, g, { reduction: "none" }));
    const kept = costs.filter((cost) => Math.exp(-cost) < 0.4);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(6);
    const loss = ohemCrossEntropyLoss(x, g, { threshold: 0.4, minKept: 1 });
    expect(await loss.item()).toBeCloseTo(kept.reduce((a, b) => a + b) / kept.length, 13);
  });

  it("refuses numbers of pixels and thresholds that are none", () => {
    for (const minKept of [0, 2.5]) {
      expect(() => ohemCrossEntropyLoss(row([0]), row([1]), { minKept })).toThrow(OptionError);
    }
    expect(() => ohemCrossEntropyLoss(row([0]), row([1]), { threshold: 0 })).toThrow(OptionError);
  });
});
