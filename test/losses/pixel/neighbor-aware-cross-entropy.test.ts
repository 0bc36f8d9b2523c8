import { beforeAll, describe, expect, it } from "vitest";
import {
  categoricalCrossEntropyLoss,
  neighborAwareCrossEntropyLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectDerivatives,
  expectSame,
  filled,
  labelsOf,
  logitsOf,
  row,
  sharedOptionsHold,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

/** Data of MONAI's own tests. */
const INPUTS = tensor([
  [
    [0.1498, 0.1158, 0.3996, 0.373, 0.2155, 0.1585, 0.8541, 0.8579],
    [0.664, 0.2424, 0.0774, 0.0324, 0.058, 0.218, 0.3447, 0.8722],
  ],
  [
    [0.3908, 0.9366, 0.1779, 0.1003, 0.963, 0.6118, 0.4405, 0.7916],
    [0.5782, 0.9515, 0.4088, 0.3946, 0.786, 0.391, 0.0324, 0.9568],
  ],
  [
    [0.0759, 0.0238, 0.557, 0.1691, 0.2703, 0.7722, 0.1611, 0.6431],
    [0.8051, 0.6596, 0.4121, 0.1125, 0.5283, 0.6746, 0.5528, 0.7913],
  ],
]).reshape([1, 3, 4, 4]);
const TARGETS = tensor([1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0]).reshape([1, 4, 4]);

describe("neighborAwareCrossEntropyLoss", () => {
  // Sure pixels are pulled back by the penalty; a small one leaves the pull to cross entropy. Pixels taken out of
  // an image bring others together: a window of one pixel does not see it.
  sharedOptionsHold(neighborAwareCrossEntropyLoss, ["exclusive"], { penaltyWeight: 0.005, windowSize: 1 });
  sharedOptionsHold(neighborAwareCrossEntropyLoss, ["exclusive"], {
    penaltyWeight: 0.001,
    squared: true,
    windowSize: 1,
  });

  it("has the right derivatives with windows", async () => {
    const labels = labelsOf([1, 3, 4], 3);
    for (const options of [{ penaltyWeight: 0.7 }, { squared: true, window: "gaussian" } as const]) {
      for (const border of ["inside", "zero"] as const) {
        await expectDerivatives(
          (x) => neighborAwareCrossEntropyLoss(x, labels, { ...options, border, ignoreIndex: 0 }),
          logitsOf([1, 3, 3, 4]),
        );
      }
    }
  });

  it("has the values of MONAI's own tests", async () => {
    const table: readonly [object, number][] = [
      [{}, 1.1442],
      [{ penaltyWeight: 0.2 }, 1.179],
      [{ squared: true }, 1.1269],
    ];
    for (const [options, expected] of table) {
      const loss = neighborAwareCrossEntropyLoss(INPUTS, TARGETS, { border: "zero", ...options });
      expect(await loss.item()).toBeCloseTo(expected, 4);
    }
  });

  it("compares logits with the classes of the neighbours, the pixel's own among them", async () => {
    const x = tensor([
      [
        [2, 0, 0.5, -1],
        [0, 1, 0, 1],
      ],
    ]);
    const labels = tensor([[0, 0, 1, 1]]);
    const crossEntropy = await categoricalCrossEntropyLoss(x, labels).item();
    const gaps = (first: readonly number[], second: readonly number[]) =>
      [2, 0, 0.5, -1].reduce((sum, z, i) => sum + Math.abs(z - first[i]), 0) +
      [0, 1, 0, 1].reduce((sum, z, i) => sum + Math.abs(z - second[i]), 0);
    const inside = gaps([1, 2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3, 1]);
    const loss = neighborAwareCrossEntropyLoss(x, labels, { penaltyWeight: 0.8 });
    expect(await loss.item()).toBeCloseTo(crossEntropy + (0.8 * inside) / 8, 13);
    const zero = gaps([2 / 3, 2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3, 2 / 3]);
    const padded = neighborAwareCrossEntropyLoss(x, labels, { penaltyWeight: 0.8, border: "zero" });
    expect(await padded.item()).toBeCloseTo(crossEntropy + (0.8 * zero) / 8, 13);
  });

  it("does not ask ignored neighbours", async () => {
    const x = logitsOf([1, 2, 5]);
    // Beyond the ignored pixel there is nothing: its neighbours are as at a border.
    const ignored = neighborAwareCrossEntropyLoss(x, tensor([[0, 1, 255, 1, 1]]), {
      ignoreIndex: 255,
      reduction: "sum",
    });
    const left = neighborAwareCrossEntropyLoss(x.slice([[0], [0], [0, 2]]), tensor([[0, 1]]), {
      reduction: "sum",
    });
    const right = neighborAwareCrossEntropyLoss(x.slice([[0], [0], [3, 5]]), tensor([[1, 1]]), {
      reduction: "sum",
    });
    expect(await ignored.item()).toBeCloseTo((await left.item()) + (await right.item()), 13);
  });

  it("weighs neighbours by a Gaussian, in three dimensions as in two", async () => {
    const shape = [1, 2, 3, 3, 3];
    const middle = filled([1, 3, 3, 3], (i) => Number(i === 13));
    const zeros = filled(shape, () => 0);
    const options = { penaltyWeight: 1, window: "gaussian", sigma: 0.7, reduction: "none" } as const;
    const cost = await values(neighborAwareCrossEntropyLoss(zeros, middle, options));
    const side = Math.exp(-0.5 / 0.7 ** 2);
    const own = (1 / (1 + 2 * side)) ** 3;
    // Logits of 0: what is left of the penalty is the mean of the two proportions, and those add up to 1.
    for (const one of cost) expect(one).toBeCloseTo(Math.log(2) + 0.5, 13);
    // At a logit of the middle's own proportion, only the other class is charged there.
    const met = filled(shape, (i) => (i === 27 + 13 ? own : 0));
    const charged = await values(neighborAwareCrossEntropyLoss(met, middle, options));
    expect(charged[13]).toBeCloseTo(Math.log1p(Math.exp(-own)) + (1 - own) / 2, 13);
  });

  it("is cross entropy without the penalty", async () => {
    const labels = labelsOf([2, 2, 2], 3);
    await expectSame(
      (y) => neighborAwareCrossEntropyLoss(y, labels, { penaltyWeight: 0 }),
      (y) => categoricalCrossEntropyLoss(y, labels),
      logitsOf([2, 3, 2, 2]),
    );
  });

  it("refuses probabilities and single channels, which tell no logits of classes", () => {
    const call = (options: object) => () => neighborAwareCrossEntropyLoss(INPUTS, TARGETS, options);
    expect(call({ input: "probabilities" })).toThrow(OptionError);
    expect(call({ input: "logits" })).not.toThrow();
    expect(call({ windowSize: 2 })).toThrow(OptionError);
    expect(call({ sigma: 0 })).toThrow(OptionError);
    expect(call({ penaltyWeight: -1 })).toThrow(OptionError);
    expect(() => neighborAwareCrossEntropyLoss(row([0]), row([1]))).toThrow(/two channels/);
    const many = (y: Tensor) => neighborAwareCrossEntropyLoss(y, y, { mode: "multilabel" });
    expect(() => many(filled([1, 2, 3], () => 0))).toThrow(OptionError);
  });
});
