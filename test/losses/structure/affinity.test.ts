import { beforeAll, describe, expect, it } from "vitest";
import { affinityLoss, OptionError, setBackend, tensor } from "../../../src/index.ts";
import {
  expectDerivatives,
  expectSame,
  filled,
  finite,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

/**
 * The definition for one image, shares `[class][pixel]` that sum to 1: every pair of pixels no further apart than
 * `radius` along any axis, each once.
 */
function definition(
  p: readonly (readonly number[])[],
  g: readonly (readonly number[])[],
  space: readonly number[],
  radius: number,
  weight: (i: number) => number = () => 1,
): number {
  const size = p[0].length;
  const strides = space.map((_, axis) => space.slice(axis + 1).reduce((a, b) => a * b, 1));
  const place = (i: number) => strides.map((stride, axis) => Math.floor(i / stride) % space[axis]);
  const alike = (shares: readonly (readonly number[])[], i: number, j: number) =>
    shares.reduce((sum, own) => sum + own[i] * own[j], 0);
  let [total, count] = [0, 0];
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      if (place(i).some((at, axis) => Math.abs(at - place(j)[axis]) > radius)) continue;
      const [a, b] = [alike(p, i, j), alike(g, i, j)];
      const both = weight(i) * weight(j);
      total -= both * (b * Math.log(a) + (1 - b) * Math.log(1 - a));
      count += both;
    }
  }
  return total / count;
}

const rest = (shares: readonly number[]) => shares.map((share) => 1 - share);

describe("affinityLoss", () => {
  it("is the cross entropy of being alike, by hand", async () => {
    const value = affinityLoss(row([0.8, 0.4, 0.5]), row([1, 0, 0]), PROBABILITIES);
    // Alike with 0.44, which they are not, and with 0.5, which they are.
    expect(await value.item()).toBeCloseTo(-(Math.log(0.56) + Math.log(0.5)) / 2, 14);
  });

  it("agrees with a loop over pairs, 2-D and 3-D, near and far, hard and soft", async () => {
    for (const [space, radius] of [
      [[3, 4], 1],
      [[4, 5], 2],
      [[2, 6], 3],
      [[3, 2, 3], 1],
    ] as const) {
      const shape = [1, 1, ...space];
      for (const mask of [hardMask(shape), softMask(shape)]) {
        const [x, g] = [logitsOf(shape), await values(mask)];
        const p = await values(x.sigmoid());
        const expected = definition([p, rest(p)], [g, rest(g)], space, radius);
        expect(await affinityLoss(x, mask, { radius }).item()).toBeCloseTo(expected, 12);
      }
    }
  });

  it("takes exclusive classes together: two of softmax are one of sigmoid", async () => {
    const [x, labels] = [logitsOf([1, 3, 3, 4]), labelsOf([1, 3, 4], 3)];
    const [p, index] = [await values(x.softmax(1)), await values(labels)];
    const shares = [0, 1, 2].map((c) => p.slice(12 * c, 12 * c + 12));
    const hot = [0, 1, 2].map((c) => index.map((label) => Number(label === c)));
    const expected = definition(shares, hot, [3, 4], 1);
    expect(await affinityLoss(x, labels).item()).toBeCloseTo(expected, 12);
    const z = logitsOf([1, 1, 3, 4]);
    const mask = hardMask([1, 1, 3, 4]);
    await expectSame(
      (y) => affinityLoss(y.mul(0).concat(y, 1), mask.reshape([1, 3, 4])),
      (y) => affinityLoss(y, mask),
      z,
    );
  });

  it("does not tell a mask from its complement, and draws a flat image's pixels together", async () => {
    const [x, g] = [logitsOf([1, 1, 4, 5]), hardMask([1, 1, 4, 5])];
    expect(await affinityLoss(x.neg(), g).item()).toBeCloseTo(await affinityLoss(x, g).item(), 13);
    // Both ends are drawn to the foreground of the pixel between them, though the mask is empty.
    const slope = await finite((y) => affinityLoss(y, row([0, 0, 0])), row([2, 1, -0.5]));
    expect(slope[0]).toBeLessThan(0);
    expect(slope[2]).toBeLessThan(0);
  });

  it("weighs a pair by both of its pixels", async () => {
    const shape = [1, 1, 3, 4];
    const [x, mask] = [logitsOf(shape), hardMask(shape)];
    const [p, g] = [await values(x.sigmoid()), await values(mask)];
    const weight = (i: number) => (i % 5 === 0 ? 0 : 1 + (i % 3));
    const expected = definition([p, rest(p)], [g, rest(g)], [3, 4], 1, weight);
    const pixelWeights = filled(shape, weight);
    expect(await affinityLoss(x, mask, { pixelWeights }).item()).toBeCloseTo(expected, 12);
    const marked = filled(shape, (i) => (i % 5 === 0 ? 255 : g[i]));
    const known = definition([p, rest(p)], [g, rest(g)], [3, 4], 1, (i) => Number(i % 5 !== 0));
    expect(await affinityLoss(x, marked, { ignoreIndex: 255 }).item()).toBeCloseTo(known, 12);
  });

  it("has nothing to compare in a single pixel", async () => {
    const slope = await finite((x) => affinityLoss(x, tensor([[[1]]])), tensor([[[0.3]]]));
    expect(slope.map(Math.abs)).toEqual([0]);
  });

  it("has the right derivatives", async () => {
    for (const shape of [
      [2, 1, 3, 4],
      [1, 1, 2, 3, 2],
    ]) {
      for (const g of [hardMask(shape), softMask(shape)]) {
        await expectDerivatives((x) => affinityLoss(x, g), logitsOf(shape));
      }
    }
    await expectDerivatives((x) => affinityLoss(x, labelsOf([1, 3, 4], 3)), logitsOf([1, 3, 3, 4]));
  });

  it("stays finite at the ends of logits and of probabilities", async () => {
    const g = hardMask([1, 1, 3, 4]);
    for (const scale of [80, -80, 1000]) await finite((x) => affinityLoss(x, g), g.mul(2 * scale).sub(scale));
    for (const p of [g, g.mul(0), g.neg().add(1)]) await finite((x) => affinityLoss(x, g, PROBABILITIES), p);
    const labels = labelsOf([1, 3, 4], 3);
    const corners = filled([1, 3, 3, 4], (i) => (i % 3 === Math.floor(i / 12) ? 80 : -80));
    await finite((x) => affinityLoss(x, labels), corners);
  });

  it("refuses what it cannot honour", () => {
    const [x, labels] = [logitsOf([1, 3, 3, 4]), labelsOf([1, 3, 4], 3)];
    for (const options of [
      { classWeights: [1, 2, 3] },
      { includeBackground: false },
      { aggregate: "batch" },
    ]) {
      expect(() => affinityLoss(x, labels, options as object)).toThrow(OptionError);
    }
    expect(() => affinityLoss(x, labels, { radius: 0 })).toThrow(OptionError);
  });
});
