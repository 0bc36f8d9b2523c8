import { beforeAll, describe, expect, it } from "vitest";
import {
  asymmetricFocalTverskyLoss,
  focalTverskyLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  tverskyLoss,
  zeros,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

/** Foreground TP = 1.1, FP = 0.6, FN = 0.9; background TP = 1.4, FP = 0.9, FN = 0.6. */
const P = row([0.7, 0.2, 0.4, 0.4]);
const G = row([1, 0, 1, 0]);

describe("asymmetricFocalTverskyLoss", () => {
  sharedOptionsHold(asymmetricFocalTverskyLoss, ["independent", "exclusive"]);
  sharedOptionsHold(asymmetricFocalTverskyLoss, ["independent", "exclusive"], { delta: 0.4, gamma: 0.3 });

  it("takes the root of the foreground alone", async () => {
    const options = { ...PROBABILITIES, delta: 0.6, gamma: 0.5, smooth: 2 };
    const foreground = (0.4 * 0.6 + 0.6 * 0.9) / (1.1 + 0.4 * 0.6 + 0.6 * 0.9 + 2);
    const background = (0.4 * 0.9 + 0.6 * 0.6) / (1.4 + 0.4 * 0.9 + 0.6 * 0.6 + 2);
    const expected = (background + Math.sqrt(foreground)) / 2;
    expect(await asymmetricFocalTverskyLoss(P, G, options).item()).toBeCloseTo(expected, 14);
  });

  it("takes one channel for the foreground of two classes", async () => {
    const labels = tensor([0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0], [2, 2, 3]);
    const both = (y: Tensor) => zeros([2, 1, 2, 3]).concat(y, 1);
    await expectSame(
      (y) => asymmetricFocalTverskyLoss(y, labels.reshape([2, 1, 2, 3])),
      (y) => asymmetricFocalTverskyLoss(both(y), labels),
      logitsOf([2, 1, 2, 3]),
    );
  });

  it("leaves class 0 alone and takes the root of every other", async () => {
    const [x, labels] = [logitsOf([2, 3, 2, 3]), labelsOf([2, 2, 3], 3)];
    const each = await values(
      tverskyLoss(x, labels, { falsePositiveWeight: 0.3, falseNegativeWeight: 0.7, reduction: "none" }),
    );
    const rooted = each.map((value, i) => (i % 3 === 0 ? value : value ** 0.25));
    const ours = await values(asymmetricFocalTverskyLoss(x, labels, { reduction: "none" }));
    ours.forEach((value, i) => {
      expect(value).toBeCloseTo(rooted[i], 13);
    });
    const without = asymmetricFocalTverskyLoss(x, labels, { includeBackground: false });
    await expect(without.item()).resolves.toBeCloseTo(
      (rooted[1] + rooted[2] + rooted[4] + rooted[5]) / 4,
      13,
    );
  });

  it("is a focal Tversky loss of the foreground and a Tversky loss of the background", async () => {
    const g = softMask([1, 1, 3, 4]);
    const weights = { falsePositiveWeight: 0.3, falseNegativeWeight: 0.7 };
    await expectSame(
      (x) => asymmetricFocalTverskyLoss(x, g, { gamma: 0.2 }),
      (x) =>
        focalTverskyLoss(x, g, { ...weights, gamma: 1 / 0.8 })
          .add(tverskyLoss(x.neg(), g.neg().add(1), weights))
          .div(2),
      logitsOf([1, 1, 3, 4]),
    );
  });

  it("is 0 at the optimum, where its gradient is finite and points there", async () => {
    const slope = await finite((p) => asymmetricFocalTverskyLoss(p, G, PROBABILITIES), G);
    expect(await asymmetricFocalTverskyLoss(G, G, PROBABILITIES).item()).toBe(0);
    expect(slope.map(Math.sign)).toEqual([-1, 1, -1, 1]);
  });

  it("pulls the right way on one-class images without smoothing too, by the class that is there", async () => {
    const x = logitsOf([1, 1, 3, 4]);
    for (const [label, sign] of [
      [0, 1],
      [1, -1],
    ]) {
      const mask = filled(x.shape, () => label);
      const slope = await finite((y) => asymmetricFocalTverskyLoss(y, mask, { smooth: 0 }), x);
      expect(slope.every((s) => s * sign > 0)).toBe(true);
    }
  });

  it("sums over the batch before the ratio where asked", async () => {
    const [p, g] = [P.reshape([2, 1, 2]), G.reshape([2, 1, 2])];
    const batch = asymmetricFocalTverskyLoss(p, g, {
      ...PROBABILITIES,
      aggregate: "batch",
      reduction: "none",
    });
    expect(batch.shape).toEqual([1, 1]);
    const whole = asymmetricFocalTverskyLoss(P, G, PROBABILITIES);
    expect(await batch.item()).toBeCloseTo(await whole.item(), 14);
  });

  it("refuses a gamma that leaves no slope, and what is no share", () => {
    expect(() => asymmetricFocalTverskyLoss(P, G, { gamma: 1 })).toThrow(/below 1/);
    expect(() => asymmetricFocalTverskyLoss(P, G, { gamma: -0.1 })).toThrow(OptionError);
    expect(() => asymmetricFocalTverskyLoss(P, G, { delta: 2 })).toThrow(OptionError);
  });
});
