import { beforeAll, describe, expect, it } from "vitest";
import {
  activeBoundaryLoss,
  grad,
  gradcheck,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import { box, disc, emptyLike, expectFinite, fullLike, shiftedLogits } from "../../support/loss-images.ts";
import { filled, labelsOf, logitsOf, row } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const value = (x: Tensor, g: Tensor, options: object = {}): Promise<number> =>
  activeBoundaryLoss(x, g, options).item();

/** Two halves, and a prediction of them that lies two pixels to the right. */
const target = row([1, 1, 0, 0, 0, 0]);
const moved = row([3, 3, 3, 3, -3, -3]);
/** KL between the two sides of `moved`. */
const z = 3 * Math.tanh(1.5);
const costs = [Math.log(2), Math.log1p(Math.exp(z)), Math.log1p(Math.exp(-z))];

describe("activeBoundaryLoss", () => {
  it("asks three pixels for their direction, by hand", async () => {
    const options = { boundaryShare: 0.2, labelSmoothing: 0 };
    const weighted = (weights: number[]) => weights.reduce((sum, w, i) => sum + w * costs[i], 0) / 3;
    expect(await value(moved, target, options)).toBeCloseTo(weighted([0.05, 0.1, 0.15]), 13);
    expect(await value(moved, target, { ...options, maxDistance: 2 })).toBeCloseTo(weighted([0.5, 1, 1]), 13);
    // A third of each direction goes to the other one.
    const smoothed = (costs[0] * 0.05 + (costs[1] - z / 3) * 0.1 + (costs[2] + z / 3) * 0.15) / 3;
    expect(await value(moved, target, { ...options, labelSmoothing: 1 / 3 })).toBeCloseTo(smoothed, 13);
  });

  it("moves the boundary's own pixels, their neighbours held", async () => {
    const f = (x: Tensor) => activeBoundaryLoss(x, target, { boundaryShare: 0.2, labelSmoothing: 0 });
    const slope = await values(grad(f)(moved));
    const pull = Math.tanh(1.5) / 3;
    // Pixel 3 shall be more like its right neighbour than its left: its logit falls.
    expect(slope[3]).toBeCloseTo((0.1 * pull * Math.exp(z)) / (1 + Math.exp(z)), 13);
    // Pixel 4 differs from its left neighbour already, and shall differ more.
    expect(slope[4]).toBeCloseTo((0.15 * pull) / (1 + Math.exp(z)), 13);
    expect([slope[0], slope[1], slope[2], slope[5]].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it("agrees with the formula pixel by pixel, 2-D, exclusive classes, ignored pixels, 3-D", async () => {
    const x = shiftedLogits().mul(0.3);
    expect(await value(x, disc(), { boundaryShare: 0.2 })).toBeCloseTo(0.074919359760154, 12);
    const far = { boundaryShare: 0.3, maxDistance: 3, labelSmoothing: 0 };
    expect(await value(x, disc(), far)).toBeCloseTo(0.5985458668828955, 12);
    const all = { boundaryShare: 1, maxDistance: 2, labelSmoothing: 0.5 };
    expect(await value(x, disc(), all)).toBeCloseTo(0.9394747757320286, 12);

    const tilt = filled([1, 3, 6, 7], (i) => (i < 42 ? 2 - (4 * (i % 7)) / 6 : 0));
    const logits = logitsOf([1, 3, 6, 7]).add(tilt);
    const label = (i: number) => Math.min(2, Math.floor((Math.floor(i / 7) + (i % 7)) / 4));
    expect(await value(logits, filled([1, 6, 7], label), { boundaryShare: 0.15 })).toBeCloseTo(
      0.10994993437114249,
      12,
    );
    const hole = filled([1, 6, 7], (i) => (i === 0 || i % 7 === 3 ? 255 : label(i)));
    expect(await value(logits, hole, { boundaryShare: 0.15, ignoreIndex: 255 })).toBeCloseTo(
      0.11836778056171673,
      12,
    );

    const block = filled([1, 1, 4, 5, 6], (i) => {
      const [d, h, w] = [Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6];
      return Number(d >= 1 && d < 3 && h >= 2 && h < 4 && w >= 2 && w < 5);
    });
    const volume = logitsOf([1, 1, 4, 5, 6]).mul(0.5);
    expect(await value(volume, block, { boundaryShare: 0.1, maxDistance: 2 })).toBeCloseTo(
      1.348100496877881,
      12,
    );
  });

  it("is the loss of two softmax channels where one sigmoid says the same", async () => {
    const x = shiftedLogits().mul(0.3);
    const two = emptyLike(x).concat(x, 1);
    const options = { boundaryShare: 0.2 };
    const labels = disc().reshape([1, 7, 8]);
    expect(await value(two, labels, options)).toBeCloseTo(await value(x, disc(), options), 13);
  });

  it("has a boundary for each channel that stands alone", async () => {
    const pair = moved.concat(moved.flip(2), 1);
    const both = target.concat(target, 1);
    const options = { boundaryShare: 0.2, reduction: "none" } as const;
    const each = await values(activeBoundaryLoss(pair, both, { ...options, mode: "multilabel" }));
    expect(each).toHaveLength(2);
    expect(each[0]).toBeCloseTo(await value(moved, target, options), 14);
    expect(each[1]).toBeCloseTo(await value(moved.flip(2), target, options), 14);
  });

  it("is 0 without a boundary on either side", async () => {
    const x = shiftedLogits();
    const options = { boundaryShare: 0.2 };
    const f = (g: Tensor) => (y: Tensor) => activeBoundaryLoss(y, g, options);
    for (const [prediction, g] of [
      [x, emptyLike(x)],
      [x, fullLike(x)],
      [emptyLike(x).add(2), disc()],
    ]) {
      expect(await value(prediction, g, options)).toBe(0);
      const slope = await values(grad(f(g))(prediction));
      expect(slope.map(Math.abs).every((s) => s === 0)).toBe(true);
    }
    // A hundredth of 56 pixels is none.
    expect(await value(x, disc())).toBe(0);
  });

  it("costs less, the nearer the predicted boundary is", async () => {
    const edge = (at: number) => filled([1, 1, 8, 24], (i) => (i % 24 < at ? 4 : -4));
    const g = filled([1, 1, 8, 24], (i) => Number(i % 24 < 4));
    const found = await Promise.all([4, 8, 12, 16].map((at) => value(edge(at), g, { boundaryShare: 0.05 })));
    expect(found[0]).toBeGreaterThan(0);
    for (let i = 1; i < found.length; i++) expect(found[i]).toBeGreaterThan(found[i - 1]);
  });

  it("has the right gradient, the chosen held, 2-D, 3-D and over exclusive classes", async () => {
    const held = { holdConstants: true, elements: 12 } as const;
    for (const [x, g] of [
      [logitsOf([2, 1, 5, 6]), box([2, 1, 5, 6])],
      [logitsOf([1, 1, 3, 4, 4]), box([1, 1, 3, 4, 4])],
      [logitsOf([1, 3, 5, 5]), labelsOf([1, 5, 5], 3)],
    ]) {
      const f = (y: Tensor) => activeBoundaryLoss(y, g, { boundaryShare: 0.2, maxDistance: 2 });
      expect(await f(x).item()).toBeGreaterThan(0.1);
      expect(await gradcheck(f, [x], held)).toMatchObject({ ok: true });
      expect(await gradcheck(f, [x], { ...held, order: 2, elements: 6 })).toMatchObject({ ok: true });
    }
  });

  it("stays finite at +-80 and +-1000", async () => {
    await expectFinite((x, g) => activeBoundaryLoss(x, g, { boundaryShare: 0.3 }), [1, 1, 8, 8]);
    const f = (y: Tensor) => activeBoundaryLoss(y, target, { boundaryShare: 0.5 });
    expect(await f(moved.mul(1000)).item()).toSatisfy(Number.isFinite);
    expect((await values(grad(f)(moved.mul(1000)))).every(Number.isFinite)).toBe(true);
  });

  it("refuses what it cannot honour", () => {
    for (const refused of [
      { boundaryShare: 0 },
      { boundaryShare: 1.5 },
      { maxDistance: 0 },
      { labelSmoothing: -0.1 },
      { classWeights: [1, 2] },
      { includeBackground: false },
      { pixelWeights: tensor([[[1]]]) },
    ]) {
      expect(() => activeBoundaryLoss(moved, target, refused as object)).toThrow(OptionError);
    }
  });
});
