import { beforeAll, describe, expect, it } from "vitest";
import {
  balancedCrossEntropyLoss,
  binaryCrossEntropyLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  weightedCrossEntropyLoss,
} from "../../../src/index.ts";
import { expectSame, filled, logitsOf, row, sharedOptionsHold, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;
const probabilities = { input: "probabilities" } as const;
const X = logitsOf([2, 1, 3, 3]);
const G = softMask([2, 1, 3, 3]);

describe("binaryCrossEntropyLoss", () => {
  sharedOptionsHold(binaryCrossEntropyLoss, ["independent"]);
  sharedOptionsHold(binaryCrossEntropyLoss, ["independent"], { labelSmoothing: 0.05 });

  it("smooths labels towards 1/2", async () => {
    const loss = binaryCrossEntropyLoss(row([0.9]), row([1]), { ...probabilities, labelSmoothing: 0.2 });
    expect(await loss.item()).toBeCloseTo(-0.9 * log(0.9) - 0.1 * log(0.1), 14);
  });
});

describe("weightedCrossEntropyLoss", () => {
  sharedOptionsHold(weightedCrossEntropyLoss, ["independent"]);

  it("weighs the foreground term, and divides by the pixels", async () => {
    const loss = weightedCrossEntropyLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0.5]), {
      ...probabilities,
      positiveWeight: 3,
    });
    const expected = -(3 * log(0.7) + log(0.8) + 1.5 * log(0.4) + 0.5 * log(0.6)) / 3;
    expect(await loss.item()).toBeCloseTo(expected, 14);
  });

  it("is binary cross entropy with weight 1", async () => {
    const one = (x: Tensor) => weightedCrossEntropyLoss(x, G, { positiveWeight: 1 });
    await expectSame(one, (x) => binaryCrossEntropyLoss(x, G), X);
  });

  it("refuses exclusive classes and weights that silence the foreground", () => {
    const y = logitsOf([1, 2, 2, 2]);
    expect(() => weightedCrossEntropyLoss(y, y.sigmoid())).toThrow(
      /categoricalCrossEntropyLoss with classWeights/,
    );
    expect(() => weightedCrossEntropyLoss(X, G, { positiveWeight: 0 })).toThrow(OptionError);
  });
});

describe("balancedCrossEntropyLoss", () => {
  sharedOptionsHold(balancedCrossEntropyLoss, ["independent"]);
  sharedOptionsHold(balancedCrossEntropyLoss, ["independent"], { beta: 0.8 });

  it("weighs each class by the share of the other, in each image", async () => {
    const p = tensor([[[0.7, 0.2, 0.4, 0.1]], [[0.6, 0.3, 0.9, 0.8]]]);
    const g = tensor([[[1, 0, 0, 0]], [[0, 1, 1, 1]]]);
    const first = -(0.75 * log(0.7) + 0.25 * log(0.8) + 0.25 * log(0.6) + 0.25 * log(0.9));
    const second = -(0.75 * log(0.4) + 0.25 * log(0.3) + 0.25 * log(0.9) + 0.25 * log(0.8));
    expect(await balancedCrossEntropyLoss(p, g, probabilities).item()).toBeCloseTo((first + second) / 8, 14);
    const batch = -0.5 * [0.7, 0.8, 0.6, 0.9, 0.4, 0.3, 0.9, 0.8].reduce((sum, q) => sum + log(q), 0);
    const whole = balancedCrossEntropyLoss(p, g, { ...probabilities, aggregate: "batch", reduction: "sum" });
    expect(await whole.item()).toBeCloseTo(batch, 14);
  });

  it("counts weighted shares", async () => {
    const options = { ...probabilities, pixelWeights: row([3, 1, 2]) };
    const loss = balancedCrossEntropyLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0]), options);
    expect(await loss.item()).toBeCloseTo(-(1.5 * log(0.7) + 0.5 * log(0.8) + log(0.6)) / 6, 14);
  });

  it("takes a number, as a weighted cross entropy", async () => {
    const balanced = (x: Tensor) => balancedCrossEntropyLoss(x, G, { beta: 0.8 });
    await expectSame(balanced, (x) => weightedCrossEntropyLoss(x, G, { positiveWeight: 4 }).mul(0.2), X);
  });

  it("treats a one-class image as though one more pixel were of the other class", async () => {
    const x = logitsOf([1, 1, 4]);
    const empty = filled(x.shape, () => 0);
    const loss = await balancedCrossEntropyLoss(x, empty).item();
    expect(loss).toBeCloseTo((await binaryCrossEntropyLoss(x, empty).item()) / 5, 14);
    const full = filled(x.shape, () => 1);
    const other = await balancedCrossEntropyLoss(x, full).item();
    expect(other).toBeCloseTo((await binaryCrossEntropyLoss(x, full).item()) / 5, 14);
    const scaled = { pixelWeights: filled(x.shape, () => 1e-3) };
    expect(await balancedCrossEntropyLoss(x, empty, scaled).item()).toBeCloseTo(loss, 14);
  });

  it("balances each channel by itself", async () => {
    const [x, g] = [logitsOf([1, 2, 2, 3]), softMask([1, 2, 2, 3])];
    const both = await values(balancedCrossEntropyLoss(x, g, { mode: "multilabel", reduction: "none" }));
    const second = [[0], [1, 2]] as const;
    const one = balancedCrossEntropyLoss(x.slice(second), g.slice(second), { reduction: "none" });
    expect(both.slice(6)).toEqual(await values(one));
  });

  it("refuses a beta out of range", () => {
    expect(() => balancedCrossEntropyLoss(X, G, { beta: 1.5 })).toThrow(/a number from 0 up to 1/);
  });
});
