import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  DTypeError,
  diceLoss,
  grad,
  gradcheck,
  hausdorffDistanceLoss,
  maskedLoss,
  OptionError,
  ShapeError,
  setBackend,
  ssimLoss,
  type Tensor,
  tverskyLoss,
  weightedSum,
} from "../../../src/index.ts";
import { filled, hardMask, labelsOf, logitsOf, PROBABILITIES, row, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

/** The left half of an image. */
const left = (shape: readonly number[]) =>
  filled(shape, (i) => Number(i % (shape.at(-1) as number) < (shape.at(-1) as number) / 2));

describe("maskedLoss", () => {
  it("is the loss of what the mask shows", async () => {
    const loss = maskedLoss(binaryCrossEntropyLoss);
    const value = loss(row([0.8, 0.5, 0.1]), row([1, 0, 1]), row([1, 1, 0]), PROBABILITIES);
    expect(await value.item()).toBeCloseTo(-(Math.log(0.8) + Math.log(0.5)) / 2, 14);
  });

  it.each([
    ["binaryCrossEntropyLoss", binaryCrossEntropyLoss],
    ["diceLoss", diceLoss],
    ["tverskyLoss", tverskyLoss],
  ])("of half an image is %s of that half", async (_name, loss) => {
    const [x, g] = [logitsOf([2, 1, 4, 6]), softMask([2, 1, 4, 6])];
    const half = (y: Tensor) => y.slice([[0], [0], [0], [0, 3]]);
    const expected = await loss(half(x), half(g)).item();
    const masked = maskedLoss<object>(loss);
    expect(await masked(x, g, left([2, 1, 4, 6])).item()).toBeCloseTo(expected, 13);
    const slope = await values(grad((y: Tensor) => masked(y, g, left([2, 1, 4, 6])))(x));
    expect(slope.every((s, i) => (s !== 0) === i % 6 < 3)).toBe(true);
  });

  it("takes masks of images, of channels, and without a channel", async () => {
    const [x, labels] = [logitsOf([2, 3, 4, 6]), labelsOf([2, 4, 6], 3)];
    const loss = maskedLoss(categoricalCrossEntropyLoss);
    const value = await loss(x, labels, left([2, 1, 4, 6])).item();
    expect(await loss(x, labels, left([2, 4, 6])).item()).toBe(value);
    expect(await loss(x, labels, left([2, 3, 4, 6])).item()).toBeCloseTo(value, 13);
    const volume = logitsOf([1, 1, 2, 3, 4]);
    const cut = (y: Tensor) => y.slice([[0], [0], [0], [0], [0, 2]]);
    const g = hardMask([1, 1, 2, 3, 4]);
    expect(await maskedLoss(diceLoss)(volume, g, left([1, 2, 3, 4])).item()).toBeCloseTo(
      await diceLoss(cut(volume), cut(g)).item(),
      13,
    );
  });

  it("multiplies weights of pixels that are given as well, and hands options on", async () => {
    const [x, g] = [logitsOf([1, 1, 4, 6]), hardMask([1, 1, 4, 6])];
    const pixelWeights = filled([1, 1, 4, 6], (i) => 1 + (i % 3));
    const mask = left([1, 1, 4, 6]);
    const value = maskedLoss(diceLoss)(x, g, mask, { pixelWeights, smooth: 0.25 });
    const expected = diceLoss(x, g, { pixelWeights: pixelWeights.mul(mask), smooth: 0.25 });
    expect(await value.item()).toBeCloseTo(await expected.item(), 14);
  });

  it("has the right derivatives", async () => {
    const g = softMask([1, 1, 4, 4]);
    for (const order of [1, 2] as const) {
      const f = (x: Tensor) => maskedLoss(diceLoss)(x, g, left([1, 1, 4, 4]));
      expect(await gradcheck(f, [logitsOf([1, 1, 4, 4])], { order })).toMatchObject({ ok: true });
    }
  });

  it("does not make easy background of what is hidden", async () => {
    const [p, g, mask] = [row([0.8, 0.5, 0.1, 0.9]), row([1, 0, 1, 0]), row([1, 1, 0, 0])];
    const multiplied = binaryCrossEntropyLoss(p.mul(mask), g.mul(mask), PROBABILITIES);
    const masked = maskedLoss(binaryCrossEntropyLoss)(p, g, mask, PROBABILITIES);
    // Hidden pixels would be found right for nothing, and halve the mean.
    expect(await multiplied.item()).toBeCloseTo((await masked.item()) / 2, 13);
  });

  it("gives 0, with no gradient, where the mask hides everything", async () => {
    const [x, g] = [logitsOf([1, 1, 2, 3]), hardMask([1, 1, 2, 3])];
    const nothing = filled([1, 1, 2, 3], () => 0);
    const loss = maskedLoss(binaryCrossEntropyLoss);
    expect(await loss(x, g, nothing).item()).toBe(0);
    const slope = await values(grad((y: Tensor) => loss(y, g, nothing))(x));
    expect(slope.map(Math.abs)).toEqual(new Array(6).fill(0));
  });

  it("takes losses of distances, and sums, that honour weights of pixels", async () => {
    const [x, g] = [logitsOf([1, 1, 4, 6]), hardMask([1, 1, 4, 6])];
    const mask = left([1, 1, 4, 6]);
    const distance = await hausdorffDistanceLoss(x, g, { pixelWeights: mask }).item();
    expect(await maskedLoss(hausdorffDistanceLoss)(x, g, mask).item()).toBe(distance);
    const sum = weightedSum([diceLoss, hausdorffDistanceLoss]);
    expect(await maskedLoss(sum)(x, g, mask).item()).toBe(await sum(x, g, { pixelWeights: mask }).item());
    expect(maskedLoss(diceLoss).name).toBe("maskedLoss(diceLoss)");
  });

  it("refuses losses that cannot leave a pixel out, and says why", () => {
    const message =
      "maskedLoss: loss is ssimLoss, which sees pixels together and cannot leave one out, expected a loss that honours pixelWeights";
    expect(() => maskedLoss(ssimLoss)).toThrow(OptionError);
    expect(() => maskedLoss(ssimLoss)).toThrow(message);
    expect(() => maskedLoss(weightedSum([diceLoss, ssimLoss]))).toThrow(OptionError);
    expect(() => maskedLoss((() => undefined) as never)).toThrow("loss is a plain function");
  });

  it("refuses masks that do not fit", () => {
    const [x, g] = [logitsOf([1, 1, 2, 3]), hardMask([1, 1, 2, 3])];
    const loss = maskedLoss(diceLoss);
    expect(() => loss(x, g, row([1, 0]))).toThrow(ShapeError);
    expect(() => loss(x, g, row([1, 0]))).toThrow(
      "maskedLoss(diceLoss): mask is [1, 1, 2], expected [1, 1, 2, 3], [1, 2, 3] or [1, 1, 2, 3]",
    );
    expect(() => loss(x, g, undefined as never)).toThrow(DTypeError);
    expect(() =>
      loss(
        x,
        g,
        filled([1, 1, 2, 3], () => 0.5),
      ),
    ).toThrow(DTypeError);
    expect(() =>
      loss(
        x,
        g,
        filled([1, 1, 2, 3], () => 0.5),
      ),
    ).toThrow("expected 0 or 1 (other weights: pixelWeights)");
    const negative = filled([1, 1, 2, 3], () => -1);
    expect(() => loss(x, g, left([1, 1, 2, 3]), { pixelWeights: negative })).toThrow("pixelWeights holds -1");
    expect(() => loss(x, g, left([1, 1, 2, 3]), { gamma: 1 } as never)).toThrow("diceLoss: option gamma");
  });
});
