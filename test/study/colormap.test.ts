import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../src/errors.ts";
import * as colors from "../../src/study/colormap.ts";

const { colorAt, cssGradient, divergingMap, gradientImage, magnitudeImage, robustLimit, sequentialMap } =
  colors;

/** Relative luminance of an sRGB colour, as WCAG 2 defines it. */
function luminance(color: readonly number[]): number {
  const [red, green, blue] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const steps = Array.from({ length: 101 }, (_, i) => i / 100);

describe("colour maps", () => {
  test("the sequential map grows lighter all the way", () => {
    for (const [i, step] of steps.slice(1).entries()) {
      expect(luminance(colorAt(sequentialMap, step))).toBeGreaterThan(
        luminance(colorAt(sequentialMap, steps[i])),
      );
    }
  });

  test("the diverging map is white in the middle and darkens to both sides alike", () => {
    expect(colorAt(divergingMap, 0.5)).toEqual([255, 255, 255]);
    for (const step of steps.slice(0, 50)) {
      const [low, high] = [colorAt(divergingMap, step), colorAt(divergingMap, 1 - step)];
      expect(luminance(low)).toBeLessThan(luminance(colorAt(divergingMap, step + 0.01)));
      expect(Math.abs(luminance(low) - luminance(high))).toBeLessThan(0.12);
      expect(low[2]).toBeGreaterThan(low[0]);
      expect(high[0]).toBeGreaterThan(high[2]);
    }
  });

  test("beyond the ends, and where there is no number", () => {
    expect(colorAt(sequentialMap, -3)).toEqual(sequentialMap.stops[0]);
    expect(colorAt(sequentialMap, Infinity)).toEqual(sequentialMap.stops[9]);
    expect(colorAt(sequentialMap, Number.NaN)).toEqual(colors.NOT_A_NUMBER_COLOR);
  });
});

describe("robustLimit", () => {
  test("covers the share of the values it names", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, fc.double({ min: 1, max: 100, noNaN: true }), (data, percentile) => {
        const limit = robustLimit(data, percentile);
        const covered = data.filter((value) => Math.abs(value) <= limit).length;
        expect(covered).toBeGreaterThanOrEqual((percentile / 100) * data.length - 1e-9);
        expect(data.some((value) => Math.abs(value) === limit)).toBe(true);
      }),
    );
  });

  test("rare non-zero values are not lost; what is not finite is left out", () => {
    expect(robustLimit([...new Array<number>(999).fill(0), -3])).toBe(3);
    expect(robustLimit([Number.NaN, Infinity, -2])).toBe(2);
    expect(robustLimit([0, 0])).toBe(0);
    expect(robustLimit([])).toBe(0);
    for (const percentile of [0, -1, 101, Number.NaN])
      expect(() => robustLimit([1], percentile)).toThrow(OptionError);
  });
});

describe("pictures", () => {
  test("zero is white, opposite values are opposite colours, the limit is told", () => {
    const { data, limit, width, height } = gradientImage([-2, 0, 2, 1, Number.NaN, -9], 3, 2, { limit: 2 });
    expect([limit, width, height]).toEqual([2, 3, 2]);
    const pixel = (index: number) => [...data.subarray(3 * index, 3 * index + 3)];
    expect(pixel(0)).toEqual(divergingMap.stops[0]);
    expect(pixel(1)).toEqual([255, 255, 255]);
    expect(pixel(2)).toEqual(divergingMap.stops[10]);
    expect(pixel(3)).toEqual(colorAt(divergingMap, 0.75));
    expect(pixel(4)).toEqual(colors.NOT_A_NUMBER_COLOR);
    expect(pixel(5)).toEqual(divergingMap.stops[0]);
  });

  test("all zero, and values near the ends of float64", () => {
    expect(gradientImage([0, 0], 2, 1)).toEqual({
      width: 2,
      height: 1,
      data: new Uint8Array(6).fill(255),
      limit: 0,
    });
    const tiny = gradientImage([5e-324, -5e-324], 2, 1);
    expect(tiny.limit).toBe(5e-324);
    expect([...tiny.data.subarray(0, 3)]).toEqual(divergingMap.stops[10]);
    expect([...magnitudeImage([0, 0], 1, 2).data.subarray(0, 3)]).toEqual(sequentialMap.stops[0]);
  });

  test("magnitudes use the whole sequential map", () => {
    const { data } = magnitudeImage([0, 0.5], 2, 1);
    expect([...data]).toEqual([...sequentialMap.stops[0], ...sequentialMap.stops[9]]);
  });

  test("a map as a CSS gradient runs from end to end", () => {
    expect(cssGradient(sequentialMap)).toMatch(
      /^linear-gradient\(90deg,#440154,(#[0-9a-f]{6},){8}#fde725\)$/,
    );
  });

  test("refuses wrong sizes and scales", () => {
    expect(() => gradientImage([1, 2, 3], 2, 2)).toThrow(ShapeError);
    for (const limit of [0, -1, Infinity, Number.NaN]) {
      expect(() => gradientImage([1], 1, 1, { limit })).toThrow(OptionError);
    }
  });
});
