import { beforeAll, describe, expect, it } from "vitest";
import {
  diceLoss,
  grad,
  jaccardLoss,
  setBackend,
  softLabelDiceLoss,
  softLabelJaccardLoss,
  softLabelTverskyLoss,
  type Tensor,
  tverskyLoss,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  fraction,
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
/** min: 0.5, 0.25, 0.5; p above g by 0.25, 0, 0; below by 0, 0.5, 0. */
const P = row([0.75, 0.25, 0.5]);
const G = row([0.5, 0.75, 0.5]);

describe("softLabelDiceLoss", () => {
  sharedOptionsHold(softLabelDiceLoss, BOTH);

  it("has the smaller share for the hit", async () => {
    const expected = 1 - (2 * 1.25 + 0.5) / (1.5 + 1.75 + 0.5);
    const loss = softLabelDiceLoss(P, G, { ...PROBABILITIES, smooth: 0.5 });
    expect(await loss.item()).toBeCloseTo(expected, 14);
  });
});

describe("softLabelJaccardLoss", () => {
  sharedOptionsHold(softLabelJaccardLoss, BOTH);

  it("is smaller shares over larger", async () => {
    const loss = softLabelJaccardLoss(P, G, { ...PROBABILITIES, smooth: 0.5 });
    expect(await loss.item()).toBeCloseTo(1 - (1.25 + 0.5) / (2 + 0.5), 14);
  });

  it("keeps the triangle inequality, which the product does not", async () => {
    const shares = (k: number) => filled([1, 1, 4], (i) => fraction(4 * k + i) ** 2);
    const options = { ...PROBABILITIES, smooth: 0 };
    const distance = async (a: number, b: number) =>
      softLabelJaccardLoss(shares(a), shares(b), options).item();
    for (let k = 0; k < 12; k++) {
      const detour = (await distance(k, k + 1)) + (await distance(k + 1, k + 2));
      expect(await distance(k, k + 2)).toBeLessThanOrEqual(detour + 1e-15);
    }
    // Of the product, no share but 0 and 1 is at distance 0 from itself.
    expect(await jaccardLoss(G, G, options).item()).toBeGreaterThan(0.3);
  });
});

describe("softLabelTverskyLoss", () => {
  sharedOptionsHold(softLabelTverskyLoss, BOTH);

  it("weighs misses and false alarms of shares by name", async () => {
    const options = { ...PROBABILITIES, falsePositiveWeight: 2, falseNegativeWeight: 0.1, smooth: 0.5 };
    const expected = 1 - 1.75 / (1.75 + 2 * 0.25 + 0.1 * 0.5);
    expect(await softLabelTverskyLoss(P, G, options).item()).toBeCloseTo(expected, 14);
  });

  it("is soft-label Dice with halves and half the smoothing, and Jaccard with ones", async () => {
    const [x, soft] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
    const halves = { falsePositiveWeight: 0.5, falseNegativeWeight: 0.5, smooth: 0.35 };
    await expectSame(
      (y) => softLabelTverskyLoss(y, soft, halves),
      (y) => softLabelDiceLoss(y, soft, { smooth: 0.7 }),
      x,
    );
    const ones = { falsePositiveWeight: 1, falseNegativeWeight: 1, smooth: 0.7 };
    await expectSame(
      (y) => softLabelTverskyLoss(y, soft, ones),
      (y) => softLabelJaccardLoss(y, soft, { smooth: 0.7 }),
      x,
    );
  });
});

describe.each([
  ["softLabelDiceLoss", softLabelDiceLoss, diceLoss],
  ["softLabelJaccardLoss", softLabelJaccardLoss, jaccardLoss],
  ["softLabelTverskyLoss", softLabelTverskyLoss, tverskyLoss],
] as const)("%s", (_name, loss, ofProducts) => {
  it("is exactly 0 without gradient where the prediction is the soft label", async () => {
    const g = softMask([1, 1, 3, 4]);
    expect(await loss(g, g, PROBABILITIES).item()).toBe(0);
    const slope = await finite((p: Tensor) => loss(p, g, PROBABILITIES), g);
    expect(slope.map(Math.abs)).toEqual(slope.map(() => 0));
    expect(await ofProducts(g, g, PROBABILITIES).item()).toBeGreaterThan(0.1);
  });

  it("is least at the label, where the product is least at 1", async () => {
    const at = (f: typeof loss | typeof ofProducts, p: number) =>
      f(row([p]), row([0.5]), { ...PROBABILITIES, smooth: 0 }).item();
    const others = [0.1, 0.4, 0.6, 1];
    for (const p of others) expect(await at(loss, p)).toBeGreaterThan(await at(loss, 0.5));
    for (const p of [0.1, 0.4, 0.6]) {
      expect(await at(ofProducts, p)).toBeGreaterThan(await at(ofProducts, 1));
    }
  });

  it("is the loss of products for a hard mask", async () => {
    const g = hardMask([2, 1, 3, 4]);
    await expectSame(
      (x) => loss(x, g),
      (x) => ofProducts(x, g),
      logitsOf([2, 1, 3, 4]),
    );
  });

  it("pulls a share that is off towards the label, and has the mean of both slopes on it", async () => {
    const slope = await values(grad((p: Tensor) => loss(p, G, PROBABILITIES))(P));
    expect(slope[0]).toBeGreaterThan(0);
    expect(slope[1]).toBeLessThan(0);
    const beside = async (step: number) =>
      (await values(grad((p: Tensor) => loss(p, G, PROBABILITIES))(row([0.75, 0.25, 0.5 + step]))))[2];
    expect(await beside(1e-9)).toBeGreaterThan(0);
    expect(await beside(-1e-9)).toBeLessThan(0);
    expect(slope[2]).toBeGreaterThan(await beside(-1e-9));
    expect(slope[2]).toBeLessThan(await beside(1e-9));
  });
});
