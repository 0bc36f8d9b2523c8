import { beforeAll, describe, expect, it } from "vitest";
import {
  diceLoss,
  exponentialLogarithmicLoss,
  OptionError,
  setBackend,
  tensor,
  weightedCrossEntropyLoss,
} from "../../../src/index.ts";
import { finite, logitsOf, PROBABILITIES, row, sharedOptionsHold, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const { log, sqrt } = Math;

describe("exponentialLogarithmicLoss", () => {
  sharedOptionsHold(exponentialLogarithmicLoss, ["independent", "exclusive"]);
  sharedOptionsHold(exponentialLogarithmicLoss, ["independent", "exclusive"], {
    gammaDice: 2,
    gammaCrossEntropy: 1,
    smooth: 0.1,
  });

  it("takes powers of the logarithms of each class and pixel", async () => {
    const p = tensor([
      [
        [0.2, 0.7, 0.6],
        [0.8, 0.3, 0.4],
      ],
    ]);
    const options = { ...PROBABILITIES, gammaDice: 0.5, gammaCrossEntropy: 0.25 };
    const dice = [(2 * 1.3 + 1) / (1.5 + 2 + 1), (2 * 0.8 + 1) / (1.5 + 1 + 1)].map((d) => sqrt(-log(d)));
    const pixels = sqrt(3) * (-log(0.8)) ** 0.25 + sqrt(1.5) * ((-log(0.7)) ** 0.25 + (-log(0.6)) ** 0.25);
    const loss = exponentialLogarithmicLoss(p, tensor([[1, 0, 0]]), options);
    expect(await loss.item()).toBeCloseTo((0.8 * (dice[0] + dice[1])) / 2 + (0.2 * pixels) / 3, 14);
  });

  it("takes a lone channel for its class and the rest", async () => {
    const p = row([0.8, 0.3, 0.4]);
    const options = { ...PROBABILITIES, diceWeight: 0, crossEntropyWeight: 1 };
    const pixels = sqrt(3) * (-log(0.8)) ** 0.3 + sqrt(1.5) * ((-log(0.7)) ** 0.3 + (-log(0.6)) ** 0.3);
    const loss = exponentialLogarithmicLoss(p, row([1, 0, 0]), options);
    expect(await loss.item()).toBeCloseTo(pixels / 3, 14);
  });

  it("with exponents of 1 is log Dice and a weighted cross entropy", async () => {
    const [x, g] = [logitsOf([1, 1, 2, 4]), softMask([1, 1, 2, 4])];
    const linear = { gammaDice: 1, gammaCrossEntropy: 1 };
    const dice = exponentialLogarithmicLoss(x, g, { ...linear, diceWeight: 1, crossEntropyWeight: 0 });
    expect(await dice.item()).toBeCloseTo(await diceLoss(x, g, { log: true }).item(), 13);
    const entropy = exponentialLogarithmicLoss(x, g, { ...linear, diceWeight: 0, crossEntropyWeight: 1 });
    const share = await g.mean().item();
    const weighted = weightedCrossEntropyLoss(x, g, { positiveWeight: sqrt((1 - share) / share) });
    expect(await entropy.item()).toBeCloseTo((await weighted.item()) / sqrt(1 - share), 13);
  });

  it("counts frequencies over the image or the batch", async () => {
    const [x, g] = [logitsOf([2, 1, 4]), tensor([[[1, 0, 0, 0]], [[1, 1, 1, 1]]])];
    const options = { diceWeight: 0, crossEntropyWeight: 1 };
    const each = await values(exponentialLogarithmicLoss(x, g, { ...options, reduction: "none" }));
    const first = exponentialLogarithmicLoss(x.slice([[0, 1]]), g.slice([[0, 1]]), options);
    expect(each[0]).toBeCloseTo(await first.item(), 14);
    const batch = exponentialLogarithmicLoss(x, g, { ...options, aggregate: "batch", reduction: "none" });
    expect(batch.shape).toEqual([1]);
    const flat = exponentialLogarithmicLoss(x.reshape([1, 1, 8]), g.reshape([1, 1, 8]), options);
    expect(await batch.item()).toBeCloseTo(await flat.item(), 14);
  });

  it("gives an absent class no infinite weight", async () => {
    const x = logitsOf([1, 3, 4]);
    const slope = await finite((y) => exponentialLogarithmicLoss(y, tensor([[0, 0, 1, 1]])), x);
    expect(slope.slice(8).every((s) => s > 0)).toBe(true);
  });

  it("is 0 at the optimum, with a finite gradient that points there", async () => {
    const g = row([1, 0, 1, 0]);
    expect(await exponentialLogarithmicLoss(g, g, PROBABILITIES).item()).toBe(0);
    const slope = await finite((p) => exponentialLogarithmicLoss(p, g, PROBABILITIES), g);
    expect(slope.map(Math.sign)).toEqual([-1, 1, -1, 1]);
    await finite((p) => exponentialLogarithmicLoss(p, g, { ...PROBABILITIES, smooth: 0 }), g.neg().add(1));
  });

  it("refuses a Dice above 1", () => {
    const x = row([1]);
    expect(() => exponentialLogarithmicLoss(x, x, { smoothNumerator: 2 } as object)).toThrow(OptionError);
  });
});
