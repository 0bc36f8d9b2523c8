/** Scales and bars by counting, against sorting and logarithms. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { leadingCounts, magnitudeBelow, middleOf } from "../../../src/studio/widgets/magnitudes.ts";

const gradients = fc
  .array(fc.oneof(fc.float({ min: -10, max: 10, noNaN: true }), fc.constant(0)), {
    minLength: 1,
    maxLength: 400,
  })
  // Floats below 1e-38 have fewer digits; they count as 0.
  .map((values) => Float32Array.from(values, (value) => (Math.abs(value) < 1e-38 ? 0 : value)));

test("all but the share stay below, and no smaller magnitude would do by more than 1 %", () => {
  fc.assert(
    fc.property(gradients, fc.constantFrom(0, 0.005, 0.1), (values, share) => {
      const limit = magnitudeBelow(values, share);
      const above = (end: number) => values.filter((value) => Math.abs(value) > end).length;
      expect(above(limit)).toBeLessThanOrEqual(share * values.length);
      if (above(0) > share * values.length)
        expect(above(0.99 * limit)).toBeGreaterThan(share * values.length);
    }),
  );
});

test("what is not finite is left out; nothing but zeros has no scale", () => {
  expect(magnitudeBelow(Float32Array.of(0, 0, -0), 0.005)).toBe(0);
  const limit = magnitudeBelow(Float32Array.of(Number.NaN, Infinity, -Infinity, -2), 0.005);
  expect(limit).toBeGreaterThanOrEqual(2);
  expect(limit).toBeLessThan(2.02);
});

test("every value is counted, under bits whose middle is within 1 % of it", () => {
  fc.assert(
    fc.property(gradients, (values) => {
      expect(leadingCounts(values).reduce((a, b) => a + b)).toBe(values.length);
    }),
  );
  for (const value of [1e-20, 0.3, 1, 77, 1e20]) {
    for (const sign of [1, -1]) {
      const leading = leadingCounts(Float32Array.of(sign * value)).indexOf(1);
      expect(leading >= 0x8000).toBe(sign < 0);
      expect(Math.abs(middleOf(leading) / value - 1)).toBeLessThan(0.01);
    }
  }
});
