import { beforeAll, describe, expect, it } from "vitest";
import {
  boundaryDouLoss,
  diceLoss,
  jaccardLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import { disc, emptyLike, expectFinite, scattered } from "../../support/loss-images.ts";
import {
  expectDerivatives,
  expectSame,
  filled,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const value = (p: Tensor, g: Tensor, options: object = {}): Promise<number> =>
  boundaryDouLoss(p, g, { ...PROBABILITIES, smooth: 0, ...options }).item();

/** A rectangle of ones that leaves a margin of one pixel. */
const rectangle = (height: number, width: number): Tensor =>
  filled([1, 1, height + 2, width + 2], (i) => {
    const [y, x] = [Math.floor(i / (width + 2)), i % (width + 2)];
    return Number(y > 0 && y <= height && x > 0 && x <= width);
  });

describe("boundaryDouLoss", () => {
  it("weighs a line of ten by hand", async () => {
    const g = row([0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    const p = row([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    // C = 2, S = 8, so alpha = 1/2; I = 7 and two pixels are wrong.
    expect(await value(p, g)).toBeCloseTo(2 / (2 + 3.5), 14);
    expect(await value(p, g, { maxAlpha: 0.2 })).toBeCloseTo(2 / (2 + 0.8 * 7), 14);
    expect(await value(p, g, { smooth: 1 })).toBeCloseTo(2 / (2 + 3.5 + 1), 14);
    expect(await value(p, g, { smoothNumerator: 0, smoothDenominator: 1 })).toBeCloseTo(
      3 / (2 + 3.5 + 1),
      14,
    );
    expect(await value(p.mul(0.5), g)).toBeCloseTo((7 * 0.25 + 1 + 0.25) / (3 + 0.5 * 3.5), 14);
  });

  it("is the authors' ratio on a disc", async () => {
    // A disc of 21 pixels: all but the inner 3 by 3 have a neighbour outside, so C / S = 12 / 21.
    const [p, g] = [await values(scattered()), await values(disc())];
    const sum = (f: (i: number) => number) => p.reduce((total, _, i) => total + f(i), 0);
    const [pp, gg, pg] = [sum((i) => p[i] ** 2), sum((i) => g[i] ** 2), sum((i) => p[i] * g[i])];
    const alpha = 1 - (2 * 12) / 21;
    const expected = (pp + gg - 2 * pg) / (pp + gg - (1 + alpha) * pg);
    expect(await value(scattered(), disc())).toBeCloseTo(expected, 13);
  });

  it("caps alpha for large objects", async () => {
    // 196 of 2500 pixels are rim: 1 - 2 C / S would be 0.843.
    const g = rectangle(50, 50);
    const p = g.mul(0.9);
    const [error, right] = [2500 * 0.01, 2500 * 0.9];
    expect(await value(p, g)).toBeCloseTo(error / (error + 0.2 * right), 12);
    expect(await value(p, g, { maxAlpha: 0.9 })).toBeCloseTo(error / (error + (392 / 2500) * right), 12);
  });

  it("counts the image's border as rim", async () => {
    const full = tensor([[[1, 1, 1, 1, 1, 1, 1, 1]]]);
    // C = 2, S = 8.
    expect(await value(full.mul(0.5), full)).toBeCloseTo(2 / (2 + 0.5 * 4), 14);
  });

  it("is squared Dice on thin objects, and squared Jaccard where half is rim", async () => {
    const thin = filled([1, 1, 5, 6], (i) => Number(Math.floor(i / 6) === 2));
    await expectSame(
      (x) => boundaryDouLoss(x, thin),
      (x) => diceLoss(x, thin, { squared: true }),
      logitsOf([1, 1, 5, 6]),
    );
    // 24 of the 48 pixels of a 6 by 8 rectangle are rim.
    const half = rectangle(6, 8);
    await expectSame(
      (x) => boundaryDouLoss(x, half, { smooth: 0.5 }),
      (x) => jaccardLoss(x, half, { squared: true, smooth: 0.5 }),
      logitsOf(half.shape),
    );
  });

  it("takes the six nearest in 3-D", async () => {
    // All but the middle of a cube of 3 are rim.
    const cube = filled([1, 1, 5, 5, 5], (i) => {
      const at = [Math.floor(i / 25), Math.floor(i / 5) % 5, i % 5];
      return Number(at.every((x) => x > 0 && x < 4));
    });
    const alpha = 1 - (2 * 26) / 27;
    expect(await value(cube.mul(0.5), cube)).toBeCloseTo(0.25 / (0.25 + (1 - alpha) * 0.5), 13);
  });

  it("lets ignored pixels be neither rim nor outside", async () => {
    // The third pixel has no known outside beside it: C = 1 (the image's border), S = 3.
    const g = row([1, 1, 1, 9, 0, 0]);
    const loss = boundaryDouLoss(row([0.5, 0.5, 0.5, 0.7, 0, 0]), g, {
      ...PROBABILITIES,
      smooth: 0,
      ignoreIndex: 9,
    });
    expect(await loss.item()).toBeCloseTo(0.75 / (0.75 + (2 / 3) * 1.5), 14);
  });

  it("pushes an empty mask's prediction down, and costs nothing where there is none", async () => {
    const p = scattered();
    const squares = (await values(p)).reduce((total, x) => total + x * x, 0);
    expect(await value(p, emptyLike(p), { smooth: 1 })).toBeCloseTo(squares / (squares + 1), 13);
    expect(await value(emptyLike(p), emptyLike(p), { smooth: 1 })).toBe(0);
    expect(await value(emptyLike(p), emptyLike(p))).toBe(0);
  });

  it("has the right derivatives in 2-D, 3-D and over exclusive classes", async () => {
    for (const shape of [
      [2, 1, 4, 5],
      [1, 1, 3, 3, 4],
    ]) {
      for (const g of [hardMask(shape), softMask(shape)]) {
        await expectDerivatives((x) => boundaryDouLoss(x, g), logitsOf(shape));
      }
    }
    await expectDerivatives(
      (x) => boundaryDouLoss(x, labelsOf([2, 4, 4], 3), { aggregate: "batch", smooth: 0 }),
      logitsOf([2, 3, 4, 4]),
    );
  });

  it("stays finite at +-80", () => expectFinite(boundaryDouLoss));

  it("refuses what it cannot honour", () => {
    const g = rectangle(2, 2);
    for (const maxAlpha of [1, -1.5, Number.NaN, "0.8"]) {
      expect(() => boundaryDouLoss(g, g, { ...PROBABILITIES, maxAlpha } as object)).toThrow(OptionError);
    }
  });
});
