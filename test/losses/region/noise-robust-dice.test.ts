import { beforeAll, describe, expect, it } from "vitest";
import { diceLoss, grad, noiseRobustDiceLoss, setBackend, type Tensor } from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  hardMask,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const BOTH = ["independent", "exclusive"] as const;
const SHAPE = [2, 1, 3, 4];

describe("noiseRobustDiceLoss", () => {
  sharedOptionsHold(noiseRobustDiceLoss, BOTH);
  sharedOptionsHold(noiseRobustDiceLoss, BOTH, { gamma: 1.2, squared: true, smooth: 0.3 });

  it("is powers of errors over volumes", async () => {
    const [p, g] = [row([0.75, 0.36, 0, 1]), row([1, 0, 0, 1])];
    const loss = (options: object) =>
      noiseRobustDiceLoss(p, g, { ...PROBABILITIES, smooth: 0, ...options }).item();
    expect(await loss({})).toBeCloseTo((0.125 + 0.216) / 4.11, 14);
    expect(await loss({ gamma: 1 })).toBeCloseTo((0.25 + 0.36) / 4.11, 14);
    expect(await loss({ squared: true })).toBeCloseTo((0.125 + 0.216) / (0.5625 + 0.1296 + 1 + 2), 14);
    expect(await loss({ smooth: 0.5 })).toBeCloseTo((0.125 + 0.216) / 4.61, 14);
    expect(await loss({ smoothNumerator: 0.1 })).toBeCloseTo((0.225 + 0.216) / 4.11, 14);
  });

  it("is Dice by absolute errors at one end, by squares at the other", async () => {
    await expectSame(
      (x) => noiseRobustDiceLoss(x, hardMask(SHAPE), { gamma: 1, smooth: 0.4 }),
      (x) => diceLoss(x, hardMask(SHAPE), { smooth: 0.4 }),
      logitsOf(SHAPE),
    );
    await expectSame(
      (x) => noiseRobustDiceLoss(x, softMask(SHAPE), { gamma: 2, squared: true, smooth: 0.4 }),
      (x) => diceLoss(x, softMask(SHAPE), { squared: true, smooth: 0.4 }),
      logitsOf(SHAPE),
    );
  });

  it("holds the denominator of an empty mask", async () => {
    const [p, empty] = [[0.81, 0.04, 0.01], row([0, 0, 0])];
    const options = { ...PROBABILITIES, smooth: 0.14 };
    expect(await noiseRobustDiceLoss(row(p), empty, options).item()).toBeCloseTo(0.729 + 0.008 + 0.001, 14);
    // 1.5 sqrt(p): with the denominator's say 0.738 would be taken from each, and the small ones pushed up.
    const slope = await values(grad((x: Tensor) => noiseRobustDiceLoss(x, empty, options))(row(p)));
    slope.forEach((s, i) => {
      expect(s).toBeCloseTo(1.5 * Math.sqrt(p[i]), 14);
    });
  });

  it("is 0 with a finite curvature where targets are met", async () => {
    const soft = softMask([1, 1, 4]);
    const slope = (x: Tensor) => grad((y: Tensor) => noiseRobustDiceLoss(y, soft, PROBABILITIES))(x);
    expect(await noiseRobustDiceLoss(soft, soft, PROBABILITIES).item()).toBe(0);
    await finite((x) => slope(x), soft);
  });

  it("without smoothing costs nothing where nothing is there", async () => {
    const nothing = filled([1, 1, 3], () => 0);
    const options = { ...PROBABILITIES, smooth: 0 };
    await finite((p) => noiseRobustDiceLoss(p, nothing, options), nothing);
    expect(await noiseRobustDiceLoss(nothing, nothing, options).item()).toBe(0);
  });

  it("refuses powers outside 1 .. 2", () => {
    const x = logitsOf([1, 1, 3]);
    for (const gamma of [0.9, 2.1]) {
      expect(() => noiseRobustDiceLoss(x, hardMask([1, 1, 3]), { gamma })).toThrow(
        `noiseRobustDiceLoss: gamma is ${gamma}, expected a number from 1 up to 2`,
      );
    }
  });
});
