import { beforeAll, describe, expect, it } from "vitest";
import { gradcheck, hausdorffDistanceLoss, OptionError, setBackend, tensor } from "../../../src/index.ts";
import { box, emptyLike, expectFinite, fullLike, logits, slopeUpwards } from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

const line = [tensor([[[0.9, 0.8, 0.1, 0]]]), tensor([[[1, 0, 0, 0]]])] as const;

describe("hausdorffDistanceLoss", () => {
  it("gives a line of four by hand", async () => {
    const value = (options: object) =>
      hausdorffDistanceLoss(...line, { ...PROBABILITIES, ...options }).item();
    expect(await value({})).toBeCloseTo((0.05 + 1.28 + 0.05) / 4, 14);
    expect(await value({ oneSided: true })).toBeCloseTo((0.01 + 0.64 + 0.04) / 4, 14);
    expect(await value({ alpha: 1 })).toBeCloseTo((0.03 + 1.28 + 0.03) / 4, 14);
    expect(await value({ spacing: 3 })).toBeCloseTo((9 * 1.38) / 4, 13);
    // Above 0.85 only the first pixel is predicted, like the target.
    expect(await value({ threshold: 0.85 })).toBeCloseTo((2 * (0.01 + 0.64 + 0.04)) / 4, 14);
  });

  it("gives one value an image and class", () => {
    const x = logits([2, 3, 5, 6]);
    expect(
      hausdorffDistanceLoss(x, box([2, 3, 5, 6]), { mode: "multilabel", reduction: "none" }).shape,
    ).toEqual([2, 3]);
  });

  it("has the right gradient, distances held", async () => {
    for (const shape of [
      [2, 1, 5, 6],
      [1, 1, 4, 5, 6],
    ]) {
      const f = (x: Parameters<typeof hausdorffDistanceLoss>[0]) => hausdorffDistanceLoss(x, box(shape));
      const held = { holdConstants: true } as const;
      expect(await gradcheck(f, [logits(shape)], held)).toMatchObject({ ok: true });
      expect(await gradcheck(f, [logits(shape)], { ...held, order: 2, elements: 8 })).toMatchObject({
        ok: true,
      });
    }
  });

  it("pushes the right way on one-class images that were predicted otherwise", async () => {
    const x = logits([1, 1, 6, 6]);
    expect(await slopeUpwards(hausdorffDistanceLoss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(hausdorffDistanceLoss, x, fullLike(x))).toBeLessThan(0);
  });

  it("is 0 where neither mask has a border", async () => {
    const flat = emptyLike(logits([1, 1, 6, 6]));
    expect(await hausdorffDistanceLoss(flat, flat).item()).toBe(0);
  });

  it("stays finite at +-80", () => expectFinite(hausdorffDistanceLoss));

  it("leaves ignored pixels out", async () => {
    const g = tensor([[[1, 9, 0, 0]]]);
    // Known are pixels 0, 2, 3: borders of both masks lie between 0 and 2.
    const value = hausdorffDistanceLoss(line[0], g, { ...PROBABILITIES, ignoreIndex: 9 });
    expect(await value.item()).toBeCloseTo((0.01 * 8 + 0.01 * 8 + 0) / 3, 14);
  });

  it("refuses what it cannot honour", () => {
    expect(() => hausdorffDistanceLoss(...line, { spacing: [1, 1] })).toThrow(
      /1 numbers, one a spatial axis/,
    );
    expect(() => hausdorffDistanceLoss(...line, { alpha: 0 })).toThrow(OptionError);
    expect(() => hausdorffDistanceLoss(...line, { smooth: 1 } as object)).toThrow(/cannot honour/);
  });
});
