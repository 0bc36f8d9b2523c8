import { beforeAll, describe, expect, test } from "vitest";
import { OptionError, ShapeError, setBackend, type Tensor, zeros } from "../../src/index.ts";
import { conv2d, conv3d, initialize, type Module, sequential, unet } from "../../src/nn/index.ts";
import { runnerOf } from "../../src/run/backends.ts";
import { classesOf, evaluateModel, type Picture, predictImage } from "../../src/train/index.ts";
import { combinations, stretches } from "../../src/train/tiles.ts";
import { disc, tinyNetwork } from "./support.ts";

beforeAll(() => setBackend("wasm", { threads: 1 }));

/** The input itself as logits, so that probabilities tell where pixels went. */
const echo: Module = { variables: {}, apply: (_, x) => x };
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const noise = (size: readonly number[], channels = 1): Picture => {
  const count = channels * size.reduce((product, length) => product * length, 1);
  return { image: Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + 1)), channels, size };
};

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

describe("tiles of an axis", () => {
  test.each([
    [64, 32, 8, 1],
    [100, 32, 8, 4],
    [97, 16, 14, 1],
    [40, 40, 10, 8],
    [33, 11, 0, 1],
    [64, 16, 5, 16],
  ])(
    "length %d, tile %d, overlap %d, factor %d: cover it, weights add up to 1",
    (length, tile, overlap, factor) => {
      const parts = stretches(length, tile, overlap, factor);
      const total = new Float64Array(length);
      for (const { start, weights } of parts) {
        expect(start % factor).toBe(0);
        expect(start + tile).toBeLessThanOrEqual(length);
        expect(weights).toHaveLength(tile);
        weights.forEach((weight, i) => {
          expect(weight).toBeGreaterThanOrEqual(0);
          total[start + i] += weight;
        });
      }
      for (const sum of total) expect(sum).toBeCloseTo(1, 6);
    },
  );

  test("count nothing in the outer third of what they share, all in the inner third, a cosine between", () => {
    const [first, second] = stretches(42, 24, 6, 1);
    expect([first.start, second.start]).toEqual([0, 18]);
    const ramp = [0, 0, Math.sin(Math.PI / 8) ** 2, Math.cos(Math.PI / 8) ** 2, 1, 1].map(Math.fround);
    expect([...second.weights.slice(0, 6)]).toEqual(ramp.map((x) => expect.closeTo(x, 6)));
    expect([...first.weights.slice(18)]).toEqual(ramp.map((x) => expect.closeTo(1 - x, 6)));
    expect(new Set(first.weights.slice(0, 18))).toEqual(new Set([1]));
  });

  test("combine over axes", () => {
    const axis = stretches(8, 4, 0, 1);
    expect(combinations([axis, axis, axis]).map((cut) => cut.map(({ start }) => start).join(""))).toEqual([
      "000",
      "004",
      "040",
      "044",
      "400",
      "404",
      "440",
      "444",
    ]);
  });
});

describe("predictImage", () => {
  test("whole, in tiles of any size, with any overlap and batch: every pixel in its place", async () => {
    for (const size of [
      [5, 7],
      [30, 41],
      [9, 10, 11],
    ]) {
      const picture = noise(size);
      for (const tile of [4, 16, 64])
        for (const overlap of [0, 0.25, 0.7])
          for (const factor of [1, 4]) {
            const options = { tile, overlap, factor, batchSize: 3 };
            const probabilities = await predictImage(echo, {}, picture, options);
            expect(largestDifference(probabilities, picture.image.map(sigmoid))).toBeLessThan(1e-6);
          }
    }
  });

  test("tiles with enough overlap are the whole image's prediction, up to its border", async () => {
    const model = tinyNetwork();
    const variables = initialize(model, { seed: 5 });
    const picture = disc(1, [60, 52]);
    const whole = await predictImage(model, variables, picture, { tile: 64 });
    // Two convolutions of 3: what is within 2 pixels of a tile's end is spoilt, and a third of 8 is more than that.
    const tiled = await predictImage(model, variables, picture, { tile: 24, overlap: 8 / 24 });
    expect(largestDifference(tiled, whole)).toBeLessThan(1e-6);
    // Without overlap the seams show: the test sees them.
    const seams = await predictImage(model, variables, picture, { tile: 24, overlap: 0 });
    expect(largestDifference(seams, whole)).toBeGreaterThan(1e-3);
  });

  test("a U-Net's tiles lie on the grid of its pooling", async () => {
    const model = unet({ depth: 2, baseChannels: 2, convolutionsPerLevel: 1 });
    const variables = initialize(model, { seed: 2 });
    const picture = disc(2, [70, 70]);
    const whole = await predictImage(model, variables, picture, { tile: 72 });
    const tiled = await predictImage(model, variables, picture, { tile: 38, overlap: 0.5 });
    expect(largestDifference(tiled, whole)).toBeLessThan(1e-6);
  });

  test("sizes that the network cannot take are padded by reflection", async () => {
    const model = unet({ depth: 3, baseChannels: 2 });
    const variables = initialize(model, { seed: 2 });
    const { image } = disc(2, [12, 12]);
    // 10 x 10 pixels of a picture whose last two rows and columns mirror those before.
    const small = new Float32Array(100);
    const full = new Float32Array(144);
    const mirror = (i: number) => (i < 10 ? i : 18 - i);
    for (let y = 0; y < 12; y++)
      for (let x = 0; x < 12; x++) {
        full[12 * y + x] = image[12 * mirror(y) + mirror(x)];
        if (y < 10 && x < 10) small[10 * y + x] = image[12 * y + x];
      }
    const a = await predictImage(model, variables, { image: small, channels: 1, size: [10, 10] });
    const b = await predictImage(model, variables, { image: full, channels: 1, size: [12, 12] });
    expect([...a]).toEqual([...b.filter((_, i) => i % 12 < 10 && i < 120)]);
    expect(await predictImage(model, variables, { ...noise([1, 1]) })).toHaveLength(1);
  });

  test("several outputs: softmax, or a sigmoid each", async () => {
    const picture = noise([3, 4], 2);
    const softmax = await predictImage(echo, {}, picture);
    const each = await predictImage(echo, {}, picture, { exclusive: false });
    for (let i = 0; i < 12; i++) {
      expect(softmax[i] + softmax[12 + i]).toBeCloseTo(1, 6);
      expect(softmax[i]).toBeCloseTo(sigmoid(picture.image[i] - picture.image[12 + i]), 5);
      expect(each[i]).toBeCloseTo(sigmoid(picture.image[i]), 6);
    }
  });

  test("normalisation, before the network", async () => {
    const probabilities = await predictImage(
      echo,
      {},
      { image: Float32Array.of(0.5, 1), channels: 1, size: [1, 2] },
      { normalization: { mean: 0.5, deviation: 0.25 } },
    );
    expect([...probabilities]).toEqual([0.5, expect.closeTo(sigmoid(2), 6)]);
  });

  test("volumes", async () => {
    const model = sequential([conv3d(1, 2, 3, { padding: "same" }), conv3d(2, 3, 1)]);
    const variables = initialize(model, { seed: 3 });
    const picture = noise([9, 8, 10]);
    const whole = await predictImage(model, variables, picture);
    expect(whole).toHaveLength(3 * 720);
    const tiled = await predictImage(model, variables, picture, { tile: [6, 6, 6], overlap: 0.7 });
    expect(largestDifference(tiled, whole)).toBeLessThan(1e-6);
  });

  test("is one plan, however many tiles", async () => {
    const runner = await runnerOf("wasm", { threads: 1 });
    const model = tinyNetwork();
    const variables = initialize(model);
    const before = runner.size;
    await predictImage(model, variables, noise([50, 50]), { tile: 16 });
    await predictImage(model, variables, noise([70, 33]), { tile: 16 });
    expect(runner.size - before).toBeLessThanOrEqual(1);
  });

  test("stops where the signal says so", async () => {
    const controller = new AbortController();
    let runs = 0;
    const model: Module = { variables: {}, apply: (_, x) => x };
    const signal = {
      get aborted() {
        return runs > 1;
      },
      throwIfAborted() {
        if (++runs > 2) controller.signal.throwIfAborted();
      },
    } as AbortSignal;
    controller.abort(new Error("enough"));
    await expect(predictImage(model, {}, noise([40, 40]), { tile: 8, signal })).rejects.toThrow("enough");
    expect(runs).toBe(3);
  });

  test("what does not fit is refused, in one line", async () => {
    const picture = noise([4, 4]);
    const shrinks = conv2d(1, 1, 3);
    const refused = (model: Module, variables: Record<string, Tensor>, image: Picture, options: object) =>
      predictImage(model, variables, image, options).catch((error: unknown) => error as Error);
    const at = async (...args: Parameters<typeof refused>) => String(await refused(...args));
    expect(await at(echo, {}, { ...picture, size: [4, 5] }, {})).toBe(
      "ShapeError: predictImage: image is 16 numbers, expected 20 for [1, 4, 5]",
    );
    expect(await at(echo, {}, { ...picture, size: [16] }, {})).toMatch(
      "size of image is [1, 16], expected [channels, h, w]",
    );
    expect(await at(shrinks, initialize(shrinks), picture, {})).toMatch(
      "the model's output is [1, 1, 2, 2], expected [1, 1, 4, 4]",
    );
    expect(await at(shrinks, {}, picture, {})).toMatch(
      "variables is without weight, expected all variables of the model",
    );
    expect(await at(shrinks, { weight: zeros([1]), bias: zeros([1]) }, picture, {})).toMatch(
      "weight is [1], expected [1, 1, 3, 3]",
    );
    expect(await at(echo, {}, picture, { overlap: 1 })).toMatch(
      "overlap is 1, expected a number from 0 up to 0.9",
    );
    expect(await at(echo, {}, picture, { tile: [4, 4, 4] })).toMatch("tile is [4, 4, 4], expected 2 lengths");
    expect(await at(echo, {}, picture, { tile: 0 })).toMatch("tile is 0, expected a length from 1");
    expect(await at(echo, {}, picture, { tiles: 4 })).toMatch("option tiles is not taken");
    expect(await at(echo, {}, picture, { normalization: { mean: [0, 1] } })).toMatch(
      "normalization.mean is [0, 1], expected a number, or one for each of 1 channels",
    );
    expect(await at(echo, {}, picture, { normalization: { deviation: 0 } })).toMatch(
      "normalization.deviation is [0], expected a number above 0",
    );
    expect(await refused(echo, {}, { ...picture, size: [16] }, {})).toBeInstanceOf(ShapeError);
    expect(await refused(echo, {}, picture, { overlap: 1 })).toBeInstanceOf(OptionError);
  });
});

describe("classesOf", () => {
  test("threshold of one output, largest of several, the lower one of equals", () => {
    expect([...classesOf([0.4, 0.5, 0.6], 1)]).toEqual([0, 0, 1]);
    expect([...classesOf([0.4, 0.5, 0.6], 1, 0.45)]).toEqual([0, 1, 1]);
    expect([...classesOf([0.1, 0.4, 0.3, 0.4, 0.6, 0.2], 3)]).toEqual([2, 0]);
    expect(() => classesOf([1, 2, 3], 2)).toThrow("outputs is 2, expected 1 to 256, that divides 3");
  });
});

describe("evaluateModel", () => {
  const truth = (name: string, target: number[]) => ({
    name,
    image: Float32Array.from(target, (label) => (label === 1 ? 1 : -1)),
    channels: 1,
    size: [2, 2],
    target: Uint8Array.from(target),
  });

  test("measures each sample, and the mean over samples", async () => {
    const good = truth("good", [0, 1, 1, 0]);
    const bad = { ...truth("bad", [0, 1, 1, 1]), image: Float32Array.of(1, 1, -1, -1) };
    const seen: string[] = [];
    const { mean, samples } = await evaluateModel(echo, {}, [good, bad], ["dice", "hausdorff95"], {
      onSample: ({ name }) => seen.push(name),
    });
    expect(samples.map(({ name }) => name)).toEqual(["good", "bad"]);
    expect(seen).toEqual(["good", "bad"]);
    expect(samples[0].metrics.dice.mean).toBe(1);
    expect(samples[1].metrics.dice.mean).toBeCloseTo(2 / 5, 12);
    expect(mean.dice).toBeCloseTo(0.7, 12);
    expect(mean.hausdorff95).toBe(samples[1].metrics.hausdorff95.mean / 2);
  });

  test("probabilities reach the metrics that need them, ignored labels count nowhere", async () => {
    const sample = { ...truth("a", [0, 1, 1, 0]), target: Uint8Array.of(0, 1, 255, 255) };
    const { mean } = await evaluateModel(echo, {}, [sample], ["expectedCalibrationError", "dice"], {
      ignoreIndex: 255,
    });
    expect(mean.dice).toBe(1);
    expect(mean.expectedCalibrationError).toBeCloseTo(1 - sigmoid(1), 5);
  });

  test("an unknown metric is refused before anything runs", async () => {
    await expect(evaluateModel(echo, {}, [], ["dise"])).rejects.toThrow(
      /metrics is dise, expected dice, iou/,
    );
  });
});
