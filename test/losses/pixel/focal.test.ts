import { beforeAll, describe, expect, it } from "vitest";
import {
  balancedCrossEntropyLoss,
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  finite,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;

describe("focalLoss", () => {
  sharedOptionsHold(focalLoss, ["independent", "exclusive"]);
  sharedOptionsHold(focalLoss, ["independent", "exclusive"], { gamma: 0.5, alpha: null });

  it("fades each term by the square of its error", async () => {
    const loss = focalLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0.5]), PROBABILITIES);
    const hit = 0.25 * (0.09 * log(0.7) + 0.5 * 0.36 * log(0.4));
    const rest = 0.75 * (0.04 * log(0.8) + 0.5 * 0.16 * log(0.6));
    expect(await loss.item()).toBeCloseTo(-(hit + rest) / 3, 14);
  });

  it("weighs class 0 by 1 - alpha, the others by alpha", async () => {
    const p = tensor([
      [
        [0.2, 0.7],
        [0.3, 0.1],
        [0.5, 0.2],
      ],
    ]);
    const options = { ...PROBABILITIES, alpha: 0.4, gamma: 1 };
    const [first, second] = [-0.4 * 0.5 * log(0.5), -0.6 * 0.3 * log(0.7)];
    expect(await focalLoss(p, tensor([[2, 0]]), options).item()).toBeCloseTo((first + second) / 2, 14);
    const foreground = focalLoss(p, tensor([[2, 0]]), { ...options, includeBackground: false });
    expect(await foreground.item()).toBeCloseTo(first, 14);
  });

  it("is cross entropy with gamma 0, balanced by alpha", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 3]), softMask([2, 1, 3, 3])];
    await expectSame(
      (y) => focalLoss(y, g, { gamma: 0, alpha: null }),
      (y) => binaryCrossEntropyLoss(y, g),
      x,
    );
    await expectSame(
      (y) => focalLoss(y, g, { gamma: 0, alpha: 0.3 }),
      (y) => balancedCrossEntropyLoss(y, g, { beta: 0.3 }),
      x,
    );
    const labels = labelsOf([2, 2, 2], 3);
    await expectSame(
      (y) => focalLoss(y, labels, { gamma: 0, alpha: null }),
      (y) => categoricalCrossEntropyLoss(y, labels),
      logitsOf([2, 3, 2, 2]),
    );
  });

  it("points saturated wrong pixels the right way, for small and large gamma", async () => {
    for (const gamma of [0.1, 0.5, 1, 2, 5]) {
      const slope = await finite((x) => focalLoss(x, row([1, 0, 1, 0]), { gamma }), row([-80, 80, 80, -80]));
      expect(slope[0]).toBeLessThan(-0.05);
      expect(slope[1]).toBeGreaterThan(0.05);
      const soft = await finite(
        (p: Tensor) => focalLoss(p, row([1, 0]), { ...PROBABILITIES, gamma }),
        row([0, 1]),
      );
      expect(soft[0]).toBeLessThan(0);
      expect(soft[1]).toBeGreaterThan(0);
    }
  });

  it("takes null for alpha and refuses what is no share", () => {
    const [x, g] = [row([0.3]), row([1])];
    expect(() => focalLoss(x, g, { alpha: null })).not.toThrow();
    expect(() => focalLoss(x, g, { alpha: 1.5 })).toThrow(OptionError);
    expect(() => focalLoss(x, g, { gamma: -1 })).toThrow(OptionError);
    expect(() => focalLoss(x, g, { aggregate: "batch" } as object)).toThrow(/cannot honour/);
  });
});
