import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError } from "../src/errors.ts";
import { seededRandom, xoshiro128 } from "../src/random.ts";

test("the generator gives the published sequence of xoshiro128**", () => {
  const next = xoshiro128(Int32Array.of(1, 2, 3, 4));
  expect(Array.from({ length: 10 }, next)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

describe("seededRandom", () => {
  test("the same seed, the same numbers; another seed, others", () => {
    const draw = (seed: number) => Array.from({ length: 8 }, seededRandom(seed).uint32);
    expect(draw(7)).toEqual(draw(7));
    expect(new Set([0, 1, 2, 3, 2 ** 32 - 1].flatMap(draw)).size).toBe(40);
  });

  test("uniform fills its range evenly", () => {
    const random = seededRandom(1);
    const counts = new Array<number>(20).fill(0);
    for (let i = 0; i < 40_000; i++) {
      const value = random.uniform(-1, 3);
      expect(value >= -1 && value < 3).toBe(true);
      counts[Math.floor((value + 1) * 5)]++;
    }
    // 2000 each, standard deviation 44.
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(220);
  });

  test("normal has its moments and its tails", () => {
    const random = seededRandom(2);
    const values = Array.from({ length: 60_000 }, () => random.normal(2, 3));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const moment = (power: number) =>
      values.reduce((sum, value) => sum + ((value - 2) / 3) ** power, 0) / values.length;
    expect(Math.abs(mean - 2)).toBeLessThan(0.06);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(3))).toBeLessThan(0.06);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
    const beyond = values.filter((value) => Math.abs(value - 2) > 6).length / values.length;
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.005);
  });

  test("int stays in its range and reaches all of it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        (low, count, seed) => {
          const random = seededRandom(seed);
          const seen = new Set(Array.from({ length: 60 * count }, () => random.int(low, low + count)));
          expect(seen.size).toBe(count);
          for (const value of seen)
            expect(value >= low && value < low + count && Number.isInteger(value)).toBe(true);
        },
      ),
    );
    expect(seededRandom(3).int(0, 2 ** 32)).toBeLessThan(2 ** 32);
  });

  test("refuses seeds and ranges that are none", () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) expect(() => seededRandom(seed)).toThrow(OptionError);
    const random = seededRandom(0);
    for (const [low, high] of [
      [1, 1],
      [2, 1],
      [0, 1.5],
      [0, 2 ** 33],
    ]) {
      expect(() => random.int(low, high)).toThrow(OptionError);
    }
  });
});
