import { beforeAll, describe, expect, it } from "vitest";
import {
  basnetLoss,
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  gradcheck,
  jaccardLoss,
  msSsimLoss,
  OptionError,
  ShapeError,
  setBackend,
  ssimLoss,
  type Tensor,
  tensor,
  unet3PlusLoss,
} from "../../../src/index.ts";
import { box, emptyLike, expectFinite, fullLike, logits, slopeUpwards } from "../../support/loss-images.ts";

beforeAll(() => setBackend("reference"));

const SHAPE = [2, 1, 12, 12];
const few = { windowSize: 3, scaleWeights: [0.3, 0.7] };
const unet3 = (p: Tensor, g: Tensor, options = {}) => unet3PlusLoss(p, g, { ssim: few, ...options });

const added = async (...parts: Tensor[]) => {
  let sum = 0;
  for (const part of parts) sum += await part.item();
  return sum;
};

describe("unet3PlusLoss", () => {
  it("is the sum of its parts, with their options", async () => {
    const [x, g] = [logits(SHAPE), box(SHAPE)];
    const options = { ssim: few, focal: { gamma: 1 }, jaccard: { aggregate: "batch", smooth: 0 } } as const;
    const expected = await added(
      focalLoss(x, g, options.focal),
      msSsimLoss(x, g, few),
      jaccardLoss(x, g, options.jaccard),
    );
    expect(await unet3PlusLoss(x, g, options).item()).toBeCloseTo(expected, 13);
  });

  it("does not drop scales of a small image", () => {
    const [x, g] = [logits(SHAPE), box(SHAPE)];
    expect(() => unet3PlusLoss(x, g)).toThrow(ShapeError);
    expect(() => unet3PlusLoss(x, g)).toThrow(/fewer scaleWeights/);
  });
});

describe("basnetLoss", () => {
  it("is the sum of its parts, zeros beyond the image", async () => {
    const [x, g] = [logits(SHAPE), box(SHAPE)];
    const rest = [binaryCrossEntropyLoss(x, g), jaccardLoss(x, g)];
    const zero = await added(...rest, ssimLoss(x, g, { padding: "zero" }));
    expect(await basnetLoss(x, g).item()).toBeCloseTo(zero, 13);
    const valid = await added(...rest, ssimLoss(x, g, { padding: "valid" }));
    expect(await basnetLoss(x, g, { ssim: { padding: "valid" } }).item()).toBeCloseTo(valid, 13);
  });

  it("takes categorical cross entropy over exclusive classes", async () => {
    const [x, g] = [logits([2, 3, 6, 6]), box([2, 3, 6, 6])];
    const shared = { classWeights: [1, 2, 3] };
    const expected = await added(
      categoricalCrossEntropyLoss(x, g, shared),
      ssimLoss(x, g, { ...shared, padding: "zero" }),
      jaccardLoss(x, g, shared),
    );
    expect(await basnetLoss(x, g, shared).item()).toBeCloseTo(expected, 13);
  });

  it("takes means as its parts do: pixels of a class weigh alike in whichever image", async () => {
    const x = logits([2, 2, 6, 6]);
    // A third of the pixels in the first image, two thirds in the second.
    const labels = tensor(
      Float64Array.from({ length: 72 }, (_, i) => Number(i % 3 <= Math.floor(i / 36))),
      [2, 6, 6],
    );
    const shared = { classWeights: [1, 4] };
    const expected = await added(
      categoricalCrossEntropyLoss(x, labels, shared),
      ssimLoss(x, labels, { ...shared, padding: "zero" }),
      jaccardLoss(x, labels, shared),
    );
    expect(await basnetLoss(x, labels, shared).item()).toBeCloseTo(expected, 13);
  });
});

describe.each([
  ["unet3PlusLoss", unet3],
  ["basnetLoss", (p: Tensor, g: Tensor, options = {}) => basnetLoss(p, g, options)],
] as const)("%s", (_name, loss) => {
  it("gives the loss of each image alone", async () => {
    const [x, g] = [logits(SHAPE), box(SHAPE)];
    const each = await loss(x, g, { reduction: "none" }).data();
    const alone = (i: number) => loss(x.slice([[i, i + 1]]), g.slice([[i, i + 1]])).item();
    expect(each[0]).toBeCloseTo(await alone(0), 13);
    expect(each[1]).toBeCloseTo(await alone(1), 13);
    expect(await loss(x, g).item()).toBeCloseTo((each[0] + each[1]) / 2, 13);
  });

  it("has the right gradient in 2-D, 3-D and over exclusive classes", async () => {
    for (const shape of [
      [2, 1, 6, 7],
      [1, 1, 5, 6, 5],
      [1, 3, 6, 6],
    ]) {
      const target = box(shape);
      const x = target.mul(3).add(logits(shape, 2));
      expect(await gradcheck((p) => loss(p, target), [x], { elements: 12, directions: 2 })).toMatchObject({
        ok: true,
      });
    }
  });

  it("pushes the right way on one-class images", async () => {
    const x = logits(SHAPE);
    expect(await slopeUpwards(loss, x, emptyLike(x))).toBeGreaterThan(0);
    expect(await slopeUpwards(loss, x, fullLike(x))).toBeLessThan(0);
  });

  it("stays finite at +-80", () => expectFinite(loss));

  it("refuses what it cannot honour", () => {
    const [x, g] = [logits(SHAPE), box(SHAPE)];
    expect(() => loss(x, g, { ignoreIndex: 255 })).toThrow(/cannot honour/);
    expect(() => loss(x, g, { jaccard: { reduction: "none" } })).toThrow(/without reduction/);
    expect(() => loss(x, g, { jaccard: 1 })).toThrow(OptionError);
    expect(() => loss(x, g, { jaccard: { gamma: 1 } })).toThrow(/jaccardLoss: option gamma/);
  });
});
