import { beforeAll, describe, expect, it } from "vitest";
import {
  full,
  grad,
  gradcheck,
  msSsimLoss,
  OptionError,
  ShapeError,
  setBackend,
  ssimLoss,
  zeros,
} from "../../../src/index.ts";
import { box, emptyLike, expectFinite, fullLike, logits, slopeUpwards } from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const small = { windowSize: 3, scaleWeights: [0.3, 0.7] };

describe("msSsimLoss", () => {
  it("is ssimLoss at a single scale", async () => {
    const [x, g] = [logits([2, 1, 12, 13]), box([2, 1, 12, 13])];
    for (const prediction of [x, g.mul(-8).add(4)]) {
      const expected = await ssimLoss(prediction, g).item();
      expect(await msSsimLoss(prediction, g, { scaleWeights: [1] }).item()).toBeCloseTo(expected, 14);
    }
  });

  it("compares means of flat images at the coarsest scale alone", async () => {
    const options = { ...PROBABILITIES, windowSize: 5, scaleWeights: [0.5, 0.5] };
    const loss = msSsimLoss(full([1, 1, 16, 16], 0.1), zeros([1, 1, 16, 16]), options);
    expect(await loss.item()).toBeCloseTo(1 - Math.sqrt(1e-4 / 0.0101), 12);
  });

  it("has the right gradient, odd sizes and 3-D included", async () => {
    for (const shape of [
      [2, 1, 8, 6],
      [1, 1, 7, 9],
      [1, 1, 5, 6, 5],
      [1, 3, 6, 6],
    ]) {
      const target = box(shape);
      // Near the target, so that every similarity is above 0.
      const x = target.mul(3).add(logits(shape, 2));
      const f = (p: typeof x) => msSsimLoss(p, target, small);
      expect(await gradcheck(f, [x])).toMatchObject({ ok: true });
    }
  });

  it("keeps a gradient where the structure is turned round", async () => {
    const target = box([1, 1, 12, 12]);
    const wrong = target
      .mul(-4)
      .add(2)
      .add(logits([1, 1, 12, 12], 0.5));
    expect(await msSsimLoss(wrong, target, small).item()).toBeGreaterThan(1);
    const slope = Array.from(await grad((x) => msSsimLoss(x, target, small))(wrong).data());
    const towards = await target.mul(2).sub(1).data();
    const descent = slope.reduce((sum, s, i) => sum + s * towards[i], 0);
    expect(descent).toBeLessThan(-1e-3);
  });

  it("names the smallest image that has room", () => {
    const [x, g] = [zeros([1, 1, 160, 200]), zeros([1, 1, 160, 200])];
    expect(() => msSsimLoss(x, g)).toThrow(/at least 161 along each axis for 5 scales/);
    expect(() => msSsimLoss(x, g)).toThrow(ShapeError);
    expect(() => msSsimLoss(x, g, { scaleWeights: [0.1, 0.2, 0.3, 0.4] })).not.toThrow();
    expect(() => msSsimLoss(zeros([1, 1, 161, 161]), zeros([1, 1, 161, 161]))).not.toThrow();
    expect(() => msSsimLoss(x, g, { padding: "zero" })).not.toThrow();
  });

  it("pushes the right way on one-class images", async () => {
    const x = logits([1, 1, 12, 12], 1);
    const loss = (p: typeof x, g: typeof x) => msSsimLoss(p, g, small);
    expect(await slopeUpwards(loss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(loss, x, fullLike(x))).toBeLessThan(0);
  });

  it("stays finite at +-80", () => expectFinite((p, g) => msSsimLoss(p, g, small)));

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 6, 6]);
    expect(() => msSsimLoss(x, emptyLike(x), { scaleWeights: [] })).toThrow(OptionError);
    expect(() => msSsimLoss(x, emptyLike(x), { scaleWeights: [-1] })).toThrow(OptionError);
    expect(() => msSsimLoss(x, emptyLike(x), { ignoreIndex: 255 } as object)).toThrow(/cannot honour/);
  });
});
