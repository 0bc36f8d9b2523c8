import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors.ts";
import { distanceTransform } from "../../../src/ops/host/distance-transform.ts";

function coordinates(flat: number, shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = flat % shape[axis];
    flat = Math.floor(flat / shape[axis]);
  }
  return result;
}

/** The definition, element against element. */
function bruteForce(mask: readonly number[], shape: readonly number[], spacing: readonly number[]): number[] {
  const places = mask.map((_, flat) => coordinates(flat, shape).map((c, axis) => c * spacing[axis]));
  const zeros = places.filter((_, flat) => mask[flat] === 0);
  return places.map((place) =>
    zeros.reduce(
      (least, zero) => Math.min(least, Math.hypot(...place.map((c, axis) => c - zero[axis]))),
      Infinity,
    ),
  );
}

const problem = (rank: number, longest: number) =>
  fc
    .record({
      shape: fc.array(fc.integer({ min: 1, max: longest }), { minLength: rank, maxLength: rank }),
      spacing: fc.array(
        fc.oneof(fc.integer({ min: 1, max: 4 }), fc.double({ min: 0.05, max: 20, noNaN: true })),
        {
          minLength: rank,
          maxLength: rank,
        },
      ),
      // From nearly empty to nearly full masks, and both extremes.
      density: fc.constantFrom(0, 0.05, 0.5, 0.9, 0.98, 1),
    })
    .chain(({ shape, spacing, density }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return fc.record({
        shape: fc.constant(shape),
        spacing: fc.constant(spacing),
        mask: fc.array(
          fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }).map((u) => (u < density ? 1 : 0)),
          { minLength: size, maxLength: size },
        ),
      });
    });

describe("distanceTransform equals the definition", () => {
  for (const [rank, longest] of [
    [1, 40],
    [2, 14],
    [3, 7],
    [4, 4],
  ]) {
    test(`${rank}-D`, () => {
      fc.assert(
        fc.property(problem(rank, longest), ({ mask, shape, spacing }) => {
          const got = distanceTransform(mask, shape, spacing);
          const expected = bruteForce(mask, shape, spacing);
          for (let i = 0; i < expected.length; i++) {
            if (expected[i] === Infinity) expect(got[i]).toBe(Infinity);
            else expect(Math.abs(got[i] - expected[i])).toBeLessThanOrEqual(1e-12 * Math.max(1, expected[i]));
          }
        }),
        { numRuns: 150 },
      );
    });
  }
});

test("a lone zero in a large image: squares are exact integers", () => {
  const n = 301;
  const mask = new Uint8Array(n * n).fill(1);
  mask[17 * n + 250] = 0;
  const got = distanceTransform(mask, [n, n], [1, 1]);
  for (let y = 0; y < n; y += 7) {
    for (let x = 0; x < n; x += 5) {
      expect(got[y * n + x]).toBe(Math.sqrt((y - 17) ** 2 + (x - 250) ** 2));
    }
  }
});

test("no zero element: infinite everywhere; no element inside: zero everywhere", () => {
  expect([...distanceTransform([1, 1, 1, 1], [2, 2], [1, 1])]).toEqual([
    Infinity,
    Infinity,
    Infinity,
    Infinity,
  ]);
  expect([...distanceTransform([0, 0, 0, 0], [2, 2], [1, 1])]).toEqual([0, 0, 0, 0]);
  expect([...distanceTransform([1], [], [])]).toEqual([Infinity]);
  expect([...distanceTransform([0], [], [])]).toEqual([0]);
});

test("any non-zero value is inside, and the mask is left alone", () => {
  const mask = Float64Array.of(0, -0.5, Number.NaN, 7, 0);
  const before = mask.slice();
  expect([...distanceTransform(mask, [5], [2])]).toEqual([0, 2, 4, 2, 0]);
  expect(mask).toEqual(before);
});

test("a million pixels are no work: a walk over pairs of them would not end", () => {
  const n = 1024;
  const mask = Uint8Array.from({ length: n * n }, (_, i) =>
    ((i % n) - 400) ** 2 + (Math.floor(i / n) - 520) ** 2 < 300 ** 2 ? 1 : 0,
  );
  const distance = distanceTransform(mask, [n, n], [1, 1]);
  // From the middle to the nearest pixel outside the disc.
  expect(distance[520 * n + 400]).toBe(300);
});

test("refuses shapes and spacings that do not fit, by name", () => {
  expect(() => distanceTransform([0, 1, 1], [2, 2], [1, 1])).toThrow(ShapeError);
  expect(() => distanceTransform([0, 1, 1], [2, 2], [1, 1])).toThrow(
    "distanceTransform: mask has 3 elements, expected 4 for shape [2, 2]",
  );
  expect(() => distanceTransform([], [0], [1])).toThrow(ShapeError);
  for (const spacing of [[1], [1, 0], [1, -1], [1, Number.NaN], [1, Infinity], [1, 1, 1]]) {
    expect(() => distanceTransform([0, 1, 1, 1], [2, 2], spacing)).toThrow(OptionError);
  }
});
