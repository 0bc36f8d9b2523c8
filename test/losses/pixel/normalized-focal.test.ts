import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  grad,
  gradcheck,
  normalizedFocalLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { segmeBinary, segmeClasses } from "../../support/segme.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;
const THREE_CLASSES = tensor([
  [
    [0.2, 0.7],
    [0.3, 0.1],
    [0.5, 0.2],
  ],
]);

describe("normalizedFocalLoss", () => {
  sharedOptionsHold(normalizedFocalLoss, ["independent", "exclusive"]);
  sharedOptionsHold(normalizedFocalLoss, ["independent", "exclusive"], { constant: "factors", gamma: 0.5 });

  it("divides the factors by their mean", async () => {
    const loss = normalizedFocalLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0.25]), PROBABILITIES);
    const sum = -(0.09 * log(0.7) + 0.04 * log(0.8) + 0.25 * 0.36 * log(0.4) + 0.75 * 0.16 * log(0.6));
    expect(await loss.item()).toBeCloseTo(sum / (0.09 + 0.04 + 0.25 * 0.36 + 0.75 * 0.16), 14);
    const weighed = normalizedFocalLoss(row([0.7, 0.2]), row([1, 0]), { ...PROBABILITIES, alpha: 0.3 });
    // Alpha is no part of the factors.
    const terms = 0.3 * 0.09 * log(0.7) + 0.7 * 0.04 * log(0.8);
    expect(await weighed.item()).toBeCloseTo(-terms / 0.13, 14);
  });

  it("takes the factor of the true class, and its weight in their mean", async () => {
    const labels = tensor([[2, 0]]);
    const loss = normalizedFocalLoss(THREE_CLASSES, labels, PROBABILITIES);
    expect(await loss.item()).toBeCloseTo(-(0.25 * log(0.5) + 0.09 * log(0.7)) / 0.34, 14);
    const options = { ...PROBABILITIES, classWeights: [2, 1, 5] };
    const weighed = normalizedFocalLoss(THREE_CLASSES, labels, options);
    expect(await weighed.item()).toBeCloseTo(
      -(5 * 0.25 * log(0.5) + 2 * 0.09 * log(0.7)) / (5 * 0.25 + 2 * 0.09),
      14,
    );
    const without = normalizedFocalLoss(THREE_CLASSES, labels, {
      ...PROBABILITIES,
      includeBackground: false,
    });
    expect(await without.item()).toBeCloseTo(-log(0.5), 14);
  });

  it("has the values of segme's own tests", async () => {
    const { logits, mask } = segmeBinary();
    expect(await normalizedFocalLoss(logits, mask).item()).toBeCloseTo(4.1686983, 5);
    const { logits: x, labels } = segmeClasses();
    expect(await normalizedFocalLoss(x, labels).item()).toBeCloseTo(8.575356, 5);
  });

  it("normalizes each image and channel, or each channel of the batch", async () => {
    const p = tensor([[[[0.9, 0.8]]], [[[0.1, 0.2]]]]);
    const ones = filled([2, 1, 1, 2], () => 1);
    const term = (p: number) => -((1 - p) ** 2) * log(p);
    const images = [(term(0.9) + term(0.8)) / 0.05, (term(0.1) + term(0.2)) / 1.45];
    const loss = normalizedFocalLoss(p, ones, PROBABILITIES);
    expect(await loss.item()).toBeCloseTo((images[0] + images[1]) / 2, 13);
    const batch = normalizedFocalLoss(p, ones, { ...PROBABILITIES, aggregate: "batch" });
    expect(await batch.item()).toBeCloseTo((term(0.9) + term(0.8) + term(0.1) + term(0.2)) / 1.5, 13);
    const channels = normalizedFocalLoss(p.reshape([1, 2, 1, 2]), ones.reshape([1, 2, 1, 2]), {
      ...PROBABILITIES,
      mode: "multilabel",
    });
    expect(await channels.item()).toBeCloseTo((images[0] + images[1]) / 2, 13);
  });

  it("is cross entropy with gamma 0", async () => {
    const [g, labels] = [softMask([2, 1, 3, 3]), labelsOf([2, 2, 2], 3)];
    for (const constant of ["mean", "factors", "nothing"] as const) {
      await expectSame(
        (y) => normalizedFocalLoss(y, g, { gamma: 0, constant }),
        (y) => binaryCrossEntropyLoss(y, g),
        logitsOf([2, 1, 3, 3]),
      );
      await expectSame(
        (y) => normalizedFocalLoss(y, labels, { gamma: 0, constant }),
        (y) => categoricalCrossEntropyLoss(y, labels),
        logitsOf([2, 3, 2, 2]),
      );
    }
  });

  it("has the gradient of the focal loss over a constant, of weighted cross entropy, or of all of it", async () => {
    const [x, g] = [logitsOf([1, 1, 3, 3]), hardMask([1, 1, 3, 3])];
    const p = x.sigmoid();
    const factors = g.sub(p).square();
    const mean = await factors.mean().item();
    const slopes = (constant: "mean" | "factors" | "nothing") =>
      values(grad((y: Tensor) => normalizedFocalLoss(y, g, { constant }))(x));

    const focal = await values(grad((y: Tensor) => focalLoss(y, g, { alpha: null }))(x));
    (await slopes("mean")).forEach((slope, i) => {
      expect(slope).toBeCloseTo(focal[i] / mean, 13);
    });
    const weighted = await values(factors.div(mean).mul(p.sub(g)).div(9));
    (await slopes("factors")).forEach((slope, i) => {
      expect(slope).toBeCloseTo(weighted[i], 13);
    });
    const whole = await gradcheck((y) => normalizedFocalLoss(y, g, { constant: "nothing" }), [x]);
    expect(whole.maxError).toBeLessThan(1e-9);
    for (const constant of ["mean", "factors"] as const) {
      const f = (y: Tensor) => normalizedFocalLoss(y, g, { constant });
      expect((await gradcheck(f, [x], { holdConstants: true })).maxError).toBeLessThan(1e-9);
      expect((await gradcheck(f, [x])).ok).toBe(false);
    }
  });

  it("pulls a pixel of little cost the wrong way, once the mean is differentiated too", async () => {
    const slopes = (constant: "mean" | "factors" | "nothing") =>
      values(grad((y: Tensor) => normalizedFocalLoss(y, row([1, 1]), { constant }))(row([0.5, -3])));
    for (const constant of ["mean", "factors"] as const) {
      expect((await slopes(constant)).every((slope) => slope < 0)).toBe(true);
    }
    const [little, much] = await slopes("nothing");
    expect(little).toBeGreaterThan(0);
    expect(much).toBeLessThan(0);
  });

  it("refuses other constants", () => {
    expect(() => normalizedFocalLoss(row([0]), row([1]), { constant: "all" } as object)).toThrow(OptionError);
  });
});
