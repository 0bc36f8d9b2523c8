import { expect, test } from "vitest";
import { firstCare } from "../../../src/studio/descent/summary.ts";
import { descent, reading, summaryOf } from "./readings.ts";

test("marks are passed at the first step that reaches them, and stay passed", () => {
  const dice = [0.1, 0.5, 0.85, 0.7, 0.96];
  const summary = summaryOf(descent(4, (step) => ({ dice: dice[step], value: 5 - dice[step] })));
  expect(summary.diceSteps).toEqual([1, 2, 4]);
  expect([summary.first.step, summary.last.step]).toEqual([0, 4]);
  expect(summary.lowest).toBeCloseTo(4.04);
  expect(summary.highest).toBeCloseTo(4.9);
});

test("half is half of what was open at the start", () => {
  const foreground = [0.6, 0.7, 0.8, 0.9];
  const summary = summaryOf(descent(3, (step) => ({ foreground: foreground[step], background: 0.2 })));
  expect(summary.foregroundHalf).toBe(2);
  expect(summary.backgroundHalf).toBeNull();
});

test("a mark that the start has passed was passed at step 0", () => {
  const summary = summaryOf([reading({ step: 0, dice: 1, foreground: 1, background: 1, open: 0 })]);
  expect(summary.diceSteps).toEqual([0, 0, 0]);
  expect(firstCare(summary)).toBe("Every pixel is settled from the start.");
});

const halves = (foreground: number, background: number, last = 40) =>
  summaryOf(
    descent(last, (step) => ({
      foreground: step >= foreground ? 0.5 : 0,
      background: step >= background ? 0.5 : 0,
    })),
  );

test.each([
  [
    halves(7, 30),
    "Foreground first: half of the open foreground settled by step 7, of the background by step 30.",
  ],
  [
    halves(30, 7),
    "Background first: half of the open foreground settled by step 30, of the background by step 7.",
  ],
  [
    halves(20, 22),
    "Both alike: half of the open foreground settled by step 20, of the background by step 22.",
  ],
  [halves(7, 99), "Foreground first: half of it settled by step 7, of the background not yet."],
  [halves(99, 7), "Background first: half of it settled by step 7, of the foreground not yet."],
  [halves(99, 99), "Neither half of the open foreground nor half of the open background is settled yet."],
  [halves(9, 9, 0), "Play to see what it sees to first."],
])("what a loss saw to first, in words (%#)", (summary, text) => {
  expect(firstCare(summary)).toBe(text);
});

test("a side that had nothing open is not the first", () => {
  const summary = summaryOf(descent(5, (step) => ({ foreground: 1, background: step / 5 })));
  expect(firstCare(summary)).toBe("Only background was open; half of it settled by step 3.");
});
