import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  evaluate,
  grad,
  OptionError,
  regionMutualInformationLoss,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
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
import { expectDerivatives, labelsOf, PROBABILITIES, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeEach(() => setBackend("reference"));

const loss = regionMutualInformationLoss;
/** Mutual information alone. */
const ALONE = { ...PROBABILITIES, crossEntropyShare: 0 } as const;

/** log |det| by elimination with row exchanges. */
function logDeterminant(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => row.slice());
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    const best = rows.findIndex(
      (row, i) => i >= k && rows.slice(k).every((r) => Math.abs(r[k]) <= Math.abs(row[k])),
    );
    [rows[k], rows[best]] = [rows[best], rows[k]];
    sum += Math.log(Math.abs(rows[k][k]));
    for (const row of rows.slice(k + 1)) {
      const factor = row[k] / rows[k][k];
      row.forEach((_, j) => {
        row[j] -= factor * rows[k][j];
      });
    }
  }
  return sum;
}

interface Definition {
  readonly radius: number;
  readonly stride: number;
  readonly epsilon?: number;
  readonly largest?: boolean;
  /** Whether a region counts, by its place in cells. */
  readonly counts?: (y: number, x: number) => boolean;
}

/**
 * The definition for one image of rows, by one matrix of both maps: the determinant of what g keeps once p is known is
 * that of the whole over that of p's block.
 */
function definition(p: number[], g: number[], width: number, how: Definition): number {
  const { radius, stride, epsilon = 5e-4, largest = false, counts = () => true } = how;
  const [high, wide] = [Math.floor(p.length / width / stride), Math.floor(width / stride)];
  const cell = (x: number[], row: number, column: number) => {
    const pixels = Array.from({ length: stride * stride }, (_, i) => {
      return x[(row * stride + Math.floor(i / stride)) * width + column * stride + (i % stride)];
    });
    return largest ? Math.max(...pixels) : pixels.reduce((a, b) => a + b) / pixels.length;
  };
  const points: number[][] = [];
  for (let y = 0; y + radius <= high; y++) {
    for (let x = 0; x + radius <= wide; x++) {
      if (!counts(y, x)) continue;
      const region = (map: number[]) =>
        Array.from({ length: radius * radius }, (_, i) => {
          return cell(map, y + Math.floor(i / radius), x + (i % radius));
        });
      points.push([...region(p), ...region(g)]);
    }
  }
  const d = radius * radius;
  const mean = points[0].map((_, k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
  const whole = mean.map((_, i) =>
    mean.map((_, j) => {
      const products = points.map((point) => (point[i] - mean[i]) * (point[j] - mean[j]));
      return products.reduce((a, b) => a + b, 0) + (i === j ? epsilon : 0);
    }),
  );
  const ofPrediction = whole.slice(0, d).map((row) => row.slice(0, d));
  return (logDeterminant(whole) - logDeterminant(ofPrediction)) / (2 * d);
}

describe("regionMutualInformationLoss", () => {
  it("agrees with determinants of the joint scatter matrix", async () => {
    const [p, g] = [await values(scattered()), await values(disc())];
    for (const how of [
      { radius: 1, stride: 1 },
      { radius: 2, stride: 1 },
      { radius: 2, stride: 2 },
      { radius: 3, stride: 2 },
      { radius: 2, stride: 3, largest: true },
      { radius: 2, stride: 2, largest: true, epsilon: 0.02 },
    ]) {
      const { radius, stride, epsilon = 5e-4, largest } = how as Definition;
      const pooling = largest ? "max" : "average";
      const value = await loss(scattered(), disc(), { ...ALONE, radius, stride, epsilon, pooling }).item();
      expect(value).toBeCloseTo(definition(p, g, 8, how), 9);
    }
  });

  it("takes by default regions of 3 by 3 cells of 3 by 3 pixels, and half of each part", async () => {
    const shape = [1, 1, 20, 21];
    const [x, g] = [logits(shape), box(shape)];
    const information = definition(await values(x.sigmoid()), await values(g), 21, { radius: 3, stride: 3 });
    const crossEntropy = await binaryCrossEntropyLoss(x, g).item();
    expect(await loss(x, g).item()).toBeCloseTo(0.5 * crossEntropy + 0.5 * information, 9);
    expect(await loss(x, g, { crossEntropyShare: 1 }).item()).toBeCloseTo(crossEntropy, 14);
  });

  it("is 1/2 log 2e at most for the mask itself, whatever its size, and no less than 1/2 log e", async () => {
    for (const side of [12, 18, 27]) {
      const g = box([1, 1, side, side]);
      const value = await loss(g, g, ALONE).item();
      expect(value).toBeLessThan(0.5 * Math.log(2 * 5e-4));
      expect(value).toBeGreaterThan(0.5 * Math.log(5e-4));
    }
  });

  it("does not tell a prediction from its complement; cross entropy does", async () => {
    const options = { ...ALONE, radius: 2, stride: 1 };
    const other = scattered().neg().add(1);
    expect(await loss(other, disc(), options).item()).toBeCloseTo(
      await loss(scattered(), disc(), options).item(),
      10,
    );
  });

  it("gives one value an image and class, classes of softmax and of sigmoid alike", async () => {
    const options = { radius: 2, stride: 1, crossEntropyShare: 0.3 };
    const [x, labels] = [logits([2, 3, 4, 5]), labelsOf([2, 4, 5], 3)];
    const single = await values(loss(x, labels, { ...options, reduction: "none" }));
    expect(single).toHaveLength(6);
    const [p, hot] = [await values(x.softmax(1)), await values(labels)];
    const crossEntropy = await categoricalCrossEntropyLoss(x, labels).item();
    let information = 0;
    for (const image of [0, 1]) {
      for (const c of [0, 1, 2]) {
        const from = 20 * (3 * image + c);
        const g = hot.slice(20 * image, 20 * image + 20).map((label) => Number(label === c));
        information += definition(p.slice(from, from + 20), g, 5, { radius: 2, stride: 1 });
      }
    }
    // The mean over classes: a third of the pixel's cross entropy.
    expect(await loss(x, labels, options).item()).toBeCloseTo(
      (0.3 * crossEntropy) / 3 + (0.7 * information) / 6,
      9,
    );
  });

  it("leaves out regions that hold an ignored pixel", async () => {
    const [p, g] = [await values(scattered()), await values(disc())];
    // Pixel (2, 5) lies in cell (1, 2).
    const marked = tensor(
      g.map((label, i) => (i === 2 * 8 + 5 ? 255 : label)),
      [1, 1, 7, 8],
    );
    const counts = (y: number, x: number) => !(y <= 1 && x <= 2 && y + 2 > 1 && x + 2 > 2);
    const expected = definition(p, g, 8, { radius: 2, stride: 2, counts });
    const options = { ...ALONE, radius: 2, stride: 2 };
    expect(await loss(scattered(), marked, { ...options, ignoreIndex: 255 }).item()).toBeCloseTo(expected, 9);
    const pixelWeights = marked.equal(255).neg().add(1);
    expect(await loss(scattered(), disc(), { ...options, pixelWeights }).item()).toBeCloseTo(expected, 9);
  });

  it("has the right derivatives, in 2-D and 3-D, soft masks and hard ones, with weights", async () => {
    const plane = [2, 1, 6, 7];
    const options = { radius: 2, stride: 2 };
    await expectDerivatives((x) => loss(x, box(plane), { radius: 3, stride: 1 }), logits(plane));
    await expectDerivatives((x) => loss(x, softMask(plane), { ...options, pooling: "max" }), logits(plane));
    const pixelWeights = softMask([2, 1, 6, 7]);
    await expectDerivatives((x) => loss(x, box(plane), { ...options, pixelWeights }), logits(plane));
    const volume = [1, 1, 3, 4, 4];
    await expectDerivatives((x) => loss(x, box(volume), { radius: 2, stride: 1 }), logits(volume));
  });

  it("leaves one-class images to cross entropy", async () => {
    const x = logits([1, 1, 9, 10]);
    for (const g of [emptyLike(x), fullLike(x)]) {
      const constant = 0.5 * Math.log(5e-4);
      expect(await loss(x, g, { crossEntropyShare: 0 }).item()).toBeCloseTo(constant, 12);
      const slope = await values(grad((y: Tensor) => loss(y, g))(x));
      const plain = await values(grad((y: Tensor) => binaryCrossEntropyLoss(y, g))(x));
      slope.forEach((s, i) => {
        expect(s).toBeCloseTo(plain[i] / 2, 12);
      });
    }
  });

  it("stays finite at +-80", () => expectFinite(loss));

  it("refuses what it cannot honour", () => {
    const x = logits([1, 1, 8, 9]);
    expect(() => loss(x, emptyLike(x))).toThrow(ShapeError);
    expect(() => loss(x, emptyLike(x))).toThrow(/at least 9 along each axis/);
    expect(() => loss(x, emptyLike(x), { epsilon: 0 })).toThrow(OptionError);
    expect(() => loss(x, emptyLike(x), { radius: 1.5 })).toThrow(OptionError);
    expect(() => loss(x, emptyLike(x), { aggregate: "batch" } as object)).toThrow(OptionError);
  });
});

describe("regionMutualInformationLoss in float32", () => {
  afterEach(() => setBackend("reference"));

  it("keeps its digits where the prediction is good", async () => {
    const side = 96;
    const shape = [1, 1, side, side];
    const wave = (i: number) => Math.sin((i % side) * 0.21) * Math.cos(Math.floor(i / side) * 0.17);
    const mask = Float64Array.from({ length: side * side }, (_, i) => Number(wave(i) > 0.1));
    const g = tensor(mask, shape);
    // Right everywhere, by a logit of 3.5 .. 4.5.
    const x = tensor(
      mask.map((label, i) => (2 * label - 1) * 4 + ((i * 0.618033988749895) % 1) - 0.5),
      shape,
    );
    const measure = async (backend: "reference" | "wasm") => {
      await setBackend(backend);
      const { value, grad: slope } = valueAndGrad((y: Tensor) => loss(y, g, { crossEntropyShare: 0 }))(x);
      await evaluate(value, slope);
      return { value: await value.item(), slope: await values(slope) };
    };
    const [exact, single] = [await measure("reference"), await measure("wasm")];
    expect(Math.abs(single.value - exact.value)).toBeLessThan(1e-5);
    const largest = Math.max(...exact.slope.map(Math.abs));
    exact.slope.forEach((s, i) => {
      expect(Math.abs(single.slope[i] - s)).toBeLessThan(1e-3 * largest);
    });
  });
});
