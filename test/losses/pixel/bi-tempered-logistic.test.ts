import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  biTemperedLogisticLoss,
  categoricalCrossEntropyLoss,
  gradcheck,
  OptionError,
  setBackend,
  tensor,
} from "../../../src/index.ts";
import { temperedLogSoftmax } from "../../../src/losses/shared/tempered.ts";
import {
  expectSame,
  filled,
  finite,
  fraction,
  hardMask,
  labelsOf,
  logitsOf,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

/** Three pixels of three classes, as the authors' tests have them: logits by pixel, then shares. */
const ACTIVATIONS = tensor([
  [-0.5, 0.1, 2],
  [0.1, 1.5, -5],
  [4, -3, -6],
]).reshape([3, 3, 1]);
const SHARES = tensor([
  [0.2, 0.3, 0.5],
  [0.6, 0.3, 0.1],
  [0.2, 0.8, 0],
]).reshape([3, 3, 1]);

describe("temperedLogSoftmax", () => {
  it("adds up to 1, for every spread of logits, number of classes and temperature", async () => {
    for (const classes of [2, 3, 20, 100]) {
      for (const spread of [0.1, 3, 30, 1000]) {
        const x = filled([40, classes], (i) => spread * (fraction(i) + fraction(13 * i) - 1));
        for (const t of [1.01, 1.4, 1.5, 2, 4]) {
          const logP = temperedLogSoftmax(x, 1, t);
          const off = logP.exp().sum(1).sub(1).abs().max();
          expect(await off.item(), `${classes} classes, spread ${spread}, t ${t}`).toBeLessThan(1e-13);
        }
      }
    }
  });

  it("is the inverse of the tempered logarithm, shifted", async () => {
    // exp_2(u) = 1 / (1 - u): p = 1 / (1 + l - x), and 1/3 + 2/3 = 1 at l = 2, x = 0 and 3/2.
    const p = await values(temperedLogSoftmax(tensor([[0, 1.5]]), 1, 2).exp());
    expect(p[0]).toBeCloseTo(1 / 3, 14);
    expect(p[1]).toBeCloseTo(2 / 3, 14);
  });

  it("has exact first and second derivatives, by the implicit function", async () => {
    const x = logitsOf([2, 3]);
    const f = (y: typeof x) =>
      temperedLogSoftmax(y, 1, 1.4)
        .exp()
        .mul(softMask([2, 3]))
        .sum();
    for (const order of [1, 2] as const) {
      const { maxError } = await gradcheck(f, [x], { order });
      expect(maxError).toBeLessThan(1e-8);
    }
  });

  it("comes near the log-softmax as t goes to 1", async () => {
    const x = logitsOf([3, 4]);
    const [near, limit] = [
      await values(temperedLogSoftmax(x, 1, 1 + 1e-9)),
      await values(temperedLogSoftmax(x, 1, 1)),
    ];
    near.forEach((value, i) => {
      expect(value).toBeCloseTo(limit[i], 6);
    });
  });
});

describe("biTemperedLogisticLoss", () => {
  sharedOptionsHold(biTemperedLogisticLoss, ["independent", "exclusive"]);
  sharedOptionsHold(biTemperedLogisticLoss, ["independent", "exclusive"], {
    t1: 0.3,
    t2: 2,
    labelSmoothing: 0.1,
  });

  it("has the values of the authors' own tests", async () => {
    const loss = biTemperedLogisticLoss(ACTIVATIONS, SHARES, { t1: 0.5, t2: 1.5, reduction: "none" });
    const known = [0.02301914, 0.18972909, 0.93874922];
    (await values(loss)).forEach((value, i) => {
      expect(value).toBeCloseTo(known[i], 6);
    });
    // Their smoothing of 0.1 is 0.15 of ours with three classes.
    const smooth = biTemperedLogisticLoss(ACTIVATIONS, tensor([[0], [1], [2]]), {
      t1: 0.5,
      t2: 1.5,
      labelSmoothing: 0.15,
      reduction: "none",
    });
    const smoothed = [0.76652711, 0.08627685, 1.3544351];
    (await values(smooth)).forEach((value, i) => {
      expect(value).toBeCloseTo(smoothed[i], 5);
    });
  });

  it("takes one channel for two classes, the first of logit 0", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 3]), softMask([2, 1, 3, 3])];
    await expectSame(
      (y) => biTemperedLogisticLoss(y, g, { labelSmoothing: 0.2 }),
      (y) =>
        biTemperedLogisticLoss(y.mul(0).concat(y, 1), g.neg().add(1).concat(g, 1), {
          mode: "multiclass",
          labelSmoothing: 0.2,
        }),
      x,
    );
  });

  it("is cross entropy at temperatures of 1, less the entropy of the target", async () => {
    const labels = labelsOf([2, 2, 2], 3);
    await expectSame(
      (y) => biTemperedLogisticLoss(y, labels, { t1: 1, t2: 1, classWeights: [1, 2, 3] }),
      (y) => categoricalCrossEntropyLoss(y, labels, { classWeights: [1, 2, 3] }),
      logitsOf([2, 3, 2, 2]),
    );
    const g = softMask([2, 1, 3, 3]);
    const entropy = g
      .mul(g.log())
      .add(g.neg().add(1).mul(g.neg().add(1).log()))
      .mean();
    await expectSame(
      (y) => biTemperedLogisticLoss(y, g, { t1: 1, t2: 1 }),
      (y) => binaryCrossEntropyLoss(y, g).add(entropy),
      logitsOf([2, 1, 3, 3]),
    );
  });

  it("is 0 where prediction and target agree", async () => {
    // At t2 = 2 and x = 1.5 the pixel's probabilities are 1/3 and 2/3.
    const x = row([1.5]);
    const loss = (y: typeof x) => biTemperedLogisticLoss(y, row([2 / 3]), { t2: 2 });
    expect(Math.abs(await loss(x).item())).toBeLessThan(1e-15);
    const slope = await finite(loss, x);
    expect(Math.abs(slope[0])).toBeLessThan(1e-15);
  });

  it("comes to certainty by a power of the logit, where a sigmoid does by an exponential", async () => {
    const costs = await values(
      biTemperedLogisticLoss(row([80, 800, 8000]), row([1, 1, 1]), { reduction: "none" }),
    );
    // 1 - p is nearly (0.4 x)^(-1 / 0.4), and the cost its power 2 - t1 = 1.2, over 1.2.
    const expected = [80, 800, 8000].map((x) => (0.4 * x) ** -3 / 1.2);
    costs.forEach((cost, i) => {
      expect(cost / expected[i]).toBeGreaterThan(0.9);
      expect(cost / expected[i]).toBeLessThan(1.1);
    });
    const slope = await finite((y) => biTemperedLogisticLoss(y, row([1, 1])), row([80, 8e6]));
    expect(slope[0]).toBeLessThan(0);
    expect(Math.abs(slope[1])).toBeLessThan(1e-9);
  });

  it("bounds the cost of a pixel by the temperature of the logarithm", async () => {
    for (const t1 of [0, 0.5, 0.8]) {
      const worst = await biTemperedLogisticLoss(row([-1e6]), row([1]), { t1 }).item();
      expect(worst).toBeLessThanOrEqual(1 / (1 - t1));
      expect(worst).toBeGreaterThan(0.6 / (1 - t1));
    }
  });

  it("weighs a pixel by its label, with all of its classes", async () => {
    const labels = tensor([[0], [1], [2]]);
    const costs = await values(biTemperedLogisticLoss(ACTIVATIONS, labels, { reduction: "none" }));
    const weighed = biTemperedLogisticLoss(ACTIVATIONS, labels, { classWeights: [1, 2, 5] });
    expect(await weighed.item()).toBeCloseTo((costs[0] + 2 * costs[1] + 5 * costs[2]) / 8, 13);
    const without = biTemperedLogisticLoss(ACTIVATIONS, labels, { includeBackground: false });
    expect(await without.item()).toBeCloseTo((costs[1] + costs[2]) / 2, 13);
  });

  it("leaves the first channel out where channels are independent", async () => {
    const [x, g] = [logitsOf([1, 2, 2, 3]), hardMask([1, 2, 2, 3])];
    const options = { mode: "multilabel" } as const;
    const second = [[0], [1]] as const;
    expect(await biTemperedLogisticLoss(x, g, { ...options, includeBackground: false }).item()).toBeCloseTo(
      await biTemperedLogisticLoss(x.slice(second), g.slice(second)).item(),
      13,
    );
  });

  it("refuses temperatures that it has no formula for", () => {
    const call = (options: object) => () => biTemperedLogisticLoss(row([0]), row([1]), options);
    for (const options of [{ t1: -0.1 }, { t1: 1.1 }, { t2: 0.9 }, { t2: 5 }, { labelSmoothing: 2 }]) {
      expect(call(options)).toThrow(OptionError);
    }
  });
});
