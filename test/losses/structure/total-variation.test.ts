import { beforeAll, describe, expect, it } from "vitest";
import {
  diceLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  totalVariationLoss,
  weightedSum,
} from "../../../src/index.ts";
import { picture } from "../../support/loss-images.ts";
import {
  expectDerivatives,
  expectSame,
  filled,
  finite,
  fraction,
  logitsOf,
  PROBABILITIES,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const EXACT = { ...PROBABILITIES, epsilon: 0 } as const;
const loss = (p: Tensor, options: object = {}) => totalVariationLoss(p, p, { ...EXACT, ...options }).item();

/** The definition for one map: at each pixel, over all choices of a neighbour along every axis. */
function definition(x: readonly number[], space: readonly number[], epsilon: number): number {
  const strides = space.map((_, axis) => space.slice(axis + 1).reduce((a, b) => a * b, 1));
  const root = (s: number) => Math.sqrt(s + epsilon) - Math.sqrt(epsilon);
  let total = 0;
  x.forEach((value, i) => {
    for (let choice = 0; choice < 2 ** space.length; choice++) {
      let squares = 0;
      space.forEach((length, axis) => {
        const at = Math.floor(i / strides[axis]) % length;
        const to = at + (choice & (1 << axis) ? 1 : -1);
        if (to >= 0 && to < length) squares += (x[i + (to - at) * strides[axis]] - value) ** 2;
      });
      total += root(squares) / 2 ** space.length;
    }
  });
  return total / x.length;
}

describe("totalVariationLoss", () => {
  it("is the length of a mask's border", async () => {
    // A square of 2 by 2: eight edges; of four corners two meet in every mirror image's differences.
    const square = picture("......", "......", "..##..", "..##..", "......", "......");
    expect(await loss(square, { form: "anisotropic" })).toBeCloseTo(8 / 36, 14);
    expect(await loss(square)).toBeCloseTo((6 + Math.SQRT2) / 36, 14);
    // A straight border is as long as the image is high, in either form.
    const half = picture("..##", "..##", "..##");
    expect(await loss(half, { form: "anisotropic" })).toBeCloseTo(3 / 12, 14);
    expect(await loss(half)).toBeCloseTo(3 / 12, 14);
    // A diagonal of n pixels costs between its length and its edges.
    const diagonal = picture("....", "#...", "##..", "###.");
    expect(await loss(diagonal, { form: "anisotropic" })).toBeCloseTo(6 / 16, 14);
    const length = 16 * (await loss(diagonal));
    expect(length).toBeGreaterThan(3 * Math.SQRT2);
    expect(length).toBeLessThan(6);
  });

  it("is the area of a border in 3-D, and the sum of steps in 1-D", async () => {
    const slab = filled([1, 1, 4, 3, 2], (i) => Number(i < 12));
    expect(await loss(slab)).toBeCloseTo(6 / 24, 14);
    expect(await loss(slab, { form: "anisotropic" })).toBeCloseTo(6 / 24, 14);
    expect(await loss(tensor([[[0, 0.5, 0.25, 0.25]]]))).toBeCloseTo(0.75 / 4, 14);
  });

  it("takes the mean over mirror images", async () => {
    for (const space of [
      [4, 5],
      [3, 1, 4],
      [2, 3, 4],
    ]) {
      const p = filled([1, 1, ...space], (i) => fraction(3 * i));
      for (const epsilon of [0, 1e-8, 0.1]) {
        expect(await loss(p, { epsilon })).toBeCloseTo(definition(await values(p), space, epsilon), 13);
      }
    }
  });

  it("depends on no labels, and is 0 with no slope where nothing changes", async () => {
    const x = logitsOf([1, 2, 3, 4]);
    const target = x.sigmoid();
    await expectSame(
      (y) => totalVariationLoss(y, target, { mode: "multilabel" }),
      (y) => totalVariationLoss(y, target.mul(0), { mode: "multilabel" }),
      x,
    );
    const flat = filled([1, 1, 3, 4], () => 0.7);
    expect(await totalVariationLoss(flat, flat).item()).toBe(0);
    const slope = await finite((y) => totalVariationLoss(y, flat), flat);
    expect(slope.map(Math.abs)).toEqual(slope.map(() => 0));
  });

  it("takes no step to an ignored pixel", async () => {
    const [x, marked] = [tensor([[[0.1, 0.9, 0.4, 0.6]]]), tensor([[[1, 255, 0, 1]]])];
    const value = totalVariationLoss(x, marked, { ...EXACT, ignoreIndex: 255 });
    expect(await value.item()).toBeCloseTo(0.2 / 3, 14);
  });

  it("joins a loss that knows the target", async () => {
    const sum = weightedSum([
      [diceLoss, 1],
      [totalVariationLoss, 0.1],
    ]);
    const [x, g] = [logitsOf([1, 1, 4, 5]), filled([1, 1, 4, 5], (i) => Number(i < 9))];
    const expected = (await diceLoss(x, g).item()) + 0.1 * (await totalVariationLoss(x, g).item());
    expect(await sum(x, g).item()).toBeCloseTo(expected, 13);
  });

  it("has the right derivatives, in both forms, 2-D and 3-D", async () => {
    for (const shape of [
      [2, 1, 3, 4],
      [1, 2, 2, 3, 2],
    ]) {
      const x = logitsOf(shape);
      const options = { mode: shape[1] === 1 ? "binary" : "multilabel" } as const;
      for (const form of ["isotropic", "anisotropic"] as const) {
        await expectDerivatives((y) => totalVariationLoss(y, x.sigmoid(), { ...options, form }), x);
      }
    }
  });

  it("stays finite at +-80 and +-1000", async () => {
    for (const scale of [80, 1000]) {
      const x = filled([1, 1, 4, 5], (i) => (i % 3 === 0 ? scale : -scale));
      await finite((y) => totalVariationLoss(y, x.greater(0), { epsilon: 0 }), x);
    }
  });

  it("refuses what it cannot honour", () => {
    const x = logitsOf([1, 1, 2, 3]);
    expect(() => totalVariationLoss(x, x, { form: "l1" } as object)).toThrow(/"isotropic", "anisotropic"/);
    expect(() => totalVariationLoss(x, x.sigmoid(), { epsilon: -1 })).toThrow(OptionError);
    expect(() => totalVariationLoss(x, x.sigmoid(), { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});
