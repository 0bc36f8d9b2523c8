import { beforeAll, describe, expect, it } from "vitest";
import { diceLoss, focalDiceLoss, grad, OptionError, setBackend, type Tensor } from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("focalDiceLoss", () => {
  sharedOptionsHold(focalDiceLoss, ["independent", "exclusive"]);
  sharedOptionsHold(focalDiceLoss, ["independent", "exclusive"], { beta: 5, smooth: 0.01 });

  it("takes the root of each class before the mean", async () => {
    const [x, g] = [logitsOf([1, 3, 2, 2]), softMask([1, 3, 2, 2])];
    const each = await values(diceLoss(x, g, { mode: "multilabel", reduction: "none" }));
    const expected = each.reduce((sum, value) => sum + 1 - (1 - value) ** (1 / 3), 0) / 3;
    expect(await focalDiceLoss(x, g, { mode: "multilabel", beta: 3 }).item()).toBeCloseTo(expected, 14);
  });

  it("is Dice with beta 1", async () => {
    const g = softMask([2, 1, 3, 4]);
    await expectSame(
      (x) => focalDiceLoss(x, g, { beta: 1 }),
      (x) => diceLoss(x, g),
      logitsOf([2, 1, 3, 4]),
    );
  });

  it("pulls harder than Dice where overlap is small, less where it is large", async () => {
    const g = row([1, 0, 1, 0]);
    const pull = async (loss: (p: Tensor) => Tensor, p: Tensor) => Math.abs((await values(grad(loss)(p)))[0]);
    const focal = (p: Tensor) => focalDiceLoss(p, g, { ...PROBABILITIES, smooth: 0 });
    const plain = (p: Tensor) => diceLoss(p, g, { ...PROBABILITIES, smooth: 0 });
    const [bad, good] = [row([0.05, 0.9, 0.05, 0.9]), row([0.9, 0.1, 0.9, 0.1])];
    expect(await pull(focal, bad)).toBeGreaterThan(await pull(plain, bad));
    expect(await pull(focal, good)).toBeLessThan(await pull(plain, good));
  });

  it("is finite at no overlap at all, and still pulls", async () => {
    const options = { ...PROBABILITIES, smooth: 0, beta: 4 };
    const slope = await finite((p) => focalDiceLoss(p, row([1, 0]), options), row([0, 1]));
    expect(slope[0]).toBeLessThan(0);
    expect(await focalDiceLoss(row([0, 1]), row([1, 0]), options).item()).toBe(1);
  });

  it("follows its policy on an empty mask", async () => {
    const [p, nothing] = [row([0.5, 0.25, 0.25]), filled([1, 1, 3], () => 0)];
    const loss = focalDiceLoss(p, nothing, { ...PROBABILITIES, smooth: 0.5 });
    expect(await loss.item()).toBeCloseTo(1 - Math.sqrt(0.5 / 1.5), 14);
    expect(await focalDiceLoss(nothing, nothing, { ...PROBABILITIES, smooth: 0 }).item()).toBe(0);
  });

  it("refuses a power above 1", () => {
    expect(() => focalDiceLoss(row([1]), row([1]), { beta: 0.5 })).toThrow(OptionError);
  });
});
