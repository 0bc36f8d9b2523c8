import { beforeAll, describe, expect, it } from "vitest";
import {
  diceLoss,
  focalTverskyLoss,
  grad,
  jaccardLoss,
  logCoshDiceLoss,
  setBackend,
  type Tensor,
  tensor,
  tverskyLoss,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  hardMask,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const BOTH = ["independent", "exclusive"] as const;
/** TP = 1.1, FP = 0.6, FN = 0.9. */
const P = row([0.7, 0.2, 0.4, 0.4]);
const G = row([1, 0, 1, 0]);
const X = logitsOf([2, 1, 3, 4]);
const soft = softMask([2, 1, 3, 4]);

describe("diceLoss", () => {
  sharedOptionsHold(diceLoss, BOTH);
  sharedOptionsHold(diceLoss, BOTH, { squared: true, log: true });

  it("is one minus the overlap", async () => {
    expect(await diceLoss(P, G, PROBABILITIES).item()).toBeCloseTo(1 - 3.2 / 4.7, 14);
    const apart = diceLoss(P, G, { ...PROBABILITIES, smoothNumerator: 0, smoothDenominator: 0.5 });
    expect(await apart.item()).toBeCloseTo(1 - 2.2 / 4.2, 14);
  });

  it("is the consistency-enhanced loss of MINet, errors over everything", async () => {
    const consistency = (x: Tensor) => {
      const p = x.sigmoid();
      const both = p.mul(soft);
      const errors = p.sub(both).sum().add(soft.sub(both).sum());
      return errors.div(p.sum().add(soft.sum()).add(1e-6));
    };
    await expectSame((x) => diceLoss(x, soft, { smooth: 1e-6, aggregate: "batch" }), consistency, X);
  });
});

describe("tverskyLoss", () => {
  sharedOptionsHold(tverskyLoss, BOTH);

  it("weighs false positives and false negatives by name", async () => {
    const p = await tverskyLoss(P, G, { ...PROBABILITIES }).item();
    expect(p).toBeCloseTo(1 - 2.1 / (2.1 + 0.3 * 0.6 + 0.7 * 0.9), 14);
    const options = { ...PROBABILITIES, falsePositiveWeight: 2, falseNegativeWeight: 0, smooth: 0 };
    expect(await tverskyLoss(P, G, options).item()).toBeCloseTo(1 - 1.1 / (1.1 + 1.2), 14);
  });

  it("is Dice with halves and half the smoothing, and Jaccard with ones", async () => {
    const halves = { falsePositiveWeight: 0.5, falseNegativeWeight: 0.5, smooth: 0.35 };
    await expectSame(
      (x) => tverskyLoss(x, soft, halves),
      (x) => diceLoss(x, soft, { smooth: 0.7 }),
      X,
    );
    const ones = { falsePositiveWeight: 1, falseNegativeWeight: 1, smooth: 0.7 };
    await expectSame(
      (x) => tverskyLoss(x, soft, ones),
      (x) => jaccardLoss(x, soft, { smooth: 0.7 }),
      X,
    );
  });

  it("sums over the batch before the ratio where asked", async () => {
    const [p, g] = [P.reshape([2, 1, 2]), G.reshape([2, 1, 2])];
    const batch = tverskyLoss(p, g, { ...PROBABILITIES, aggregate: "batch", reduction: "none" });
    expect(batch.shape).toEqual([1, 1]);
    expect(await batch.item()).toBeCloseTo(await tverskyLoss(P, G, PROBABILITIES).item(), 14);
  });

  it("reduces images and classes to a weighted mean", async () => {
    const [x, g] = [logitsOf([2, 3, 2, 2]), softMask([2, 3, 2, 2])];
    const mode = "multilabel";
    const each = await values(tverskyLoss(x, g, { mode, reduction: "none" }));
    expect(each).toHaveLength(6);
    const classWeights = [1, 2, 5];
    const total = each.reduce((sum, value, i) => sum + value * classWeights[i % 3], 0);
    expect(await tverskyLoss(x, g, { mode, classWeights }).item()).toBeCloseTo(total / 16, 14);
    expect(await tverskyLoss(x, g, { mode, classWeights, reduction: "sum" }).item()).toBeCloseTo(total, 13);
  });

  it("without smoothing stays finite where nothing is there", async () => {
    const nothing = filled([1, 1, 3], () => 0);
    await finite((p) => tverskyLoss(p, nothing, { ...PROBABILITIES, smooth: 0 }), nothing);
    expect(await tverskyLoss(nothing, nothing, { ...PROBABILITIES, smooth: 0 }).item()).toBe(0);
  });
});

describe("focalTverskyLoss", () => {
  sharedOptionsHold(focalTverskyLoss, BOTH);
  sharedOptionsHold(focalTverskyLoss, BOTH, { gamma: 0.5 });

  it("takes the root of each class before the mean", async () => {
    const [x, g] = [logitsOf([1, 3, 2, 2]), softMask([1, 3, 2, 2])];
    const mode = "multilabel";
    const each = await values(tverskyLoss(x, g, { mode, reduction: "none" }));
    const expected = each.reduce((sum, value) => sum + value ** 0.75, 0) / 3;
    expect(await focalTverskyLoss(x, g, { mode }).item()).toBeCloseTo(expected, 14);
    await expectSame(
      (y) => focalTverskyLoss(y, g, { gamma: 1 }),
      (y) => tverskyLoss(y, g),
      x,
    );
  });

  it("is 0 at the optimum, where its gradient is finite and points there", async () => {
    const slope = await finite((p) => focalTverskyLoss(p, G, { ...PROBABILITIES, gamma: 4 }), G);
    expect(await focalTverskyLoss(G, G, PROBABILITIES).item()).toBe(0);
    expect(slope.map(Math.sign)).toEqual([-1, 1, -1, 1]);
  });

  it("keeps its digits near the optimum", async () => {
    const p = row([1, 1e-12 / 0.3, 1, 0]);
    const loss = focalTverskyLoss(p, G, { ...PROBABILITIES, gamma: 2, smooth: 0 });
    // Below 1 - TI = 1e-7 the square root is its chord.
    expect(await loss.item()).toBeCloseTo((0.5e-12 * 1e-7 ** 0.5) / 1e-7, 20);
  });
});

describe("logCoshDiceLoss", () => {
  sharedOptionsHold(logCoshDiceLoss, BOTH);

  it("is log cosh of the Dice loss", async () => {
    const dice = await values(diceLoss(X, soft, { reduction: "none" }));
    const expected = dice.reduce((sum, u) => sum + Math.log(Math.cosh(u)), 0) / 2;
    expect(await logCoshDiceLoss(X, soft).item()).toBeCloseTo(expected, 14);
  });

  it("keeps its digits near 0", async () => {
    const loss = logCoshDiceLoss(row([1, 1e-5]), row([1, 0]), { ...PROBABILITIES, smooth: 0 });
    const u = 1e-5 / 2.00001;
    expect((await loss.item()) / (u * u * 0.5)).toBeCloseTo(1, 9);
  });
});

describe("jaccardLoss", () => {
  sharedOptionsHold(jaccardLoss, BOTH);
  sharedOptionsHold(jaccardLoss, BOTH, { squared: true, log: true });

  it("is one minus intersection over union", async () => {
    expect(await jaccardLoss(P, G, PROBABILITIES).item()).toBeCloseTo(1 - 2.1 / 3.6, 14);
    expect(await jaccardLoss(P, G, { ...PROBABILITIES, log: true }).item()).toBeCloseTo(
      Math.log(3.6 / 2.1),
      14,
    );
    // 0.49 + 0.04 + 0.16 + 0.16 for the squares of P.
    const squared = jaccardLoss(P, G, { ...PROBABILITIES, squared: true });
    expect(await squared.item()).toBeCloseTo(1 - 2.1 / (0.85 + 2 - 1.1 + 1), 14);
    expect(await jaccardLoss(P, P, { ...PROBABILITIES, squared: true }).item()).toBeCloseTo(0, 14);
  });

  it("is D / (2 - D) of the Dice loss, and has the same direction", async () => {
    const [x, g] = [logitsOf([1, 1, 3, 4]), hardMask([1, 1, 3, 4])];
    const fromDice = (y: Tensor) => {
      const dice = diceLoss(y, g, { smooth: 0 }).neg().add(1);
      return dice.div(dice.neg().add(2)).neg().add(1);
    };
    await expectSame((y) => jaccardLoss(y, g, { smooth: 0 }), fromDice, x);
  });

  it("has a closed gradient", async () => {
    const slope = await values(grad((p: Tensor) => jaccardLoss(p, G, { ...PROBABILITIES, smooth: 0 }))(P));
    const [i, u] = [1.1, 2.6];
    const closed = [1, 0, 1, 0].map((g) => -(g * u - (1 - g) * i) / u ** 2);
    slope.forEach((s, k) => {
      expect(s).toBeCloseTo(closed[k], 14);
    });
  });

  it("takes the ratio of each exclusive class", async () => {
    const p = tensor([
      [
        [0.2, 0.7],
        [0.8, 0.3],
      ],
    ]);
    const each = jaccardLoss(p, tensor([[1, 0]]), { ...PROBABILITIES, smooth: 0, reduction: "none" });
    const [first, second] = await values(each);
    expect(first).toBeCloseTo(1 - 0.7 / 1.2, 14);
    expect(second).toBeCloseTo(1 - 0.8 / 1.3, 14);
  });
});
