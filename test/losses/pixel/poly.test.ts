import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  OptionError,
  polyCrossEntropyLoss,
  polyFocalLoss,
  setBackend,
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
const THREE_CLASSES = tensor([
  [
    [0.2, 0.7],
    [0.3, 0.1],
    [0.5, 0.2],
  ],
]);

describe("polyCrossEntropyLoss", () => {
  sharedOptionsHold(polyCrossEntropyLoss, ["independent", "exclusive"]);
  sharedOptionsHold(polyCrossEntropyLoss, ["independent", "exclusive"], { epsilon: -1 });

  it("adds the error, in proportion to each label's share", async () => {
    const options = { ...PROBABILITIES, epsilon: 2 };
    const loss = polyCrossEntropyLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0.25]), options);
    const crossEntropy = -log(0.7) - log(0.8) - 0.25 * log(0.4) - 0.75 * log(0.6);
    const error = 0.3 + 0.2 + 0.25 * 0.6 + 0.75 * 0.4;
    expect(await loss.item()).toBeCloseTo((crossEntropy + 2 * error) / 3, 14);
  });

  it("adds the error of the true class, over exclusive classes", async () => {
    const hard = polyCrossEntropyLoss(THREE_CLASSES, tensor([[2, 0]]), PROBABILITIES);
    expect(await hard.item()).toBeCloseTo((-log(0.5) + 0.5 - log(0.7) + 0.3) / 2, 14);
    const shares = tensor([
      [
        [0.2, 1],
        [0.2, 0],
        [0.6, 0],
      ],
    ]);
    const soft = await polyCrossEntropyLoss(THREE_CLASSES, shares, PROBABILITIES).item();
    const mixed = -0.2 * log(0.2) - 0.2 * log(0.3) - 0.6 * log(0.5) + (1 - 0.04 - 0.06 - 0.3);
    expect(soft).toBeCloseTo((mixed - log(0.7) + 0.3) / 2, 14);
  });

  it("weighs both terms of a pixel by its class", async () => {
    const options = { ...PROBABILITIES, classWeights: [1, 1, 3] };
    const loss = polyCrossEntropyLoss(THREE_CLASSES, tensor([[2, 0]]), options);
    expect(await loss.item()).toBeCloseTo((3 * (0.5 - log(0.5)) + 0.3 - log(0.7)) / 4, 14);
  });

  it("is cross entropy with epsilon 0", async () => {
    const g = softMask([2, 1, 3, 3]);
    await expectSame(
      (y) => polyCrossEntropyLoss(y, g, { epsilon: 0 }),
      (y) => binaryCrossEntropyLoss(y, g),
      logitsOf([2, 1, 3, 3]),
    );
    const labels = labelsOf([2, 2, 2], 3);
    await expectSame(
      (y) => polyCrossEntropyLoss(y, labels, { epsilon: 0 }),
      (y) => categoricalCrossEntropyLoss(y, labels),
      logitsOf([2, 3, 2, 2]),
    );
  });

  it("fades with the error itself at epsilon -1, where the linear term is gone", async () => {
    // By p_t, the slope is -(1 - p_t) / p_t.
    const slope = await finite(
      (p) => polyCrossEntropyLoss(p, row([1, 1]), { ...PROBABILITIES, epsilon: -1 }),
      row([0.5, 0.999]),
    );
    expect(slope[0]).toBeCloseTo(-0.5, 14);
    expect(slope[1]).toBeCloseTo(-0.001 / 0.999 / 2, 14);
  });

  it("refuses a coefficient below 0", () => {
    expect(() => polyCrossEntropyLoss(row([0]), row([1]), { epsilon: -1.01 })).toThrow(OptionError);
  });
});

describe("polyFocalLoss", () => {
  sharedOptionsHold(polyFocalLoss, ["independent", "exclusive"]);
  sharedOptionsHold(polyFocalLoss, ["independent", "exclusive"], { gamma: 0.5, alpha: null, epsilon: -0.5 });

  it("adds a power of the error to each faded term, alpha on both", async () => {
    const loss = polyFocalLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0.5]), { ...PROBABILITIES, epsilon: 3 });
    const term = (error: number) => error ** 2 * -log(1 - error) + 3 * error ** 3;
    const expected = 0.25 * (term(0.3) + 0.5 * term(0.6)) + 0.75 * (term(0.2) + 0.5 * term(0.4));
    expect(await loss.item()).toBeCloseTo(expected / 3, 14);
  });

  it("weighs classes by alpha", async () => {
    const options = { ...PROBABILITIES, alpha: 0.4, gamma: 1 };
    const loss = polyFocalLoss(THREE_CLASSES, tensor([[2, 0]]), options);
    const expected = 0.4 * 0.5 * (0.5 - log(0.5)) + 0.6 * 0.3 * (0.3 - log(0.7));
    expect(await loss.item()).toBeCloseTo(expected / 2, 14);
  });

  it("is the focal loss with epsilon 0, and the other poly loss without focus", async () => {
    const g = softMask([2, 1, 3, 3]);
    const labels = labelsOf([2, 2, 2], 3);
    for (const [target, x] of [
      [g, logitsOf([2, 1, 3, 3])],
      [labels, logitsOf([2, 3, 2, 2])],
    ]) {
      const options = { alpha: 0.4, gamma: 1.5 };
      await expectSame(
        (y) => polyFocalLoss(y, target, { ...options, epsilon: 0 }),
        (y) => focalLoss(y, target, options),
        x,
      );
      await expectSame(
        (y) => polyFocalLoss(y, target, { alpha: null, gamma: 0, epsilon: 0.7 }),
        (y) => polyCrossEntropyLoss(y, target, { epsilon: 0.7 }),
        x,
      );
    }
  });

  it("refuses what focalLoss refuses", () => {
    expect(() => polyFocalLoss(row([0]), row([1]), { alpha: 2 })).toThrow(OptionError);
    expect(() => polyFocalLoss(row([0]), row([1]), { gamma: -1 })).toThrow(OptionError);
    expect(() => polyFocalLoss(row([0]), row([1]), { epsilon: -2 })).toThrow(OptionError);
  });
});
