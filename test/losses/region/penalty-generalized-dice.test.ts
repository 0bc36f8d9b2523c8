import { beforeAll, describe, expect, it } from "vitest";
import {
  generalizedDiceLoss,
  jaccardLoss,
  penaltyGeneralizedDiceLoss,
  setBackend,
  tverskyLoss,
} from "../../../src/index.ts";
import {
  expectSame,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("penaltyGeneralizedDiceLoss", () => {
  sharedOptionsHold(penaltyGeneralizedDiceLoss, ["independent", "exclusive"]);
  sharedOptionsHold(penaltyGeneralizedDiceLoss, ["independent", "exclusive"], {
    penalized: "loss",
    weighting: "simple",
    smoothNumerator: 0,
    smoothDenominator: 0.3,
  });

  /** Both labels have volume 2, overlap 1.5 and errors 1: S = 3 / 4. */
  const [p, g] = [row([1, 0.5, 0.5, 0]), row([1, 1, 0, 0])];
  const options = { ...PROBABILITIES, smooth: 0 };

  it("puts errors 1 + k times below the fraction", async () => {
    const loss = penaltyGeneralizedDiceLoss(p, g, { ...options, k: 2 });
    expect(await loss.item()).toBeCloseTo(1 - 6 / (6 + 3 * 2), 14);
    expect(await penaltyGeneralizedDiceLoss(p, g, options).item()).toBeCloseTo(1 - 6 / (6 + 3.5 * 2), 14);
  });

  it("puts the loss into the formula where asked", async () => {
    const loss = penaltyGeneralizedDiceLoss(p, g, { ...options, k: 2, penalized: "loss" });
    expect(await loss.item()).toBeCloseTo(0.25 / (1 + 2 * 0.75), 14);
  });

  it("is the generalized Dice loss without a penalty, image by image", async () => {
    const [x, labels] = [logitsOf([2, 3, 2, 3]), labelsOf([2, 2, 3], 3)];
    const same = { weighting: "simple", classWeights: [1, 2, 3] } as const;
    for (const penalized of ["score", "loss"] as const) {
      await expectSame(
        (y) => penaltyGeneralizedDiceLoss(y, labels, { ...same, k: 0, penalized }),
        (y) => generalizedDiceLoss(y, labels, same),
        x,
      );
    }
    const u = await values(generalizedDiceLoss(x, labels, { reduction: "none" }));
    const each = await values(penaltyGeneralizedDiceLoss(x, labels, { reduction: "none" }));
    each.forEach((value, i) => {
      expect(value).toBeCloseTo((3.5 * u[i]) / (1 + 2.5 * u[i]), 14);
    });
  });

  it("is Tversky of one label with both weights (1 + k) / 2, and Jaccard for k = 1", async () => {
    const [x, soft] = [logitsOf([2, 1, 3, 3]), softMask([2, 1, 3, 3])];
    const alone = { mode: "multilabel", smooth: 0 } as const;
    await expectSame(
      (y) => penaltyGeneralizedDiceLoss(y, soft, { ...alone, k: 3 }),
      (y) => tverskyLoss(y, soft, { smooth: 0, falsePositiveWeight: 2, falseNegativeWeight: 2 }),
      x,
    );
    await expectSame(
      (y) => penaltyGeneralizedDiceLoss(y, soft, { ...alone, k: 1 }),
      (y) => jaccardLoss(y, soft, { smooth: 0 }),
      x,
    );
  });

  it("refuses a negative penalty and a form that there is not", () => {
    expect(() => penaltyGeneralizedDiceLoss(p, g, { k: -1 })).toThrow(/k is -1, expected a number from 0/);
    expect(() => penaltyGeneralizedDiceLoss(p, g, { penalized: "dice" as never })).toThrow(
      /penalized is "dice", expected "score", "loss"/,
    );
  });
});
