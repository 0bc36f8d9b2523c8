import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  focalLoss,
  OptionError,
  qualityFocalLoss,
  setBackend,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  finite,
  hardMask,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;

describe("qualityFocalLoss", () => {
  sharedOptionsHold(qualityFocalLoss, ["independent"]);
  sharedOptionsHold(qualityFocalLoss, ["independent"], { gamma: 0.6 });

  it("fades by a power of the distance between prediction and target", async () => {
    const loss = qualityFocalLoss(row([0.7, 0.2]), row([0.25, 1]), { ...PROBABILITIES, gamma: 1.5 });
    const first = 0.45 ** 1.5 * (0.25 * log(0.7) + 0.75 * log(0.3));
    expect(await loss.item()).toBeCloseTo(-(first + 0.8 ** 1.5 * log(0.2)) / 2, 14);
  });

  it("costs nothing, and pulls nowhere, where prediction and target agree", async () => {
    const p = row([0.3, 0.8, 0, 1]);
    for (const gamma of [0.5, 1.5, 2, 3]) {
      expect(await qualityFocalLoss(p, p, { ...PROBABILITIES, gamma }).item()).toBe(0);
      const slope = await finite((y) => qualityFocalLoss(y, p, { ...PROBABILITIES, gamma }), p);
      expect(slope.map(Math.abs)).toEqual([0, 0, 0, 0]);
    }
  });

  it("is the focal loss for hard targets, and cross entropy with gamma 0", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 3]), hardMask([2, 1, 3, 3])];
    for (const gamma of [0.7, 2, 3]) {
      await expectSame(
        (y) => qualityFocalLoss(y, g, { gamma }),
        (y) => focalLoss(y, g, { gamma, alpha: null }),
        x,
      );
    }
    const soft = softMask([2, 1, 3, 3]);
    await expectSame(
      (y) => qualityFocalLoss(y, soft, { gamma: 0 }),
      (y) => binaryCrossEntropyLoss(y, soft),
      x,
    );
    const same = qualityFocalLoss(row([0.3]), row([0.3]), { ...PROBABILITIES, gamma: 0 });
    expect(await same.item()).toBeCloseTo(-0.3 * log(0.3) - 0.7 * log(0.7), 14);
  });

  it("refuses exclusive classes, and names the focal loss", () => {
    const [x, g] = [tensor([[[0], [0]]]), tensor([[1]])];
    expect(() => qualityFocalLoss(x, g)).toThrow(/focalLoss/);
    expect(() => qualityFocalLoss(row([0]), row([1]), { gamma: -1 })).toThrow(OptionError);
  });
});
