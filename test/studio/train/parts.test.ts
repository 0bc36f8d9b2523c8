/** Splitting pictures, drawing them, thinning curves, words for times. */
import { describe, expect, test } from "vitest";
import { duration, thinned } from "../../../src/studio/subject/training/curves.ts";
import { drawPhantom } from "../../../src/studio/subject/training/phantoms.ts";
import { splitOf } from "../../../src/studio/subject/training/split.ts";

describe("the split", () => {
  const items = Array.from({ length: 20 }, (_, at) => at);

  test("keeps a fifth for measuring, and every item once, in order", () => {
    const { train, validation } = splitOf(items, 3);
    expect(validation).toHaveLength(4);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(items);
    expect([...train]).toEqual([...train].sort((a, b) => a - b));
  });

  test("follows the seed", () => {
    expect(splitOf(items, 3)).toEqual(splitOf(items, 3));
    expect(splitOf(items, 4)).not.toEqual(splitOf(items, 3));
  });

  test("leaves one of two", () => {
    const { train, validation } = splitOf(["a", "b"], 0);
    expect([train.length, validation.length]).toEqual([1, 1]);
  });
});

describe("drawn pictures", () => {
  test.each(["lesions", "cells", "vessels", "specks"] as const)(
    "%s have both classes, follow from their number, and do not give the mask away",
    (name) => {
      const { image, target, size, channels } = drawPhantom(name, 64, 2);
      expect([channels, ...size]).toEqual([1, 64, 64]);
      expect(new Set(target)).toEqual(new Set([0, 1]));
      expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(drawPhantom(name, 64, 2).image).toEqual(image);
      expect(drawPhantom(name, 64, 3).target).not.toEqual(target);
      // The foreground is lighter on the whole, yet no threshold tells it from the rest.
      const inside = image.filter((_, i) => target[i] === 1).sort();
      const outside = image.filter((_, i) => target[i] === 0).sort();
      expect(inside[inside.length >> 1]).toBeGreaterThan(outside[outside.length >> 1]);
      expect(inside[0]).toBeLessThan(outside.at(-1) as number);
    },
  );
});

describe("curves", () => {
  test("short ones stay as they are", () => {
    expect(thinned({ x: [1, 2, 3], y: [4, 5, 6] }, 3)).toEqual({ x: [1, 2, 3], y: [4, 5, 6] });
  });

  test("longer ones are means of neighbours, at the last of them", () => {
    expect(thinned({ x: [1, 2, 3, 4, 5], y: [1, 3, 5, 7, 20] }, 3)).toEqual({ x: [2, 4, 5], y: [2, 6, 20] });
  });

  test("times in words", () => {
    expect([0.4, 59.4, 59.6, 125, 3599, 4200].map(duration)).toEqual([
      "0 s",
      "59 s",
      "1 min 00 s",
      "2 min 05 s",
      "59 min 59 s",
      "1 h 10 min",
    ]);
  });
});
