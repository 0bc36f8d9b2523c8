/** Edits of a map: what holds for every map, and a few worked out by hand. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addNoise,
  blur,
  dilate,
  erode,
  fill,
  type Grid,
  shift,
  threshold,
} from "../../../src/studio/subject/edits.ts";

const grids: fc.Arbitrary<Grid> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((levels) => ({ width, height, levels })),
  );

const radii = fc.integer({ min: 1, max: 5 });
const again = (grid: Grid, levels: Uint8Array): Grid => ({ ...grid, levels });

describe("edits leave the map that they are given as it is", () => {
  const edits: Readonly<Record<string, (grid: Grid) => Uint8Array>> = {
    noise: (grid) => addNoise(grid, 20, 1),
    blur: (grid) => blur(grid, 1.5),
    shift: (grid) => shift(grid, 2, -1),
    dilate: (grid) => dilate(grid, 2),
    erode: (grid) => erode(grid, 2),
    threshold: (grid) => threshold(grid, 100),
    fill: (grid) => fill(grid, 9),
  };
  test.each(Object.entries(edits))("%s", (_, edit) => {
    fc.assert(
      fc.property(grids, (grid) => {
        const before = grid.levels.slice();
        const after = edit(grid);
        expect(grid.levels).toEqual(before);
        expect(after).not.toBe(grid.levels);
        expect(after.length).toBe(before.length);
      }),
    );
  });
});

test("a threshold twice is a threshold once, and gives 0 and 255 only", () => {
  fc.assert(
    fc.property(grids, fc.integer({ min: 1, max: 255 }), (grid, cut) => {
      const once = threshold(grid, cut);
      expect(threshold(again(grid, once), cut)).toEqual(once);
      expect(once.every((level, i) => level === (grid.levels[i] >= cut ? 255 : 0))).toBe(true);
    }),
  );
});

test("eroded <= the map <= dilated, and each is the other of the negative", () => {
  fc.assert(
    fc.property(grids, radii, (grid, radius) => {
      const [low, high] = [erode(grid, radius), dilate(grid, radius)];
      expect(grid.levels.every((level, i) => low[i] <= level && level <= high[i])).toBe(true);
      const negative = again(
        grid,
        grid.levels.map((level) => 255 - level),
      );
      expect(dilate(negative, radius)).toEqual(low.map((level) => 255 - level));
    }),
  );
});

test("dilating one pixel gives a disc", () => {
  const levels = new Uint8Array(25);
  levels[12] = 200;
  const grown = dilate({ width: 5, height: 5, levels }, 2);
  const rows = Array.from({ length: 5 }, (_, y) =>
    [...grown.subarray(5 * y, 5 * y + 5)].map((level) => (level === 200 ? "#" : ".")).join(""),
  );
  expect(rows).toEqual(["..#..", ".###.", "#####", ".###.", "..#.."]);
});

test("a shift there and back loses what left the map, and nothing else", () => {
  fc.assert(
    fc.property(grids, fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }), (grid, dx, dy) => {
      const { width, height, levels } = grid;
      const back = shift(again(grid, shift(grid, dx, dy)), -dx, -dy);
      levels.forEach((level, i) => {
        const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
        const stayed = x >= 0 && x < width && y >= 0 && y < height;
        expect(back[i]).toBe(stayed ? level : 0);
      });
    }),
  );
});

test("a shift moves right and down", () => {
  const moved = shift({ width: 3, height: 2, levels: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 1, 1);
  expect([...moved]).toEqual([0, 0, 0, 0, 1, 2]);
});

test("a blur keeps what is the same everywhere, and stays within the map's range", () => {
  fc.assert(
    fc.property(grids, fc.constantFrom(0.5, 1, 3), (grid, sigma) => {
      const [low, high] = [Math.min(...grid.levels), Math.max(...grid.levels)];
      expect(blur(grid, sigma).every((level) => low <= level && level <= high)).toBe(true);
      const flat = again(grid, fill(grid, 77));
      expect(blur(flat, sigma)).toEqual(flat.levels);
    }),
  );
});

test("noise follows from its seed, and has the deviation asked for", () => {
  const grid = { width: 100, height: 100, levels: new Uint8Array(10_000).fill(128) };
  const noisy = addNoise(grid, 10, 3);
  expect(addNoise(grid, 10, 3)).toEqual(noisy);
  expect(addNoise(grid, 10, 4)).not.toEqual(noisy);
  const variance = noisy.reduce((sum, level) => sum + (level - 128) ** 2, 0) / noisy.length;
  expect(Math.sqrt(variance)).toBeCloseTo(10, 0);
});
