/** Strokes: where they reach, and that they are one however they come. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Brush, beginStroke, type Point } from "../../../src/studio/subject/brush.ts";

const SIDE = 24;
const blank = { width: SIDE, height: SIDE, levels: new Uint8Array(SIDE * SIDE).fill(40) };
const places = fc.record({
  x: fc.double({ min: -5, max: SIDE + 5, noNaN: true }),
  y: fc.double({ min: -5, max: SIDE + 5, noNaN: true }),
});
const brushes: fc.Arbitrary<Brush> = fc.record({
  radius: fc.integer({ min: 1, max: 8 }),
  value: fc.integer({ min: 0, max: 255 }),
  softness: fc.constantFrom(0, 0.3, 1),
});

/** Distance of the middle of a pixel from a point. */
const distance = (i: number, { x, y }: Point) =>
  Math.hypot((i % SIDE) + 0.5 - x, Math.floor(i / SIDE) + 0.5 - y);

test("a dab paints its value in its core, nothing beyond its rim, and in between what lies between", () => {
  fc.assert(
    fc.property(brushes, places, (brush, at) => {
      const painted = beginStroke(blank, brush).extend([at]);
      const core = brush.radius * (1 - brush.softness);
      const [low, high] = [Math.min(40, brush.value), Math.max(40, brush.value)];
      painted.forEach((level, i) => {
        if (distance(i, at) <= core - 0.5) expect(level).toBe(brush.value);
        else if (distance(i, at) >= brush.radius + 0.5) expect(level).toBe(40);
        else expect(level >= low && level <= high).toBe(true);
      });
    }),
  );
});

test("points that come one by one paint what they paint together", () => {
  fc.assert(
    fc.property(brushes, fc.array(places, { minLength: 1, maxLength: 6 }), (brush, points) => {
      const together = beginStroke(blank, brush).extend(points);
      const stroke = beginStroke(blank, brush);
      const one = points.map((point) => stroke.extend([point])).at(-1);
      expect(one).toEqual(together);
    }),
  );
});

test("going over the same place again in one stroke changes nothing, in another stroke it paints more", () => {
  const brush: Brush = { radius: 6, value: 255, softness: 1 };
  const at = { x: 12, y: 12 };
  const stroke = beginStroke(blank, brush);
  const once = stroke.extend([at]);
  expect(stroke.extend([at, at])).toEqual(once);
  const twice = beginStroke({ ...blank, levels: once }, brush).extend([at]);
  expect(twice.some((level, i) => level > once[i])).toBe(true);
  expect(twice.every((level, i) => level >= once[i])).toBe(true);
});

test("between two points there is no gap", () => {
  const painted = beginStroke(blank, { radius: 2, value: 255, softness: 0 }).extend([
    { x: 2, y: 12 },
    { x: 22, y: 12 },
  ]);
  for (let x = 2; x < 22; x++) expect(painted[12 * SIDE + x]).toBe(255);
});

test("a stroke leaves the map that it began on as it is", () => {
  beginStroke(blank, { radius: 5, value: 200, softness: 0.5 }).extend([{ x: 5, y: 5 }]);
  expect(blank.levels.every((level) => level === 40)).toBe(true);
});
