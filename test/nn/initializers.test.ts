import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../src/index.ts";
import {
  batchNorm,
  conv2d,
  type Initializer,
  initialize,
  initializers,
  scoped,
  sequential,
} from "../../src/nn/index.ts";
import { seededRandom } from "../../src/random.ts";
import { values } from "../support/values.ts";

const draw = (initializer: Initializer, shape: readonly number[], seed = 3) =>
  Array.from(initializer(shape, seededRandom(seed)));

function moments(sample: readonly number[]) {
  const mean = sample.reduce((total, x) => total + x, 0) / sample.length;
  const variance = sample.reduce((total, x) => total + (x - mean) ** 2, 0) / sample.length;
  // Of a normal distribution 3, of a uniform one 1.8.
  const kurtosis = sample.reduce((total, x) => total + (x - mean) ** 4, 0) / sample.length / variance ** 2;
  return { mean, deviation: Math.sqrt(variance), kurtosis, largest: Math.max(...sample.map(Math.abs)) };
}

const SHAPE = [40, 30, 5, 5];
const [IN, OUT] = [30 * 25, 40 * 25];

describe("initializers", () => {
  test("constants", () => {
    expect(draw(initializers.zeros(), [2, 2])).toEqual([0, 0, 0, 0]);
    expect(draw(initializers.ones(), [3])).toEqual([1, 1, 1]);
    expect(draw(initializers.constant(0.25), [2])).toEqual([0.25, 0.25]);
  });

  // Deviations by the papers' formulas; the sample's own is within 2 % of them (30 000 values).
  test.each<[keyof typeof initializers, number, "normal" | "uniform"]>([
    ["xavierUniform", Math.sqrt(2 / (IN + OUT)), "uniform"],
    ["xavierNormal", Math.sqrt(2 / (IN + OUT)), "normal"],
    ["heUniform", Math.sqrt(2 / IN), "uniform"],
    ["heNormal", Math.sqrt(2 / IN), "normal"],
    ["leCunUniform", Math.sqrt(1 / IN), "uniform"],
    ["leCunNormal", Math.sqrt(1 / IN), "normal"],
  ])("%s has mean 0 and the deviation of its paper", (name, deviation, kind) => {
    const make = initializers[name] as typeof initializers.heNormal;
    const sample = moments(draw(make(), SHAPE));
    expect(Math.abs(sample.mean)).toBeLessThan(0.02 * deviation);
    expect(Math.abs(sample.deviation / deviation - 1)).toBeLessThan(0.02);
    expect(sample.kurtosis).toBeCloseTo(kind === "normal" ? 3 : 1.8, 0);
    if (kind === "uniform") expect(sample.largest).toBeLessThanOrEqual(Math.sqrt(3) * deviation * (1 + 1e-6));
    const doubled = draw(make({ gain: 2 }), SHAPE);
    expect(moments(doubled).deviation / sample.deviation).toBeCloseTo(2, 6);
  });

  test("PyTorch's default for convolutions lies within 1 / sqrt(fan in)", () => {
    const { largest } = moments(draw(initializers.heUniform({ gain: Math.sqrt(1 / 6) }), SHAPE));
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(IN));
    expect(largest).toBeGreaterThan(0.999 / Math.sqrt(IN));
  });

  test("other names are the same functions", () => {
    expect(initializers.kaimingNormal).toBe(initializers.heNormal);
    expect(initializers.kaimingUniform).toBe(initializers.heUniform);
    expect(initializers.glorotNormal).toBe(initializers.xavierNormal);
    expect(initializers.glorotUniform).toBe(initializers.xavierUniform);
  });

  test("uniform and normal keep what they were asked for", () => {
    const flat = moments(draw(initializers.uniform(2, 4), [10_000]));
    expect(flat.mean).toBeCloseTo(3, 1);
    expect(flat.deviation).toBeCloseTo(2 / Math.sqrt(12), 1);
    const bell = moments(draw(initializers.normal(-1, 0.5), [10_000]));
    expect(bell.mean).toBeCloseTo(-1, 1);
    expect(bell.deviation).toBeCloseTo(0.5, 1);
  });

  test("orthogonal: the shorter side's vectors are orthonormal, times the gain", () => {
    const side = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(side, side, side, fc.integer({ min: 0, max: 1000 }), (out, inputs, taps, seed) => {
        const gain = 1.5;
        const width = inputs * taps;
        const matrix = draw(initializers.orthogonal({ gain }), [out, inputs, taps], seed);
        const at = (row: number, column: number) => matrix[row * width + column];
        const [short, long] = [Math.min(out, width), Math.max(out, width)];
        for (let i = 0; i < short; i++) {
          for (let j = 0; j < short; j++) {
            let dot = 0;
            for (let k = 0; k < long; k++) dot += out <= width ? at(i, k) * at(j, k) : at(k, i) * at(k, j);
            expect(dot).toBeCloseTo(i === j ? gain ** 2 : 0, 5);
          }
        }
      }),
    );
  });

  test("transposed draws for [out, in, ...taps] and swaps the axes", () => {
    const counting: Initializer = (shape) =>
      Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i);
    // [out 3, in 2, taps 2] is 0 1 | 2 3, 4 5 | 6 7, 8 9 | 10 11.
    expect(draw(initializers.transposed(counting), [2, 3, 2])).toEqual([
      0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11,
    ]);
    const { deviation } = moments(draw(initializers.transposed(initializers.heNormal()), SHAPE));
    expect(deviation / Math.sqrt(2 / OUT)).toBeCloseTo(1, 1);
  });

  test("refuse what is out of range, and fans of a vector", () => {
    expect(() => initializers.uniform(1, 0)).toThrow("uniform: low, high is 1, 0, expected low <= high");
    expect(() => initializers.normal(0, -1)).toThrow(OptionError);
    expect(() => draw(initializers.heNormal(), [3])).toThrow(
      "fansOf: shape is [3], expected [out, in, ...taps]",
    );
    expect(() => draw(initializers.orthogonal(), [3])).toThrow(ShapeError);
  });
});

describe("initialize", () => {
  const first = conv2d(2, 3, 3);
  const second = batchNorm(3);

  test("gives every variable, trained or not, its shape", () => {
    const given = initialize(second, { seed: 1 });
    expect(Object.keys(given)).toEqual(["weight", "bias", "runningMean", "runningVariance"]);
    expect(initialize(first).weight.shape).toEqual([3, 2, 3, 3]);
  });

  test("the same seed gives the same, another seed and another name others", async () => {
    const a = await values(initialize(first, { seed: 5 }).weight);
    expect(await values(initialize(first, { seed: 5 }).weight)).toEqual(a);
    expect(await values(initialize(first, { seed: 6 }).weight)).not.toEqual(a);
    expect(await values(initialize(scoped("a", first), { seed: 5 })["a.weight"])).not.toEqual(a);
  });

  test("no module depends on the others", async () => {
    const alone = initialize(sequential({ one: first }), { seed: 2 });
    const among = initialize(sequential({ zero: conv2d(1, 2, 5), one: first, two: second }), { seed: 2 });
    expect(await values(among["one.weight"])).toEqual(await values(alone["one.weight"]));
  });

  test("names that share letters, and seeds that are near, are unrelated", async () => {
    const names = ["a.0.b", "a.1.b", "b.0.a", "a.b.0"].map((name) => scoped(name, conv2d(8, 8, 3)));
    const drawn = await Promise.all(
      [0, 1].flatMap((seed) => names.map((module) => values(Object.values(initialize(module, { seed }))[0]))),
    );
    for (const [i, x] of drawn.entries()) {
      for (const y of drawn.slice(0, i)) {
        const dot = x.reduce((total, value, k) => total + value * y[k], 0);
        const length = (z: readonly number[]) => Math.hypot(...z);
        // 576 values: 5 deviations of the correlation of independent ones.
        expect(Math.abs(dot) / (length(x) * length(y))).toBeLessThan(5 / Math.sqrt(576));
      }
    }
  });

  test("refuses seeds out of range, and initialisers that draw too few", () => {
    expect(() => initialize(first, { seed: -1 })).toThrow("initialize: seed is -1");
    const short = conv2d(1, 1, 3, { weightInitializer: () => new Float32Array(2) });
    expect(() => initialize(short)).toThrow(
      "number of values of weight is 2, expected 9 for shape [1, 1, 3, 3]",
    );
  });
});
