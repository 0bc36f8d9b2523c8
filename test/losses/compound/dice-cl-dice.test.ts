import { beforeAll, describe, expect, it } from "vitest";
import { clDiceLoss, diceClDiceLoss, diceLoss, OptionError, setBackend } from "../../../src/index.ts";
import { apartLogits, emptyLike, expectFinite, fullLike, slopeUpwards } from "../../support/loss-images.ts";
import {
  expectDerivatives,
  expectSame,
  hardMask,
  labelsOf,
  logitsOf,
  softMask,
} from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

describe("diceClDiceLoss", () => {
  it("is Dice at one end and centerline Dice at the other", async () => {
    const [x, g] = [logitsOf([2, 1, 6, 7]), hardMask([2, 1, 6, 7])];
    await expectSame(
      (y) => diceClDiceLoss(y, g, { alpha: 0 }),
      (y) => diceLoss(y, g),
      x,
    );
    await expectSame(
      (y) => diceClDiceLoss(y, g, { alpha: 1, iterations: 2, smooth: 0.5 }),
      (y) => clDiceLoss(y, g, { iterations: 2, smooth: 0.5 }),
      x,
    );
  });

  it("mixes the two of each class", async () => {
    const [x, g] = [logitsOf([2, 3, 5, 6]), labelsOf([2, 5, 6], 3)];
    const options = { classWeights: [1, 3, 2], aggregate: "batch", smooth: 0.1 } as const;
    await expectSame(
      (y) => diceClDiceLoss(y, g, { ...options, alpha: 0.3 }),
      (y) =>
        diceLoss(y, g, options)
          .mul(0.7)
          .add(clDiceLoss(y, g, options).mul(0.3)),
      x,
    );
    const soft = softMask([2, 1, 5, 6]);
    await expectSame(
      (y) => diceClDiceLoss(y, soft),
      (y) => diceLoss(y, soft).add(clDiceLoss(y, soft)).div(2),
      logitsOf([2, 1, 5, 6]),
    );
  });

  it("refuses a share outside 0 .. 1", () => {
    const [x, g] = [logitsOf([1, 1, 4, 4]), hardMask([1, 1, 4, 4])];
    expect(() => diceClDiceLoss(x, g, { alpha: 1.1 })).toThrow(OptionError);
  });

  it("has the right derivatives in 2-D, 3-D and over exclusive classes", async () => {
    for (const shape of [
      [1, 1, 5, 6],
      [1, 1, 3, 4, 4],
      [1, 3, 4, 4],
    ]) {
      await expectDerivatives(
        (x) => diceClDiceLoss(x, softMask(shape), { iterations: 2 }),
        apartLogits(shape),
      );
    }
  });

  it("pulls an image of one class towards that class", async () => {
    const x = logitsOf([1, 1, 6, 7]);
    expect(await slopeUpwards(diceClDiceLoss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(diceClDiceLoss, x, fullLike(x))).toBeLessThan(0);
  });

  it("stays finite at +-80", () => expectFinite(diceClDiceLoss));
});
