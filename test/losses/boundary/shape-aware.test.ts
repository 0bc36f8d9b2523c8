import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  gradcheck,
  OptionError,
  setBackend,
  shapeAwareLoss,
  tensor,
} from "../../../src/index.ts";
import {
  box,
  disc,
  emptyLike,
  expectFinite,
  fullLike,
  logits,
  shiftedLogits,
} from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

describe("shapeAwareLoss", () => {
  it("weighs a line of four by hand", async () => {
    const p = tensor([[[0.5, 0.5, 0.8, 0.2]]]);
    const g = tensor([[[1, 0, 0, 0]]]);
    const expected = (4 * Math.LN2 - 3 * Math.log(0.2) - Math.log(0.8)) / 4;
    expect(await shapeAwareLoss(p, g, PROBABILITIES).item()).toBeCloseTo(expected, 14);
  });

  it("agrees with contours compared point by point", async () => {
    const value = (spacing: number | number[]) => shapeAwareLoss(shiftedLogits(), disc(), { spacing }).item();
    expect(await value(1)).toBeCloseTo(1.489287656459404, 12);
    expect(await value([1, 2.5])).toBeCloseTo(1.8645835443145973, 12);
  });

  it("is plain cross entropy without two contours", async () => {
    const x = logits([2, 1, 6, 6]);
    for (const g of [emptyLike(x), fullLike(x)]) {
      expect(await shapeAwareLoss(x, g).item()).toBeCloseTo(await binaryCrossEntropyLoss(x, g).item(), 14);
    }
    const low = x.sub(5);
    const g = box([2, 1, 6, 6]);
    expect(await shapeAwareLoss(low, g).item()).toBeCloseTo(await binaryCrossEntropyLoss(low, g).item(), 14);
  });

  it("has the right gradient, contours held", async () => {
    for (const shape of [
      [2, 1, 5, 6],
      [1, 1, 4, 5, 6],
      [1, 3, 5, 6],
    ]) {
      const f = (x: Parameters<typeof shapeAwareLoss>[0]) => shapeAwareLoss(x, box(shape));
      const held = { holdConstants: true } as const;
      expect(await gradcheck(f, [logits(shape)], held)).toMatchObject({ ok: true });
      expect(await gradcheck(f, [logits(shape)], { ...held, order: 2, elements: 8 })).toMatchObject({
        ok: true,
      });
    }
  });

  it("stays finite at +-80", () => expectFinite(shapeAwareLoss));

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 6, 6]);
    expect(() => shapeAwareLoss(x, emptyLike(x), { spacing: [1] })).toThrow(OptionError);
    expect(() => shapeAwareLoss(x, emptyLike(x), { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});
