import { beforeAll, describe, expect, it } from "vitest";
import {
  grad,
  mumfordShahLoss,
  OptionError,
  oneHot,
  ShapeError,
  setBackend,
  type Tensor,
  totalVariationLoss,
} from "../../../src/index.ts";
import {
  expectDerivatives,
  expectSame,
  filled,
  finite,
  fraction,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const FIT = { ...PROBABILITIES, lengthWeight: 0 } as const;

/** Mean over pixels of y (x - c)^2, c the mean of x under y. */
function misfit(y: readonly number[], x: readonly number[]): number {
  const mass = y.reduce((a, b) => a + b, 0);
  const mean = y.reduce((sum, share, i) => sum + share * x[i], 0) / mass;
  return y.reduce((sum, share, i) => sum + share * (x[i] - mean) ** 2, 0) / y.length;
}

const rest = (y: readonly number[]) => y.map((share) => 1 - share);

describe("mumfordShahLoss", () => {
  it("fits each class by its mean, by hand", async () => {
    const image = row([1, 3, 8]);
    // Inside 1 and half of 3, mean 5/3; outside half of 3 and 8, mean 19/3.
    const inside = (1 - 5 / 3) ** 2 + 0.5 * (3 - 5 / 3) ** 2;
    const outside = 0.5 * (3 - 19 / 3) ** 2 + (8 - 19 / 3) ** 2;
    const value = mumfordShahLoss(row([1, 0.5, 0]), row([0, 0, 0]), { ...FIT, image });
    expect(await value.item()).toBeCloseTo((inside + outside) / 3, 13);
  });

  it("adds up the channels of an image, and the lengths of both classes", async () => {
    const shape = [1, 1, 4, 5];
    const [x, g] = [logitsOf(shape), hardMask(shape)];
    const image = filled([1, 2, 4, 5], (i) => 3 * fraction(2 * i));
    const [p, intensities] = [await values(x.sigmoid()), await values(image)];
    const channels = [intensities.slice(0, 20), intensities.slice(20)];
    const fit = channels.reduce((sum, c) => sum + misfit(p, c) + misfit(rest(p), c), 0);
    for (const form of ["isotropic", "anisotropic"] as const) {
      const length = await totalVariationLoss(x, g, { form }).item();
      const value = mumfordShahLoss(x, g, { image, lengthWeight: 0.3, form });
      expect(await value.item()).toBeCloseTo(fit + 0.6 * length, 12);
    }
  });

  it("is nothing but length where the image is one value a class, whichever is which", async () => {
    const mask = filled([1, 1, 4, 5], (i) => Number(i % 5 < 2));
    const image = mask.mul(-7).add(3);
    expect(await mumfordShahLoss(mask, mask, { ...FIT, image }).item()).toBeCloseTo(0, 13);
    expect(await mumfordShahLoss(mask.neg().add(1), mask, { ...FIT, image }).item()).toBeCloseTo(0, 13);
    // Four rows of one edge, in both classes.
    const whole = { ...PROBABILITIES, image, lengthWeight: 1, epsilon: 0 };
    expect(await mumfordShahLoss(mask, mask, whole).item()).toBeCloseTo((2 * 4) / 20, 13);
  });

  it("takes the target for the image, where there is none", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 4]), hardMask([2, 1, 3, 4])];
    await expectSame(
      (y) => mumfordShahLoss(y, g),
      (y) => mumfordShahLoss(y, g.mul(0), { image: g }),
      x,
    );
    expect(await mumfordShahLoss(g, g, FIT).item()).toBeCloseTo(0, 14);
    const [labels, z] = [labelsOf([1, 3, 4], 3), logitsOf([1, 3, 3, 4])];
    await expectSame(
      (y) => mumfordShahLoss(y, labels),
      (y) => mumfordShahLoss(y, labels.mul(0), { image: oneHot(labels, 3) }),
      z,
    );
  });

  it("sums over exclusive classes: two of softmax are one of sigmoid", async () => {
    const image = filled([1, 1, 3, 4], fraction);
    const x = logitsOf([1, 1, 3, 4]);
    const labels = labelsOf([1, 3, 4], 2);
    await expectSame(
      (y) => mumfordShahLoss(y, x.mul(0), { image }),
      (y) => mumfordShahLoss(y.mul(0).concat(y, 1), labels, { image }),
      x,
    );
    const three = logitsOf([2, 3, 2, 3]);
    const index = labelsOf([2, 2, 3], 3);
    expect(mumfordShahLoss(three, index, { reduction: "none" }).shape).toEqual([2]);
    const p = await values(three.softmax(1));
    const colours = filled([2, 1, 2, 3], (i) => fraction(5 * i));
    const c = (await values(colours)).slice(6);
    const fit = [0, 1, 2].reduce((sum, k) => sum + misfit(p.slice(18 + 6 * k, 24 + 6 * k), c), 0);
    const single = await values(
      mumfordShahLoss(three, index, { image: colours, lengthWeight: 0, reduction: "none" }),
    );
    expect(single[1]).toBeCloseTo(fit, 13);
  });

  it("has the first derivative of constant means", async () => {
    const image = filled([1, 1, 3, 4], fraction);
    const x = logitsOf([1, 1, 3, 4]);
    const p = await values(x.sigmoid());
    const intensities = await values(image);
    const meanOf = (y: readonly number[]) =>
      y.reduce((sum, share, i) => sum + share * intensities[i], 0) / y.reduce((a, b) => a + b, 0);
    const [inside, outside] = [meanOf(p), meanOf(rest(p))];
    const slope = await values(
      grad((y: Tensor) => mumfordShahLoss(y, x.mul(0), { image, lengthWeight: 0 }))(x),
    );
    p.forEach((share, i) => {
      const pull = (intensities[i] - inside) ** 2 - (intensities[i] - outside) ** 2;
      expect(slope[i]).toBeCloseTo((share * (1 - share) * pull) / 12, 13);
    });
  });

  it("leaves one-class targets to the length", async () => {
    const x = logitsOf([1, 1, 3, 4]);
    for (const label of [0, 1]) {
      const g = filled([1, 1, 3, 4], () => label);
      const length = await totalVariationLoss(x, g, { form: "anisotropic" }).item();
      expect(await mumfordShahLoss(x, g).item()).toBeCloseTo(2e-3 * length, 14);
    }
  });

  it("leaves ignored pixels out of means and misfit", async () => {
    const image = row([1, 3, 100, 8]);
    const options = { ...FIT, image, ignoreIndex: 255 };
    const value = mumfordShahLoss(row([1, 0.5, 0.3, 0]), row([0, 0, 255, 0]), options);
    const removed = mumfordShahLoss(row([1, 0.5, 0]), row([0, 0, 0]), { ...FIT, image: row([1, 3, 8]) });
    expect(await value.item()).toBeCloseTo(await removed.item(), 13);
  });

  it("has the right derivatives", async () => {
    for (const shape of [
      [2, 1, 3, 4],
      [1, 1, 2, 3, 2],
    ]) {
      const image = filled([shape[0], 2, ...shape.slice(2)], (i) => fraction(3 * i));
      await expectDerivatives(
        (x) => mumfordShahLoss(x, softMask(shape), { lengthWeight: 0.2 }),
        logitsOf(shape),
      );
      await expectDerivatives((x) => mumfordShahLoss(x, hardMask(shape), { image }), logitsOf(shape));
    }
    // Softmax of these logits has places that are nearly flat, where the corner must not be sharp.
    const labels = labelsOf([1, 3, 4], 3);
    await expectDerivatives(
      (x) => mumfordShahLoss(x, labels, { includeBackground: false, epsilon: 0.01 }),
      logitsOf([1, 3, 3, 4]),
    );
  });

  it("stays finite at +-80, where a class may have no pixel", async () => {
    const g = hardMask([1, 1, 4, 5]);
    for (const scale of [80, -80, 1000]) {
      await finite((x) => mumfordShahLoss(x, g), g.mul(2 * scale).sub(scale));
      await finite((x) => mumfordShahLoss(x, g), g.mul(0).add(scale));
    }
    await finite((p) => mumfordShahLoss(p, g, PROBABILITIES), g.mul(0));
  });

  it("refuses what it cannot honour", () => {
    const [x, g] = [logitsOf([1, 1, 3, 4]), hardMask([1, 1, 3, 4])];
    expect(() => mumfordShahLoss(x, g, { image: logitsOf([1, 1, 4, 3]) })).toThrow(ShapeError);
    expect(() => mumfordShahLoss(x, g, { image: logitsOf([2, 1, 3, 4]) })).toThrow(
      /expected \[1, channels, 3, 4\]/,
    );
    expect(() => mumfordShahLoss(x, g, { image: [1, 2] } as object)).toThrow(OptionError);
    expect(() => mumfordShahLoss(x, g, { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});
