/** Samples: every one, at every size, is a picture of two maps that follows from its name, size and seed. */
import { describe, expect, test } from "vitest";
import { overlapOf } from "../../../src/studio/subject/picture.ts";
import {
  drawSample,
  MASK_STARTS,
  SAMPLES,
  type SampleName,
  SIZES,
  STARTS,
} from "../../../src/studio/subject/samples.ts";

const NAMES = Object.keys(SAMPLES) as SampleName[];

describe.each(NAMES)("%s", (name) => {
  test.each(SIZES.filter((size) => size <= 128))("at %i pixels a side", (size) => {
    const { width, height, mask, prediction, image } = drawSample({ name, size, seed: 5 });
    expect([width, height]).toEqual([size, size]);
    expect([mask.length, prediction.length]).toEqual([size * size, size * size]);
    if (image !== undefined) expect(image.length).toBe(size * size);
    expect(mask.every((level) => level === 0 || level === 255)).toBe(true);
    expect(new Set(prediction).size).toBeGreaterThan(3);
  });

  test("follows from its seed", () => {
    const draw = (seed: number) => drawSample({ name, size: 64, seed });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(4).prediction).not.toEqual(draw(3).prediction);
  });

  test("has something to find and something to mend, unless it is empty", () => {
    const picture = drawSample({ name, size: 96, seed: 2 });
    const inside = picture.mask.some((level) => level > 0);
    expect(inside).toBe(name !== "empty");
    if (!inside) return;
    const { dice, iou } = overlapOf(picture);
    expect(dice).toBeGreaterThan(0.3);
    expect(dice).toBeLessThan(1);
    expect(iou).toBeCloseTo(dice / (2 - dice), 12);
  });
});

test("maps to begin with fit the picture", () => {
  const picture = drawSample({ name: "cells", size: 64, seed: 1 });
  for (const start of [...Object.values(STARTS), ...Object.values(MASK_STARTS)])
    expect(start.of(picture).length).toBe(64 * 64);
  expect(overlapOf({ ...picture, prediction: STARTS.perfect.of(picture) }).dice).toBe(1);
  expect(new Set(MASK_STARTS.predicted.of(picture))).toEqual(new Set([0, 255]));
});
