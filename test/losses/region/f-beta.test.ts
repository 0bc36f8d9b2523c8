import { beforeAll, describe, expect, it } from "vitest";
import { diceLoss, fBetaLoss, OptionError, setBackend, tverskyLoss } from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

/** TP = 1.1, FP = 0.6, FN = 0.9. */
const P = row([0.7, 0.2, 0.4, 0.4]);
const G = row([1, 0, 1, 0]);

describe("fBetaLoss", () => {
  sharedOptionsHold(fBetaLoss, ["independent", "exclusive"]);

  it("weighs misses by the square of beta", async () => {
    const expected = 1 - (5 * 1.1 + 0.5) / (5 * 1.1 + 4 * 0.9 + 0.6 + 0.5);
    const loss = fBetaLoss(P, G, { ...PROBABILITIES, beta: 2, smooth: 0.5 });
    expect(await loss.item()).toBeCloseTo(expected, 14);
  });

  it("is made of precision and recall", async () => {
    const [precision, recall, weight] = [1.1 / 1.7, 1.1 / 2, 1.5 ** 2];
    const score = ((1 + weight) * precision * recall) / (weight * precision + recall);
    expect(await fBetaLoss(P, G, { ...PROBABILITIES, smooth: 0 }).item()).toBeCloseTo(1 - score, 14);
  });

  it("is a Tversky loss whose weights add up to 1, and Dice with beta 1", async () => {
    const [x, soft] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
    const weights = { falsePositiveWeight: 4 / 13, falseNegativeWeight: 9 / 13, smooth: 4 / 13 };
    await expectSame(
      (y) => fBetaLoss(y, soft),
      (y) => tverskyLoss(y, soft, weights),
      x,
    );
    await expectSame(
      (y) => fBetaLoss(y, soft, { beta: 1, smooth: 0.3 }),
      (y) => diceLoss(y, soft, { smooth: 0.3 }),
      x,
    );
  });

  it("is precision alone with beta 0", async () => {
    const loss = fBetaLoss(P, G, { ...PROBABILITIES, beta: 0, smooth: 0 });
    expect(await loss.item()).toBeCloseTo(1 - 1.1 / 1.7, 14);
  });

  it("follows its policy on an empty mask", async () => {
    const nothing = filled([1, 1, 4], () => 0);
    expect(await fBetaLoss(P, nothing, PROBABILITIES).item()).toBeCloseTo(1.7 / 2.7, 14);
    expect(await fBetaLoss(P, nothing, { ...PROBABILITIES, smooth: 0 }).item()).toBe(1);
    await finite((p) => fBetaLoss(p, nothing, { ...PROBABILITIES, smooth: 0 }), nothing);
    expect(await fBetaLoss(nothing, nothing, { ...PROBABILITIES, smooth: 0 }).item()).toBe(0);
  });

  it("refuses a negative beta", () => {
    expect(() => fBetaLoss(P, G, { beta: -1 })).toThrow(OptionError);
  });
});
