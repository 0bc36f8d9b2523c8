import { beforeAll, describe, expect, it } from "vitest";
import {
  concat,
  diceLoss,
  generalizedDiceLoss,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const BOTH = ["independent", "exclusive"] as const;

describe("generalizedDiceLoss", () => {
  sharedOptionsHold(generalizedDiceLoss, BOTH);
  sharedOptionsHold(generalizedDiceLoss, BOTH, { weighting: "simple", smoothNumerator: 0.2, smooth: 0.3 });

  /** Volumes 1, 2 and 3; overlaps 0.8, 1.1 and 2; predicted 1.3, 1.9 and 2.8. */
  const P = tensor([
    [
      [0.8, 0.1, 0.1, 0.1, 0.1, 0.1],
      [0.1, 0.5, 0.6, 0.3, 0.2, 0.2],
      [0.1, 0.4, 0.3, 0.6, 0.7, 0.7],
    ],
  ]);
  const LABELS = tensor([[0, 1, 1, 2, 2, 2]]);

  it.each([
    ["square", [1, 1 / 4, 1 / 9]],
    ["simple", [1, 1 / 2, 1 / 3]],
    ["uniform", [1, 1, 1]],
  ] as const)("weighs volumes 1, 2, 3 by %s", async (weighting, w) => {
    const [overlap, both] = [
      [0.8, 1.1, 2],
      [1 + 1.3, 2 + 1.9, 3 + 2.8],
    ];
    const total = (x: readonly number[]) => x.reduce((sum, value, l) => sum + w[l] * value, 0);
    const score = (s: number) => (2 * total(overlap) + s) / (total(both) + s);
    const options = { ...PROBABILITIES, weighting };
    expect(await generalizedDiceLoss(P, LABELS, { ...options, smooth: 0 }).item()).toBeCloseTo(
      1 - score(0),
      14,
    );
    expect(await generalizedDiceLoss(P, LABELS, options).item()).toBeCloseTo(1 - score(1), 14);
  });

  it("takes one channel for two labels, as a softmax of (0, x) does", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 4]), hardMask([2, 1, 3, 4])];
    const two = (y: Tensor) => concat([y.mul(0), y], 1);
    const hot = concat([g.neg().add(1), g], 1);
    await expectSame(
      (y) => generalizedDiceLoss(y, g),
      (y) => generalizedDiceLoss(two(y), hot),
      x,
    );
  });

  it("is Dice for a single label, and for equal weights Dice of all labels side by side", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
    await expectSame(
      (y) => generalizedDiceLoss(y, g, { mode: "multilabel", smooth: 0.7 }),
      (y) => diceLoss(y, g, { smooth: 0.7 }),
      x,
    );
    const [p, labels] = [logitsOf([1, 3, 2, 3]), labelsOf([1, 2, 3], 3)];
    const numbers = await values(labels);
    const hot = filled([1, 1, 6, 3], (i) => Number(numbers[i % 6] === Math.floor(i / 6)));
    await expectSame(
      (y) => generalizedDiceLoss(y, labels, { weighting: "uniform" }),
      (y) => diceLoss(y.softmax(1).reshape([1, 1, 6, 3]), hot, PROBABILITIES),
      p,
    );
  });

  it("gives an absent label the largest weight of its image, or of the batch", async () => {
    const p = tensor([
      [
        [0.6, 0.7, 0.5],
        [0.3, 0.1, 0.1],
        [0.1, 0.2, 0.4],
      ],
      [
        [0.2, 0.2, 0.2],
        [0.3, 0.3, 0.6],
        [0.5, 0.5, 0.2],
      ],
    ]);
    const labels = tensor([
      [0, 0, 0],
      [2, 2, 1],
    ]);
    const options = { ...PROBABILITIES, smooth: 0 };
    // First image: all weights 1. Second: volumes 0, 1, 2, weights 1, 1, 1/4.
    const first = 1 - (2 * 1.8) / (3 + 3);
    const second = 1 - (2 * (0.6 + 1 / 4)) / (0.6 + 2.2 + (2 + 1.2) / 4);
    const each = await values(generalizedDiceLoss(p, labels, { ...options, reduction: "none" }));
    expect(each[0]).toBeCloseTo(first, 14);
    expect(each[1]).toBeCloseTo(second, 14);
    // Batch: volumes 3, 1, 2.
    const batch = 1 - (2 * (1.8 / 9 + 0.6 + 1 / 4)) / ((3 + 2.4) / 9 + 1 + 1.7 + (2 + 1.9) / 4);
    const joined = generalizedDiceLoss(p, labels, { ...options, aggregate: "batch", reduction: "none" });
    expect(joined.shape).toEqual([1]);
    expect(await joined.item()).toBeCloseTo(batch, 14);
  });

  it("costs the mean of p on an empty mask, and pushes down where no label is there at all", async () => {
    const [p, empty] = [row([0.9, 0.2, 0.1, 0]), row([0, 0, 0, 0])];
    const loss = generalizedDiceLoss(p, empty, { ...PROBABILITIES, smooth: 0 });
    expect(await loss.item()).toBeCloseTo(0.3, 14);
    const slope = await finite(
      (y) =>
        generalizedDiceLoss(
          y,
          filled([1, 2, 3], () => 0),
          { mode: "multilabel" },
        ),
      logitsOf([1, 2, 3]),
    );
    expect(slope.every((s) => s > 0)).toBe(true);
    const labels = tensor([[0, 0]]);
    const without = await finite(
      (y) => generalizedDiceLoss(y, labels, { includeBackground: false }),
      logitsOf([1, 3, 2]),
    );
    expect(without.slice(2).every((s) => s > 0)).toBe(true);
  });

  it("takes a class of weight 0 for one that is not there", async () => {
    const [x, g] = [logitsOf([1, 3, 2, 3]), softMask([1, 3, 2, 3])];
    const mode = "multilabel";
    const rest = [[0], [1]] as const;
    await expectSame(
      (y) => generalizedDiceLoss(y, g, { mode, classWeights: [0, 1, 3] }),
      (y) => generalizedDiceLoss(y.slice(rest), g.slice(rest), { mode, classWeights: [1, 3] }),
      x,
    );
  });

  it("keeps its weights where volumes are extreme", async () => {
    // A share of 1e-20: its inverse square has no place in float32.
    const g = filled([1, 2, 4], (i) => (i < 4 ? 1e-20 : 1));
    const loss = generalizedDiceLoss(
      filled([1, 2, 4], () => 0.5),
      g,
      { ...PROBABILITIES, mode: "multilabel" },
    );
    // The rarest label's weight is 1, the other's 1e-40: errors 2, overlap 0.
    expect(await loss.item()).toBeCloseTo(2 / 3, 14);
  });

  it("refuses a weighting that it does not know", () => {
    const x = logitsOf([1, 1, 3]);
    expect(() => generalizedDiceLoss(x, hardMask([1, 1, 3]), { weighting: "cube" as never })).toThrow(
      /generalizedDiceLoss: weighting is "cube", expected "square", "simple", "uniform"/,
    );
  });
});
