import { beforeAll, describe, expect, it } from "vitest";
import {
  full,
  gradcheck,
  hausdorffErosionLoss,
  OptionError,
  setBackend,
  tensor,
  zeros,
} from "../../../src/index.ts";
import { emptyLike, expectFinite, fullLike, logits, slopeUpwards } from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

describe("hausdorffErosionLoss", () => {
  it("erodes a square of three by hand", async () => {
    const value = (options: object) =>
      hausdorffErosionLoss(full([1, 1, 3, 3], 1), zeros([1, 1, 3, 3]), {
        ...PROBABILITIES,
        ...options,
      }).item();
    // 1 in the middle and 1/2 beside it; then the middle alone; then nothing.
    expect(await value({ erosions: 1 })).toBeCloseTo(3 / 9, 14);
    expect(await value({ erosions: 2 })).toBeCloseTo(7 / 9, 14);
    expect(await value({})).toBeCloseTo(7 / 9, 14);
    expect(await value({ alpha: 0 })).toBeCloseTo(4 / 9, 14);
  });

  it("takes seven pixels in 3-D", async () => {
    const loss = hausdorffErosionLoss(full([1, 1, 3, 3, 3], 1), zeros([1, 1, 3, 3, 3]), {
      ...PROBABILITIES,
      erosions: 1,
    });
    // Means 7/7, 6/7, 5/7, 4/7 from the middle to the corners, stretched to 1, 2/3, 1/3, 0.
    expect(await loss.item()).toBeCloseTo((1 + 6 * (2 / 3) + 12 / 3) / 27, 13);
  });

  it("has the right gradient in 2-D and 3-D", async () => {
    for (const shape of [
      [2, 1, 6, 7],
      [1, 1, 4, 5, 6],
    ]) {
      const x = logits(shape, 8).add(2);
      const f = (p: typeof x) => hausdorffErosionLoss(p, emptyLike(p), { erosions: 3 });
      expect(await f(x).item()).toBeGreaterThan(0);
      expect(await gradcheck(f, [x])).toMatchObject({ ok: true });
    }
  });

  it("pushes the right way on one-class images", async () => {
    const x = logits([1, 1, 8, 8]);
    const up = logits([1, 1, 8, 8]).add(2);
    expect(await slopeUpwards(hausdorffErosionLoss, up, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(hausdorffErosionLoss, x.sub(2), fullLike(x))).toBeLessThan(0);
  });

  it("does not see thin errors", async () => {
    const p = tensor([
      [
        [
          [0, 1, 0, 0],
          [0, 1, 0, 0],
          [0, 1, 0, 0],
        ],
      ],
    ]);
    // A line of width one has 3/5 of a cross in its middle, 2/5 at its ends: gone after one erosion.
    const value = (erosions: number) =>
      hausdorffErosionLoss(p, p.mul(0), { ...PROBABILITIES, erosions }).item();
    expect(await value(10)).toBeCloseTo(await value(1), 14);
    expect(await value(1)).toBeCloseTo(1 / 12, 14);
  });

  it("stays finite at +-80", () => expectFinite(hausdorffErosionLoss));

  it("holds no error in ignored pixels", async () => {
    const g = full([1, 1, 3, 3], 9);
    const loss = hausdorffErosionLoss(full([1, 1, 3, 3], 1), g, { ...PROBABILITIES, ignoreIndex: 9 });
    expect(await loss.item()).toBe(0);
  });

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 6, 6]);
    expect(() => hausdorffErosionLoss(x, emptyLike(x), { erosions: 1.5 })).toThrow(OptionError);
    expect(() => hausdorffErosionLoss(x, emptyLike(x), { spacing: 2 } as object)).toThrow(OptionError);
  });
});
