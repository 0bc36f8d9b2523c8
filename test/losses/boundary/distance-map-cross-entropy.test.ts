import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  distanceMapCrossEntropyLoss,
  gradcheck,
  OptionError,
  setBackend,
  tensor,
} from "../../../src/index.ts";
import {
  box,
  disc,
  emptyLike,
  expectFinite,
  fullLike,
  logits,
  scattered,
} from "../../support/loss-images.ts";
import { PROBABILITIES } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

describe("distanceMapCrossEntropyLoss", () => {
  it("weighs a line of three by hand", async () => {
    const loss = distanceMapCrossEntropyLoss(tensor([[[0, 0, 0]]]), tensor([[[1, 0, 0]]]), {
      reduction: "none",
    });
    const weights = (await loss.data()).map((v) => v / Math.LN2);
    expect(Array.from(weights)).toEqual([1, 1.5, 1]);
  });

  it("agrees with SciPy's distances on a disc, in pixels and with a spacing", async () => {
    const value = (spacing: number | number[]) =>
      distanceMapCrossEntropyLoss(scattered(), disc(), { ...PROBABILITIES, spacing }).item();
    expect(await value(1)).toBeCloseTo(1.3209406748820012, 12);
    expect(await value([1, 2.5])).toBeCloseTo(1.3041048283008878, 12);
    expect(await value(3)).toBeCloseTo(1.3209406748820012, 12);
  });

  it("is plain cross entropy on empty and full masks", async () => {
    const x = logits([2, 1, 6, 6]);
    for (const g of [emptyLike(x), fullLike(x)]) {
      const plain = await binaryCrossEntropyLoss(x, g).item();
      expect(await distanceMapCrossEntropyLoss(x, g).item()).toBeCloseTo(plain, 14);
    }
  });

  it("has the right gradient in 2-D, 3-D and over exclusive classes", async () => {
    const cases = [
      { x: logits([2, 1, 5, 6]), g: box([2, 1, 5, 6]) },
      { x: logits([1, 1, 4, 5, 6]), g: box([1, 1, 4, 5, 6]) },
      {
        x: logits([1, 3, 4, 4]),
        g: tensor([
          [
            [0, 0, 1, 1],
            [0, 2, 1, 1],
            [2, 2, 2, 1],
            [0, 0, 0, 1],
          ],
        ]),
      },
    ];
    for (const { x, g } of cases) {
      expect(await gradcheck((p) => distanceMapCrossEntropyLoss(p, g), [x])).toMatchObject({ ok: true });
      const second = await gradcheck((p) => distanceMapCrossEntropyLoss(p, g), [x], {
        order: 2,
        elements: 8,
      });
      expect(second).toMatchObject({ ok: true });
    }
  });

  it("stays finite at +-80", () => expectFinite(distanceMapCrossEntropyLoss));

  it("lets ignored pixels be no landmark", async () => {
    // Without the ignored pixel the nearest background of pixel 0 is two away.
    const g = tensor([[[1, 9, 0, 0, 0]]]);
    const options = { ignoreIndex: 9, reduction: "none" } as const;
    const values = await distanceMapCrossEntropyLoss(tensor([[[0, 0, 0, 0, 0]]]), g, options).data();
    // Distances 2 | - | 2 3 4: nearness 0, then 1 - d / 4.
    const expected = [1, 0, 1.5, 1.25, 1];
    values.forEach((v, i) => {
      expect(v / Math.LN2).toBeCloseTo(expected[i], 14);
    });
  });

  it("refuses what it cannot honour", () => {
    const [x, g] = [logits([1, 1, 5, 6]), box([1, 1, 5, 6])];
    expect(() => distanceMapCrossEntropyLoss(x, g, { spacing: [1, 1, 1] })).toThrow(OptionError);
    expect(() => distanceMapCrossEntropyLoss(x, g, { spacing: 0 })).toThrow(OptionError);
    expect(() => distanceMapCrossEntropyLoss(x, g, { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});
