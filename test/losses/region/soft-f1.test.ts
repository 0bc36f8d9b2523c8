import { beforeAll, describe, expect, it } from "vitest";
import { concat, diceLoss, setBackend, softF1Loss } from "../../../src/index.ts";
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

describe("softF1Loss", () => {
  sharedOptionsHold(softF1Loss, ["independent", "exclusive"]);

  it("is the mean over the class and the rest", async () => {
    // TP = 1.1, TN = 1.4, FP + FN = 1.5.
    const [p, g] = [row([0.7, 0.2, 0.4, 0.4]), row([1, 0, 1, 0])];
    const expected = 1 - ((2.2 + 1) / (2.2 + 1.5 + 1) + (2.8 + 1) / (2.8 + 1.5 + 1)) / 2;
    expect(await softF1Loss(p, g, PROBABILITIES).item()).toBeCloseTo(expected, 14);
  });

  it("is Dice over two channels, the class and its complement", async () => {
    const g = softMask([2, 1, 3, 4]);
    const both = concat([g.neg().add(1), g], 1);
    await expectSame(
      (x) => softF1Loss(x, g, { smooth: 0.4 }),
      (x) => diceLoss(concat([x.neg(), x], 1), both, { mode: "multilabel", smooth: 0.4 }),
      logitsOf([2, 1, 3, 4]),
    );
  });

  it("stays the same when class and rest change places", async () => {
    const g = softMask([1, 1, 3, 4]);
    await expectSame(
      (x) => softF1Loss(x, g),
      (x) => softF1Loss(x.neg(), g.neg().add(1)),
      logitsOf([1, 1, 3, 4]),
    );
  });

  it("pulls the right way on one-class images without smoothing too", async () => {
    const x = logitsOf([1, 1, 3, 4]);
    for (const label of [0, 1]) {
      const mask = filled(x.shape, () => label);
      const slope = await finite((y) => softF1Loss(y, mask, { smooth: 0 }), x);
      expect(slope.every((s) => (label === 1 ? s < 0 : s > 0))).toBe(true);
    }
  });

  it("is 0 for a perfect prediction of one class, without smoothing", async () => {
    const nothing = row([0, 0, 0]);
    expect(await softF1Loss(nothing, nothing, { ...PROBABILITIES, smooth: 0 }).item()).toBe(0);
  });
});
