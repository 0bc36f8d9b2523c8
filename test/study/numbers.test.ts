import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatFixed,
  formatNumber,
  formatPercent,
  niceTicks,
} from "../../src/study/numbers.ts";

test("numbers as people write them", () => {
  expect([0, 1, -1, 0.5, 12345, 0.001].map((value) => formatNumber(value))).toEqual([
    ...["0", "1", "−1", "0.5", "12350", "0.001"],
  ]);
  expect(formatNumber(0.000123456)).toBe("1.235 × 10⁻⁴");
  expect(formatNumber(123456)).toBe("1.235 × 10⁵");
  expect(formatNumber(-3e-17, 2)).toBe("−3 × 10⁻¹⁷");
  expect(formatNumber(99999.9, 3)).toBe("1 × 10⁵");
  expect(formatNumber(100, 2)).toBe("100");
  expect([Number.NaN, Infinity, -Infinity].map((value) => formatNumber(value))).toEqual(["NaN", "∞", "−∞"]);
});

test("numbers of so many places", () => {
  expect([1, -0.256, -0.004, 0.005].map((value) => formatFixed(value, 2))).toEqual([
    ...["1.00", "−0.26", "0.00", "0.01"],
  ]);
});

test("what is written is the number, to the digits asked for", () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 2, max: 8 }),
      (value, digits) => {
        const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        const plain = formatNumber(value, digits)
          .replaceAll("−", "-")
          .replace(/ × 10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, minus: string, power: string) => {
            return `e${minus && "-"}${[...power].map((digit) => superscripts.indexOf(digit)).join("")}`;
          });
        expect(Number(plain)).toBe(Number(value.toPrecision(digits)) + 0);
      },
    ),
  );
});

test("percent, durations, bytes", () => {
  expect([0, 1, 0.5, 0.0312, 0.00001, 0.99999, 0.123456].map(formatPercent)).toEqual([
    ...["0 %", "100 %", "50 %", "3.1 %", "< 0.1 %", "> 99.9 %", "12.3 %"],
  ]);
  expect([0.042, 3.144, 1234, 999].map(formatDuration)).toEqual(["42 µs", "3.14 ms", "1.23 s", "999 ms"]);
  expect([0, 1023, 1536, 3 * 2 ** 20].map(formatBytes)).toEqual(["0 B", "1020 B", "1.5 KiB", "3 MiB"]);
});

test("ticks are round, even, inside, and neither few nor many", () => {
  expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(niceTicks(-0.3, 0.31, 6)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  expect(niceTicks(2, 2, 5)).toEqual([2]);
  expect(niceTicks(0, 5e-324, 4)).toEqual([0]);
  expect(niceTicks(1e16, 1e16 + 2, 4)).toEqual([1e16]);
  expect(niceTicks(-Infinity, 1, 4).length).toBe(1);
  const span = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
  const place = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(span, place, fc.integer({ min: 3, max: 8 }), (span, place, count) => {
      const low = place * span;
      const high = low + span;
      const ticks = niceTicks(low, high, count);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(2 * count + 1);
      const step = ticks[1] - ticks[0];
      for (const [i, tick] of ticks.entries()) {
        expect(tick).toBeGreaterThanOrEqual(low - 1e-6 * span);
        expect(tick).toBeLessThanOrEqual(high + 1e-6 * span);
        if (i > 0) expect(Math.abs(tick - ticks[i - 1] - step)).toBeLessThan(1e-6 * span + 1e-6 * step);
      }
    }),
  );
});
