import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  activeContourLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  totalVariationLoss,
} from "../../../src/index.ts";
import {
  expectDerivatives,
  filled,
  finite,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const EXACT = { ...PROBABILITIES, epsilon: 0 } as const;

describe("activeContourLoss", () => {
  it("is a length and an area of errors, by hand", async () => {
    // A step of 0.5 to the second row in both columns, 0.1 between columns of it.
    const p = tensor([
      [
        [
          [0.2, 0.2],
          [0.7, 0.8],
        ],
      ],
    ]);
    const g = tensor([
      [
        [
          [0, 0],
          [1, 0],
        ],
      ],
    ]);
    const options = { ...EXACT, form: "anisotropic" } as const;
    // Steps 0.5, 0.6 and 0.1; false alarms 0.2, 0.2 and 0.8; a miss of 0.3.
    expect(await activeContourLoss(p, g, options).item()).toBeCloseTo((1.2 + 1.2 + 0.3) / 4, 14);
    const weighed = { ...options, regionWeight: 2, falsePositiveWeight: 3, falseNegativeWeight: 5 };
    expect(await activeContourLoss(p, g, weighed).item()).toBeCloseTo(
      (1.2 + 2 * (3 * 1.2 + 5 * 0.3)) / 4,
      14,
    );
  });

  it("measures soft targets by their squares, as the energy does", async () => {
    const value = activeContourLoss(row([0.4, 0.4]), row([0.5, 0.2]), EXACT);
    expect(await value.item()).toBeCloseTo((0.4 * (0.25 + 0.64) + 0.6 * (0.25 + 0.04)) / 2, 14);
  });

  it("is total variation without region terms", async () => {
    const [x, g] = [logitsOf([2, 1, 4, 5]), hardMask([2, 1, 4, 5])];
    for (const form of ["isotropic", "anisotropic"] as const) {
      const length = await totalVariationLoss(x, g, { form }).item();
      expect(await activeContourLoss(x, g, { regionWeight: 0, form }).item()).toBeCloseTo(length, 14);
    }
  });

  it("prefers to leave a single pixel out, unless regions weigh enough", async () => {
    const speck = filled([1, 1, 5, 5], (i) => Number(i === 12));
    const nothing = speck.mul(0);
    const cost = (p: Tensor, regionWeight: number) =>
      activeContourLoss(p, speck, { ...EXACT, regionWeight }).item();
    expect(25 * (await cost(speck, 1))).toBeCloseTo(2 + Math.SQRT2, 13);
    expect(25 * (await cost(nothing, 1))).toBeCloseTo(1, 13);
    expect(await cost(nothing, 2 + Math.SQRT2)).toBeCloseTo(await cost(speck, 2 + Math.SQRT2), 13);
  });

  it("costs least for the mask itself, from a weight of d + sqrt(d) on", async () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.asyncProperty(
      fc.constantFrom([4, 5], [3, 2, 3]),
      fc.array(unit, { minLength: 20, maxLength: 20 }),
      fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
      fc.constantFrom("isotropic", "anisotropic"),
      async (space, shares, mask, form) => {
        const size = space.reduce((a, b) => a * b, 1);
        const shape = [1, 1, ...space];
        const g = tensor(mask.slice(0, size).map(Number), shape);
        const regionWeight = form === "isotropic" ? space.length + Math.sqrt(space.length) : 2 * space.length;
        const cost = (p: Tensor) =>
          activeContourLoss(p, g, { ...EXACT, form, regionWeight } as object).item();
        expect(await cost(tensor(shares.slice(0, size), shape))).toBeGreaterThanOrEqual(
          (await cost(g)) - 1e-12,
        );
      },
    );
    await fc.assert(property, { numRuns: 60, seed: 61 });
  });

  it("pulls one-class images to what they are, and costs nothing there", async () => {
    const x = filled([1, 1, 3, 4], () => 0.4);
    const empty = x.mul(0);
    for (const [g, sign] of [
      [empty, 1],
      [empty.add(1), -1],
    ] as const) {
      const slope = await finite((y) => activeContourLoss(y, g), x);
      expect(slope.every((s) => sign * s > 0)).toBe(true);
      expect(await activeContourLoss(g, g, PROBABILITIES).item()).toBe(0);
    }
  });

  it("gives one value an image and class", async () => {
    const [x, labels] = [logitsOf([2, 3, 3, 4]), labelsOf([2, 3, 4], 3)];
    const single = await values(activeContourLoss(x, labels, { reduction: "none" }));
    const [p, index] = [await values(x.softmax(1)), await values(labels)];
    const shape = [1, 1, 3, 4];
    for (const c of [0, 1, 2]) {
      const own = tensor(p.slice(12 * (3 + c), 12 * (4 + c)), shape);
      const mask = tensor(
        index.slice(12).map((label) => Number(label === c)),
        shape,
      );
      expect(single[3 + c]).toBeCloseTo(await activeContourLoss(own, mask, PROBABILITIES).item(), 13);
    }
  });

  it("has the right derivatives", async () => {
    for (const shape of [
      [2, 1, 3, 4],
      [1, 1, 2, 3, 2],
    ]) {
      for (const g of [hardMask(shape), softMask(shape)]) {
        await expectDerivatives((x) => activeContourLoss(x, g, { falsePositiveWeight: 2 }), logitsOf(shape));
      }
    }
  });

  it("stays finite at +-80", async () => {
    const g = hardMask([1, 1, 4, 5]);
    for (const scale of [80, -80, 1000, -1000]) {
      await finite((x) => activeContourLoss(x, g), g.mul(2 * scale).sub(scale));
    }
  });

  it("refuses what it cannot honour", () => {
    const [x, g] = [row([1, 2]), row([0, 1])];
    expect(() => activeContourLoss(x, g, { regionWeight: -1 })).toThrow(OptionError);
    expect(() => activeContourLoss(x, g, { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});
