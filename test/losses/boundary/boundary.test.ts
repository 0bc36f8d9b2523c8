import { beforeAll, describe, expect, it } from "vitest";
import { boundaryLoss, grad, gradcheck, OptionError, setBackend, tensor } from "../../../src/index.ts";
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
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const line = [tensor([[[0.9, 0.8, 0.5, 0.1]]]), tensor([[[1, 1, 0, 0]]])] as const;

/** The map itself: a linear loss has it for a gradient, times the number of pixels. */
async function mapOf(target: number[], options: object = {}): Promise<number[]> {
  const f = (p: Parameters<typeof boundaryLoss>[0]) =>
    boundaryLoss(p, tensor([[target]]), { ...PROBABILITIES, ...options, reduction: "sum" });
  return (await values(grad(f)(tensor([[target.map(() => 0.5)]])))).map((slope) => slope * target.length);
}

describe("boundaryLoss", () => {
  it("gives a line of four by hand, and may be negative", async () => {
    const value = (options: object) => boundaryLoss(...line, { ...PROBABILITIES, ...options }).item();
    expect(await value({})).toBeCloseTo((-0.9 + 0.5 + 0.2) / 4, 14);
    expect(await value({ spacing: 3 })).toBeCloseTo((3 * (-0.9 + 0.5 + 0.2)) / 4, 14);
  });

  it("has the signed distance for a gradient", async () => {
    expect(await mapOf([0, 1, 1, 1, 0, 0, 0])).toEqual([1, 0, -1, 0, 1, 2, 3]);
    expect(await mapOf([0, 1, 1, 1, 0, 0, 0], { spacing: 0.5 })).toEqual([0.5, 0, -0.5, 0, 0.5, 1, 1.5]);
  });

  it("agrees with SciPy's distances on a disc, in pixels and with a spacing", async () => {
    const value = (spacing: number | number[]) =>
      boundaryLoss(scattered(), disc(), { ...PROBABILITIES, spacing }).item();
    expect(await value(1)).toBeCloseTo(0.38299760227600704, 12);
    expect(await value([1, 2.5])).toBeCloseTo(0.6672007950590207, 12);
    expect(await value([2, 0.5])).toBeCloseTo(0.3651618205050505, 12);
  });

  it("is least at the target, whatever is predicted on its outermost pixels", async () => {
    const best = await boundaryLoss(disc(), disc(), PROBABILITIES).item();
    expect(best).toBeLessThan(0);
    expect(await boundaryLoss(scattered(), disc(), PROBABILITIES).item()).toBeGreaterThan(best);
    const g = tensor([[[0, 1, 1, 1, 0]]]);
    const [whole, thin] = [tensor([[[0, 1, 1, 1, 0]]]), tensor([[[0, 0.2, 1, 0.7, 0]]])];
    const value = (p: typeof g) => boundaryLoss(p, g, PROBABILITIES).item();
    expect(await value(thin)).toBe(await value(whole));
  });

  it("pushes by one step on images of one class", async () => {
    expect(await mapOf([0, 0, 0])).toEqual([1, 1, 1]);
    expect(await mapOf([1, 1, 1])).toEqual([-1, -1, -1]);
    expect(await mapOf([1, 1, 1], { spacing: [2] })).toEqual([-2, -2, -2]);
  });

  it("has the right gradient in 2-D, 3-D and over exclusive classes", async () => {
    for (const shape of [
      [2, 1, 5, 6],
      [1, 1, 4, 5, 6],
      [1, 3, 5, 6],
    ]) {
      const f = (x: Parameters<typeof boundaryLoss>[0]) => boundaryLoss(x, box(shape));
      expect(await gradcheck(f, [logits(shape)])).toMatchObject({ ok: true });
      expect(await gradcheck(f, [logits(shape)], { order: 2, elements: 8 })).toMatchObject({ ok: true });
    }
  });

  it("stays finite at +-80", () => expectFinite(boundaryLoss));

  it("lets ignored pixels be no landmark", async () => {
    // Without the ignored pixel the nearest background of pixel 0 is two away.
    expect(await mapOf([1, 9, 0, 0], { ignoreIndex: 9 })).toEqual([-1, 0, 2, 3].map((f) => (f * 4) / 3));
  });

  it("averages classes, and leaves the background out where told", async () => {
    const x = logits([1, 2, 5, 6]);
    const g = box([1, 1, 5, 6]).reshape([1, 5, 6]);
    const single = await values(boundaryLoss(x, g, { reduction: "none" }));
    expect(single).toHaveLength(2);
    expect(await boundaryLoss(x, g).item()).toBeCloseTo((single[0] + single[1]) / 2, 14);
    expect(await boundaryLoss(x, g, { includeBackground: false }).item()).toBeCloseTo(single[1], 14);
  });

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 6, 6]);
    expect(() => boundaryLoss(x, emptyLike(x), { spacing: [1, 1, 1] })).toThrow(OptionError);
    expect(() => boundaryLoss(x, fullLike(x), { smooth: 1 } as object)).toThrow(/cannot honour/);
  });
});
