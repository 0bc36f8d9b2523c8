import { expect, test } from "vitest";
import { latestStep, middleStep, OPEN, orderLevels } from "../../../src/studio/descent/order.ts";

test("the scale goes from the start to the latest step; open pixels stand apart", () => {
  expect([...orderLevels(Float32Array.of(-1, 0, 63), 63)]).toEqual([OPEN, 1, 255]);
});

test("positions go by the logarithm: step 7 is in the middle between 0 and 63", () => {
  expect(orderLevels(Float32Array.of(7), 63)[0]).toBe(128);
  expect(middleStep(63)).toBe(7);
});

test("before the first step whatever is settled was so from the start", () => {
  expect([...orderLevels(Float32Array.of(0, -1), 0)]).toEqual([1, OPEN]);
});

test("the latest step is that of any map", () => {
  expect(latestStep([Float32Array.of(-1, 3), Float32Array.of(12, 0)])).toBe(12);
  expect(latestStep([Float32Array.of(-1, 0)])).toBe(1);
});
