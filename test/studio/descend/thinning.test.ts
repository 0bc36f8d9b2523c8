import { expect, test } from "vitest";
import {
  framesThatFit,
  nothingKept,
  type Thinned,
  withNewest,
} from "../../../src/studio/descent/thinning.ts";

interface Item {
  readonly step: number;
}

const after = (steps: readonly number[], most: number): Thinned<Item> =>
  steps.reduce<Thinned<Item>>((kept, step) => withNewest(kept, { step }, most), nothingKept());

const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);
const stepsOf = ({ items }: Thinned<Item>): number[] => items.map(({ step }) => step);

test("keeps everything while there is room", () => {
  expect(stepsOf(after(upTo(4), 5))).toEqual([0, 1, 2, 3, 4]);
});

test("keeps every second item once there is none, the first and the newest among them", () => {
  expect(stepsOf(after(upTo(5), 5))).toEqual([0, 2, 4, 5]);
  // The newest was kept for being the newest: the next takes its place until the stride is full.
  expect(stepsOf(after(upTo(7), 5))).toEqual([0, 2, 4, 6, 7]);
});

test("stays within its bound and evenly spread over a long descent", () => {
  const kept = after(upTo(10_000), 40);
  const steps = stepsOf(kept);
  expect(steps.length).toBeLessThanOrEqual(40);
  expect(steps.length).toBeGreaterThanOrEqual(20);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(10_000);
  const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]);
  expect(new Set(gaps)).toEqual(new Set([kept.stride]));
});

test("holds its bound where items lie far apart from the first", () => {
  expect(stepsOf(after([0, 100, 200, 300, 400, 500], 3))).toEqual([0, 400, 500]);
});

test("fewer frames fit of larger pictures and of more losses, never less than a handful", () => {
  expect(framesThatFit(64 * 64, 1)).toBe(160);
  expect(framesThatFit(256 * 256, 4)).toBe(40);
  expect(framesThatFit(4096 * 4096, 4)).toBe(8);
});
