import { beforeAll, describe, expect, it } from "vitest";
import {
  gradcheck,
  hausdorffDistanceLoss,
  logHausdorffDistanceLoss,
  OptionError,
  setBackend,
  tensor,
} from "../../../src/index.ts";
import { box, emptyLike, expectFinite, fullLike, logits, slopeUpwards } from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const line = [tensor([[[0.9, 0.8, 0.1, 0]]]), tensor([[[1, 0, 0, 0]]])] as const;

describe("logHausdorffDistanceLoss", () => {
  it("gives a line of four by hand", async () => {
    const value = (options: object) =>
      logHausdorffDistanceLoss(...line, { ...PROBABILITIES, ...options }).item();
    expect(await value({})).toBeCloseTo(Math.log(1.345), 14);
    expect(await value({ oneSided: true })).toBeCloseTo(Math.log(1 + 0.69 / 4), 14);
    expect(await value({ alpha: 1 })).toBeCloseTo(Math.log(1 + 1.34 / 4), 14);
    expect(await value({ spacing: 3 })).toBeCloseTo(Math.log(1 + (9 * 1.38) / 4), 13);
    expect(await value({ threshold: 0.85 })).toBeCloseTo(Math.log(1 + (2 * 0.69) / 4), 14);
  });

  it("takes the logarithm of each image and class, then reduces", async () => {
    const [x, g] = [logits([2, 3, 5, 6]), box([2, 3, 5, 6])];
    const options = { mode: "multilabel" } as const;
    const plain = await values(hausdorffDistanceLoss(x, g, { ...options, reduction: "none" }));
    const logs = await values(logHausdorffDistanceLoss(x, g, { ...options, reduction: "none" }));
    plain.forEach((value, i) => {
      expect(logs[i]).toBeCloseTo(Math.log1p(value), 14);
    });
    const mean = logs.reduce((a, b) => a + b, 0) / 6;
    expect(await logHausdorffDistanceLoss(x, g, options).item()).toBeCloseTo(mean, 14);
    // Not the logarithm of the mean.
    const whole = Math.log1p(plain.reduce((a, b) => a + b, 0) / 6);
    expect(Math.abs(mean - whole)).toBeGreaterThan(1e-3);
  });

  it("is the distance itself near 0", async () => {
    const p = line[1].mul(0.998).add(0.001);
    const plain = await hausdorffDistanceLoss(p, line[1], PROBABILITIES).item();
    const log = await logHausdorffDistanceLoss(p, line[1], PROBABILITIES).item();
    expect(Math.abs(log - plain)).toBeLessThan(plain ** 2);
  });

  it("has the right gradient, distances held", async () => {
    for (const shape of [
      [2, 1, 5, 6],
      [1, 1, 4, 5, 6],
    ]) {
      const f = (x: Parameters<typeof logHausdorffDistanceLoss>[0]) =>
        logHausdorffDistanceLoss(x, box(shape));
      const held = { holdConstants: true } as const;
      expect(await gradcheck(f, [logits(shape)], held)).toMatchObject({ ok: true });
      expect(await gradcheck(f, [logits(shape)], { ...held, order: 2, elements: 8 })).toMatchObject({
        ok: true,
      });
    }
  });

  it("pushes the right way on one-class images, and is 0 where neither mask has a border", async () => {
    const x = logits([1, 1, 6, 6]);
    expect(await slopeUpwards(logHausdorffDistanceLoss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(logHausdorffDistanceLoss, x, fullLike(x))).toBeLessThan(0);
    expect(await logHausdorffDistanceLoss(emptyLike(x), emptyLike(x)).item()).toBe(0);
  });

  it("stays finite at +-80", () => expectFinite(logHausdorffDistanceLoss));

  it("refuses what it cannot honour", () => {
    expect(() => logHausdorffDistanceLoss(...line, { spacing: [1, 1] })).toThrow(/one a spatial axis/);
    expect(() => logHausdorffDistanceLoss(...line, { alpha: 0 })).toThrow(OptionError);
  });
});
