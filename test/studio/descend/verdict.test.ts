import { expect, test } from "vitest";
import type { Reading } from "../../../src/studio/descent/frame.ts";
import { flatShare, verdictOf, WINDOW } from "../../../src/studio/descent/verdict.ts";
import { descent, summaryOf } from "./readings.ts";

const judge = (readings: readonly Reading[], flat = 0) =>
  verdictOf(readings.slice(-WINDOW - 1), summaryOf(readings), () => flat);

test("a loss that falls is moving, however long", () => {
  for (const last of [0, 1, 50, 1000])
    expect(judge(descent(last, (step) => ({ value: 1 - step / 2000 }))).kind).toBe("moving");
});

test("a loss that has all but come to rest is stalled, though it never quite does", () => {
  const resting = (last: number) => judge(descent(last, (step) => ({ value: 1 / (1 + step) })));
  expect(resting(100).kind).toBe("moving");
  expect(resting(1000).kind).toBe("stalled");
});

test("nothing open is done, though nothing moves any more", () => {
  expect(judge(descent(200, () => ({ open: 0, way: 0, pull: 0 }))).kind).toBe("done");
});

test("no gradient anywhere is stalled at once", () => {
  const { kind, reason } = judge(descent(0, () => ({ pull: 0, openPull: 0 })));
  expect(kind).toBe("stalled");
  expect(reason).toContain("gradient is 0 at every pixel");
});

test("open pixels that creep are stalled; the reason is their gradient, their certainty or the rate", () => {
  const creeping = (openPull: number) =>
    descent(30, (step) => ({ way: 2e-4, openPull, value: 2 - step / 100 }));
  const weak = judge(creeping(0.002), 0.1);
  expect(weak.kind).toBe("stalled");
  expect(weak.reason).toContain("to change by 1 takes 5,000 steps");
  expect(weak.reason).toContain("content with them");
  expect(judge(creeping(0.002), 0.9).reason).toContain("so sure of the wrong class");
  expect(judge(creeping(0.4), 0.9).reason).toContain("a larger learning rate would help");
});

test("a slow start is not judged before there are enough steps", () => {
  expect(judge(descent(10, () => ({ way: 1e-5 }))).kind).toBe("moving");
  // The way of step 0 is none: it has not moved yet.
  expect(judge(descent(19, () => ({ way: 1e-5 }))).kind).toBe("moving");
  expect(judge(descent(20, () => ({ way: 1e-5 }))).kind).toBe("stalled");
});

test("swinging to and fro is stalled once the window is full", () => {
  const swing = (last: number) =>
    descent(last, (step) => ({ value: step < 50 ? 10 - step / 10 : 5 + 0.1 * (-1) ** step, way: 0.5 }));
  expect(judge(swing(80)).kind).toBe("moving");
  const { kind, reason } = judge(swing(200));
  expect(kind).toBe("stalled");
  expect(reason).toContain("swing to and fro");
});

test("pixels that still settle are progress, also where the loss does not fall", () => {
  expect(judge(descent(200, (step) => ({ value: 1, open: 1000 - step }))).kind).toBe("moving");
});

test("a loss that rises is told so", () => {
  const { kind, reason } = judge(descent(200, (step) => ({ value: 1 + step })));
  expect(kind).toBe("stalled");
  expect(reason).toContain("rising");
});

test("the share of open pixels whose sigmoid is flat", () => {
  // Open: 0 and 255 flat, 128 not; the settled 255 does not count.
  const levels = Uint8Array.of(0, 255, 128, 255);
  expect(flatShare(levels, Float32Array.of(-1, -1, -1, 4))).toBeCloseTo(2 / 3);
  expect(flatShare(levels, Float32Array.of(1, 1, 1, 1))).toBe(0);
});
