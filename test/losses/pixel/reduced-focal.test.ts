import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  OptionError,
  reducedFocalLoss,
  setBackend,
  tensor,
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

beforeAll(() => setBackend("reference"));

const log = Math.log;

describe("reducedFocalLoss", () => {
  sharedOptionsHold(reducedFocalLoss, ["independent", "exclusive"]);
  sharedOptionsHold(reducedFocalLoss, ["independent", "exclusive"], { gamma: 0.5, alpha: 0.3 });

  it("fades what is above the threshold, relative to it, and nothing else", async () => {
    const options = { ...PROBABILITIES, threshold: 0.4, gamma: 3 };
    const loss = reducedFocalLoss(row([0.7, 0.3, 0.9, 0.2]), row([1, 1, 0, 0]), options);
    const expected = (0.3 / 0.4) ** 3 * log(0.7) + log(0.3) + log(0.1) + (0.2 / 0.4) ** 3 * log(0.8);
    expect(await loss.item()).toBeCloseTo(-expected / 4, 14);
  });

  it("looks at both labels of a soft target, each with its share and its factor", async () => {
    const loss = reducedFocalLoss(row([0.8]), row([0.25]), PROBABILITIES);
    // p = 0.8 is above 1/2 and fades; 1 - p = 0.2 is below and does not.
    expect(await loss.item()).toBeCloseTo(-0.25 * 0.4 ** 2 * log(0.8) - 0.75 * log(0.2), 14);
  });

  it("takes the true class, weighed by alpha", async () => {
    const p = tensor([
      [
        [0.1, 0.7],
        [0.3, 0.1],
        [0.6, 0.2],
      ],
    ]);
    const loss = reducedFocalLoss(p, tensor([[2, 0]]), { ...PROBABILITIES, alpha: 0.25 });
    expect(await loss.item()).toBeCloseTo(-(0.25 * 0.8 ** 2 * log(0.6) + 0.75 * 0.6 ** 2 * log(0.7)) / 2, 14);
  });

  it("is cross entropy where every pixel is below the threshold, and a multiple of focal where none is", async () => {
    const [g, labels] = [softMask([2, 1, 3, 3]), labelsOf([2, 2, 2], 3)];
    await expectSame(
      (y) => reducedFocalLoss(y, g, { threshold: 1 }),
      (y) => binaryCrossEntropyLoss(y, g),
      logitsOf([2, 1, 3, 3]),
    );
    await expectSame(
      (y) => reducedFocalLoss(y, labels, { threshold: 1 }),
      (y) => categoricalCrossEntropyLoss(y, labels),
      logitsOf([2, 3, 2, 2]),
    );
    // Logits within 3 of 0: no label is less probable than 0.04.
    await expectSame(
      (y) => reducedFocalLoss(y, g, { threshold: 0.04 }).mul(0.04 ** 2),
      (y) => focalLoss(y, g, { alpha: null }),
      logitsOf([2, 1, 3, 3]),
    );
  });

  it("refuses a threshold that is no probability", () => {
    for (const threshold of [0, 1.5, Number.NaN]) {
      expect(() => reducedFocalLoss(row([0]), row([1]), { threshold })).toThrow(OptionError);
    }
  });
});
