import { beforeAll, describe, expect, it } from "vitest";
import { full, gradcheck, OptionError, setBackend, ssimLoss, zeros } from "../../../src/index.ts";
import {
  box,
  disc,
  emptyLike,
  expectFinite,
  fullLike,
  logits,
  scattered,
  slopeUpwards,
} from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

describe("ssimLoss", () => {
  it("agrees with windows summed pixel by pixel", async () => {
    const value = (windowSize: number) =>
      ssimLoss(scattered(), disc(), { ...PROBABILITIES, windowSize }).item();
    expect(await value(5)).toBeCloseTo(0.9894555851184204, 12);
    expect(await value(7)).toBeCloseTo(0.9966922946552588, 12);
    // Along 7 and 8 pixels a window of 11 is one of 7.
    expect(await value(11)).toBeCloseTo(await value(7), 14);
  });

  it("compares means of flat images", async () => {
    const loss = ssimLoss(full([1, 1, 16, 16], 0.1), zeros([1, 1, 16, 16]), PROBABILITIES);
    expect(await loss.item()).toBeCloseTo(1 - 1e-4 / 0.0101, 14);
  });

  it("is 0 for a perfect prediction, with every padding", async () => {
    for (const padding of ["valid", "zero", "reflect"] as const) {
      const value = await ssimLoss(disc(), disc(), { ...PROBABILITIES, padding }).item();
      expect(Math.abs(value)).toBeLessThan(1e-15);
    }
  });

  it("has the right gradient with every padding, in 2-D, 3-D and over classes", async () => {
    for (const shape of [
      [2, 1, 7, 6],
      [1, 1, 4, 5, 6],
      [1, 3, 5, 6],
    ]) {
      for (const padding of ["valid", "zero", "reflect"] as const) {
        const f = (x: Parameters<typeof ssimLoss>[0]) => ssimLoss(x, box(shape), { padding, windowSize: 5 });
        expect(await gradcheck(f, [logits(shape)])).toMatchObject({ ok: true });
        expect(await gradcheck(f, [logits(shape)], { order: 2, elements: 4 })).toMatchObject({ ok: true });
      }
    }
  });

  it("gives one value an image", async () => {
    const [x, g] = [logits([2, 3, 6, 6]), box([2, 3, 6, 6])];
    const each = await ssimLoss(x, g, { mode: "multilabel", reduction: "none" }).data();
    expect(each).toHaveLength(2);
    expect(await ssimLoss(x, g, { mode: "multilabel" }).item()).toBeCloseTo((each[0] + each[1]) / 2, 14);
    expect(await ssimLoss(x, g, { mode: "multilabel", reduction: "sum" }).item()).toBeCloseTo(
      each[0] + each[1],
      14,
    );
  });

  it("pushes the right way on one-class images", async () => {
    const x = logits([1, 1, 12, 12], 1);
    expect(await slopeUpwards(ssimLoss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(ssimLoss, x, fullLike(x))).toBeLessThan(0);
  });

  it("stays finite at +-80", async () => {
    for (const padding of ["valid", "zero", "reflect"] as const) {
      await expectFinite((p, g) => ssimLoss(p, g, { padding, windowSize: 5 }));
    }
  });

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 6, 6]);
    for (const option of [{ ignoreIndex: 255 }, { pixelWeights: fullLike(x) }, { aggregate: "batch" }]) {
      expect(() => ssimLoss(x, emptyLike(x), option as object)).toThrow(/cannot honour/);
    }
    expect(() => ssimLoss(x, emptyLike(x), { windowSize: 8 })).toThrow(OptionError);
    expect(() => ssimLoss(x, emptyLike(x), { padding: "same" } as object)).toThrow(OptionError);
  });
});
