import { beforeAll, describe, expect, it } from "vitest";
import {
  asymmetricFocalLoss,
  balancedCrossEntropyLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  zeros,
} from "../../../src/index.ts";
import {
  expectSame,
  finite,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;

describe("asymmetricFocalLoss", () => {
  sharedOptionsHold(asymmetricFocalLoss, ["independent", "exclusive"]);
  sharedOptionsHold(asymmetricFocalLoss, ["independent", "exclusive"], { delta: 0.4, gamma: 0.3 });

  it("fades the background, not the foreground", async () => {
    const loss = asymmetricFocalLoss(row([0.9, 0.2, 0.4]), row([1, 0, 0.5]), {
      ...PROBABILITIES,
      delta: 0.6,
    });
    const foreground = 0.6 * (log(0.9) + 0.5 * log(0.4));
    const background = 0.4 * (0.04 * log(0.8) + 0.5 * 0.16 * log(0.6));
    expect(await loss.item()).toBeCloseTo(-(foreground + background) / 3, 14);
  });

  it("takes class 0 for the background, every other for foreground", async () => {
    const p = tensor([
      [
        [0.2, 0.7, 0.3],
        [0.3, 0.1, 0.6],
        [0.5, 0.2, 0.1],
      ],
    ]);
    const options = { ...PROBABILITIES, gamma: 3 };
    const expected = -(0.7 * log(0.5) + 0.3 * 0.3 ** 3 * log(0.7) + 0.7 * log(0.6)) / 3;
    expect(await asymmetricFocalLoss(p, tensor([[2, 0, 1]]), options).item()).toBeCloseTo(expected, 14);
    const without = asymmetricFocalLoss(p, tensor([[2, 0, 1]]), { ...options, includeBackground: false });
    expect(await without.item()).toBeCloseTo((-0.7 * (log(0.5) + log(0.6))) / 2, 14);
  });

  it("takes one channel for the foreground of two classes", async () => {
    const [x, labels] = [logitsOf([2, 1, 2, 3]), tensor([0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0], [2, 2, 3])];
    const both = (y: Tensor) => zeros([2, 1, 2, 3]).concat(y, 1);
    await expectSame(
      (y) => asymmetricFocalLoss(y, labels.reshape([2, 1, 2, 3])),
      (y) => asymmetricFocalLoss(both(y), labels),
      x,
    );
  });

  it("is a balanced cross entropy with gamma 0", async () => {
    const g = softMask([2, 1, 3, 3]);
    await expectSame(
      (y) => asymmetricFocalLoss(y, g, { gamma: 0, delta: 0.3 }),
      (y) => balancedCrossEntropyLoss(y, g, { beta: 0.3 }),
      logitsOf([2, 1, 3, 3]),
    );
  });

  it("points saturated wrong pixels the right way, for small and large gamma", async () => {
    for (const gamma of [0.1, 0.5, 2, 5]) {
      const slope = await finite((x) => asymmetricFocalLoss(x, row([1, 0]), { gamma }), row([-80, 80]));
      expect(slope[0]).toBeLessThan(-0.1);
      expect(slope[1]).toBeGreaterThan(0.1);
      const ends = await finite(
        (p) => asymmetricFocalLoss(p, row([1, 0]), { ...PROBABILITIES, gamma }),
        row([0, 1]),
      );
      expect(ends[0]).toBeLessThan(0);
      expect(ends[1]).toBeGreaterThan(0);
    }
  });

  it("refuses what is no share, and a ratio's option", () => {
    const [x, g] = [row([0.3]), row([1])];
    expect(() => asymmetricFocalLoss(x, g, { delta: 1.5 })).toThrow(OptionError);
    expect(() => asymmetricFocalLoss(x, g, { gamma: -1 })).toThrow(OptionError);
    expect(() => asymmetricFocalLoss(x, g, { aggregate: "batch" } as object)).toThrow(/cannot honour/);
  });
});
