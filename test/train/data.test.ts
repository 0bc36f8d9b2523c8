import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../src/random.ts";
import { batches } from "../../src/train/data/batch.ts";
import { PURPOSE, sampleOrder, seedOf } from "../../src/train/data/draw.ts";
import { randomBend } from "../../src/train/data/elastic.ts";
import {
  copyPlaced,
  type Extent,
  offsetsOf,
  type Place,
  reflect,
  reflectBetween,
} from "../../src/train/data/place.ts";
import type { Augmentation, Normalization, Sample } from "../../src/train/index.ts";
import { disc } from "./support.ts";

/** A sample that tells where each pixel comes from: the image holds flat indices, the mask their last byte. */
function numbered(size: readonly number[], channels = 1): Sample {
  const count = size.reduce((product, length) => product * length, 1);
  return {
    name: "numbered",
    image: Float32Array.from({ length: channels * count }, (_, i) => i / 1024),
    channels,
    size,
    target: Uint8Array.from({ length: count }, (_, i) => i % 256),
  };
}

interface Wanted {
  crop?: readonly number[];
  batchSize?: number;
  seed?: number;
  augmentation?: Augmentation;
  normalization?: Normalization;
}

const batchOf = (sample: Sample, { crop = sample.size, batchSize = 1, seed = 1, ...rest }: Wanted = {}) =>
  batches({ samples: [sample], crop, batchSize, seed, augmentation: {}, normalization: undefined, ...rest });

const copied = (from: readonly number[], place: Place, size: Extent, crop: Extent): number[] => {
  const into = new Float32Array(crop[0] * crop[1] * crop[2]);
  copyPlaced(from, into, 0, 1, offsetsOf(place, size, crop), from.length);
  return [...into];
};

describe("seeds", () => {
  test("follow from run, purpose and position, and nothing else", () => {
    const all = new Set<number>();
    for (let seed = 0; seed < 10; seed++)
      for (const purpose of Object.values(PURPOSE))
        for (let step = 0; step < 100; step++)
          for (let slot = 0; slot < 4; slot++) all.add(seedOf(seed, purpose, step, slot));
    expect(all.size).toBe(10 * 3 * 100 * 4);
    expect(seedOf(1, 2, 3, 4)).toBe(seedOf(1, 2, 3, 4));
    expect(seedOf(1, 2, 3, 4)).not.toBe(seedOf(1, 2, 4, 3));
  });
});

describe("order of samples", () => {
  test("each comes once before any comes again, for any count, batch and seed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        (count, batch, seed) => {
          const order = sampleOrder(count, batch, seed);
          const drawn = Array.from({ length: 3 * count }, (_, step) => order(step)).flat();
          for (let pass = 0; pass < 3; pass++) {
            const row = drawn.slice(pass * count, (pass + 1) * count);
            expect([...row].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
          }
        },
      ),
    );
  });

  test("is another in each pass and for each seed, and any step may be asked for first", () => {
    const order = sampleOrder(50, 50, 7);
    expect(order(0)).not.toEqual(order(1));
    expect(order(0)).not.toEqual(sampleOrder(50, 50, 8)(0));
    expect(sampleOrder(50, 8, 7)(31)).toEqual(
      Array.from({ length: 32 }, (_, s) => s).map(sampleOrder(50, 8, 7))[31],
    );
  });
});

describe("mirrors at the border", () => {
  test("do not repeat the pixel at the border", () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((x) => reflect(x, 4))).toEqual([
      3, 2, 1, 0, 1, 2, 3, 2, 1, 0,
    ]);
    expect([-2, -1, 0, 1, 2].map((x) => reflect(x, 1))).toEqual([0, 0, 0, 0, 0]);
  });

  test("agree between pixels and on them", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 50 }), (x, length) => {
        expect(reflectBetween(x, length)).toBe(reflect(x, length));
      }),
    );
    expect(reflectBetween(-0.25, 4)).toBe(0.25);
    expect(reflectBetween(3.25, 4)).toBe(2.75);
  });
});

describe("flips and turns as index arithmetic", () => {
  const size: Extent = [1, 3, 3];
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const axis = (source: number, reversed = false) => ({ source, start: 0, reversed });

  test("a quarter turn, by hand", () => {
    // Counter-clockwise: the last column becomes the first row.
    const turned = copied(image, [axis(0), axis(2, true), axis(1)], size, size);
    expect(turned).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
  });

  test("a mirror twice, and four quarter turns, are the image", () => {
    const mirror: Place = [axis(0), axis(1), axis(2, true)];
    const turn: Place = [axis(0), axis(2, true), axis(1)];
    const twice = copied(copied(image, mirror, size, size), mirror, size, size);
    expect(twice).toEqual(image);
    let turned = image;
    for (let i = 0; i < 4; i++) turned = copied(turned, turn, size, size);
    expect(turned).toEqual(image);
  });

  test("flips and turns give the eight symmetries of a square, each about as often", () => {
    const sample = numbered([4, 4]);
    const counts = new Map<string, number>();
    const batch = batchOf(sample, { augmentation: { flips: true, quarterTurns: true } });
    for (let step = 0; step < 1600; step++) {
      const key = [...batch(step).targets].join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(8);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  test("turns alone are four, flips alone are four, in space eight", () => {
    const kinds = (size: number[], augmentation: Augmentation) => {
      const batch = batchOf(numbered(size), { augmentation });
      return new Set(Array.from({ length: 200 }, (_, step) => [...batch(step).targets].join())).size;
    };
    expect(kinds([4, 4], { quarterTurns: true })).toBe(4);
    expect(kinds([4, 4], { flips: true })).toBe(4);
    expect(kinds([4, 4], {})).toBe(1);
    expect(kinds([2, 4, 4], { flips: true })).toBe(8);
    expect(kinds([2, 4, 4], { quarterTurns: true })).toBe(4);
  });
});

describe("crops", () => {
  test("lie anywhere inside, and are parts of the image", () => {
    const starts = new Set<number>();
    const batch = batchOf(numbered([5, 7]), { crop: [3, 4] });
    for (let step = 0; step < 300; step++) {
      const { targets } = batch(step);
      starts.add(targets[0]);
      const expected = [0, 1, 2].flatMap((row) =>
        [0, 1, 2, 3].map((column) => targets[0] + 7 * row + column),
      );
      expect([...targets]).toEqual(expected);
    }
    expect([...starts].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 7, 8, 9, 10, 14, 15, 16, 17]);
  });

  test("larger than the image are completed by mirrors", () => {
    const batch = batchOf(numbered([1, 3]), { crop: [1, 5] });
    const rows = new Set(Array.from({ length: 60 }, (_, step) => [...batch(step).targets].join()));
    expect([...rows].sort()).toEqual(["0,1,2,1,0", "1,0,1,2,1", "2,1,0,1,2"]);
  });

  test("of several channels and in space", () => {
    const { images, targets } = batchOf(numbered([2, 3, 4], 2), { batchSize: 2 })(0);
    const once = Array.from({ length: 48 }, (_, i) => Math.fround(i / 1024));
    expect([...images]).toEqual([...once, ...once]);
    expect([...targets]).toEqual([...Array(24).keys(), ...Array(24).keys()]);
  });
});

describe("image and mask", () => {
  const everything: Augmentation = { flips: true, quarterTurns: true, elastic: { deviation: 2, spacing: 8 } };

  test("stay aligned under all of it: a mask that is its image's threshold stays so", () => {
    for (const size of [
      [32, 32],
      [12, 16, 16],
    ]) {
      const sample = disc(3, size);
      const image = Float32Array.from(sample.target);
      const batch = batchOf({ ...sample, image }, { crop: size.map((x) => x - 4), augmentation: everything });
      for (let step = 0; step < 20; step++) {
        const { images, targets } = batch(step);
        // Linear interpolation of a mask is above one half about where the nearest pixel is 1.
        const wrong = images.filter((value, i) => (value > 0.5 ? 1 : 0) !== targets[i]).length;
        const border = images.filter((value) => value > 0 && value < 1).length;
        expect(targets.some((label) => label === 1)).toBe(true);
        expect(wrong).toBeLessThan(0.25 * border);
        images.forEach((value, i) => {
          if (value === 0 || value === 1) expect(targets[i]).toBe(value);
        });
      }
    }
  });

  test("follow from the seed and the step alone", () => {
    const sample = disc(4, [24, 24]);
    const augmentation = { ...everything, brightness: 0.2, contrast: 0.2 };
    const wanted = { crop: [16, 16], batchSize: 3, augmentation };
    const straight = batchOf(sample, wanted);
    const rows = Array.from({ length: 6 }, (_, step) => [...straight(step).images]);
    expect([...batchOf(sample, wanted)(5).images]).toEqual(rows[5]);
    expect([...batchOf(sample, { ...wanted, seed: 2 })(5).images]).not.toEqual(rows[5]);
    expect(new Set(rows.map((row) => row.join())).size).toBe(6);
  });
});

describe("elastic deformation", () => {
  test("moves by as much as it says, along each axis, and smoothly", () => {
    const crop: Extent = [1, 96, 96];
    const values: number[] = [];
    let steepest = 0;
    for (let seed = 0; seed < 40; seed++) {
      const [depth, rows, columns] = randomBend(crop, { deviation: 3, spacing: 16 }, seededRandom(seed));
      expect(depth).toBeNull();
      for (const field of [rows, columns] as Float32Array[]) {
        values.push(...field.filter((_, i) => i % 97 === 0));
        for (let i = 1; i < 96; i++) steepest = Math.max(steepest, Math.abs(field[i] - field[i - 1]));
      }
    }
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.2);
    expect(deviation).toBeGreaterThan(2.7);
    expect(deviation).toBeLessThan(3.3);
    expect(steepest).toBeLessThan(1.5);
  });

  test("of deviation 0 is the image, bit for bit", () => {
    for (const size of [
      [9, 12],
      [5, 6, 7],
    ]) {
      const sample = numbered(size, 2);
      const plain = batchOf(sample)(3);
      const bent = batchOf(sample, { augmentation: { elastic: { deviation: 0, spacing: 4 } } })(3);
      expect(bent.images).toEqual(plain.images);
      expect(bent.targets).toEqual(plain.targets);
    }
  });

  test("leaves a ramp within its range, and a constant as it is", () => {
    const sample = { ...numbered([20, 20]), image: new Float32Array(400).fill(0.25) };
    const { images } = batchOf(sample, { augmentation: { elastic: true } })(0);
    expect(new Set(images)).toEqual(new Set([0.25]));
  });
});

describe("grey values", () => {
  const sample = disc(5, [16, 16]);
  const spread = (values: Float32Array) => Math.max(...values) - Math.min(...values);

  test("get brighter and darker by at most `brightness`, within 0..1", () => {
    const plain = Float32Array.from(batchOf(sample)(0).images);
    const batch = batchOf(sample, { augmentation: { brightness: 0.1 } });
    const shifts = Array.from({ length: 50 }, (_, step) => batch(step).images[40] - plain[40]);
    expect(Math.max(...shifts)).toBeGreaterThan(0.05);
    expect(Math.min(...shifts)).toBeLessThan(-0.05);
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(0.1 + 1e-6);
    const bright = batchOf(
      { ...sample, image: new Float32Array(256).fill(0.95) },
      { augmentation: { brightness: 1 } },
    );
    for (let step = 0; step < 20; step++) {
      expect(Math.max(...bright(step).images)).toBeLessThanOrEqual(1);
      expect(Math.min(...bright(step).images)).toBeGreaterThanOrEqual(0);
    }
  });

  test("contrast keeps the mean, and the order of pixels", () => {
    const image = Float32Array.from({ length: 256 }, (_, i) => 0.4 + 0.2 * (i / 255));
    const batch = batchOf({ ...sample, image }, { augmentation: { contrast: 0.5 } });
    const spreads = Array.from({ length: 40 }, (_, step) => {
      const { images } = batch(step);
      expect(images.reduce((sum, x) => sum + x, 0) / 256).toBeCloseTo(0.5, 5);
      expect(images.every((x, i) => i === 0 || x >= images[i - 1])).toBe(true);
      return spread(images) / 0.2;
    });
    expect(Math.max(...spreads)).toBeGreaterThan(1.3);
    expect(Math.min(...spreads)).toBeLessThan(0.7);
    expect(Math.max(...spreads)).toBeLessThanOrEqual(1.5 + 1e-5);
  });

  test("are normalised channel by channel", () => {
    const two: Sample = { ...numbered([1, 2], 2), image: Float32Array.of(0.5, 1, 0.25, 0.75) };
    const one = batchOf(two, { normalization: { mean: 0.5, deviation: 0.25 } })(0).images;
    expect([...one]).toEqual([0, 2, -1, 1]);
    const each = batchOf(two, { normalization: { mean: [0, 0.25], deviation: [1, 0.5] } })(0).images;
    expect([...each]).toEqual([0.5, 1, 0, 1]);
  });
});
