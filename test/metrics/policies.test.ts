/** Empty masks, wrong input, calibration by hand. */
import { describe, expect, test } from "vitest";
import { DTypeError, OptionError, ShapeError } from "../../src/index.ts";
import {
  addConfusions,
  boundaryF1,
  calibrationError,
  confusionMatrix,
  dice,
  evaluateMetrics,
  expectedCalibrationError,
  hausdorff95,
  matthewsCorrelation,
  metrics,
  pixelAccuracy,
} from "../../src/metrics/index.ts";

const NAMES = Object.keys(metrics).filter((name) => metrics[name].needs === "classes");
const SIZE = [3, 4];
const EMPTY = new Uint8Array(12);
const FULL = new Uint8Array(12).fill(1);
const SOME = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);

/** The foreground's value of each metric. */
const foreground = (prediction: Uint8Array, target: Uint8Array, options = {}) =>
  Object.fromEntries(
    Object.entries(evaluateMetrics(NAMES, prediction, target, { size: SIZE, ...options })).map(
      ([name, { perClass, mean }]) => [name, perClass[1] ?? mean],
    ),
  );

describe("policies", () => {
  test("an empty prediction of an empty target is perfect", () => {
    const perfect = Object.fromEntries(NAMES.map((name) => [name, Number(metrics[name].higherIsBetter)]));
    expect(foreground(EMPTY, EMPTY)).toEqual(perfect);
    expect(foreground(FULL, FULL)).toEqual(perfect);
  });

  test("a class that just one of both has", () => {
    const common = { dice: 0, iou: 0, precision: 0, sensitivity: 0, boundaryF1: 0 };
    const distances = { hausdorff95: 5, averageSurfaceDistance: 5 };
    expect(foreground(EMPTY, SOME)).toEqual({
      ...common,
      ...distances,
      specificity: 1,
      accuracy: 10 / 12,
      pixelAccuracy: 10 / 12,
      balancedAccuracy: 0.5,
      matthewsCorrelation: 0,
    });
    expect(foreground(SOME, EMPTY)).toEqual({
      ...common,
      ...distances,
      specificity: 10 / 12,
      accuracy: 10 / 12,
      pixelAccuracy: 10 / 12,
      balancedAccuracy: 10 / 24,
      matthewsCorrelation: 0,
    });
    expect(foreground(FULL, EMPTY)).toEqual({
      ...common,
      ...distances,
      specificity: 0,
      accuracy: 0,
      pixelAccuracy: 0,
      balancedAccuracy: 0,
      matthewsCorrelation: -1,
    });
  });

  test("a full target that is found in part", () => {
    const found = foreground(SOME, FULL);
    expect(found.specificity).toBe(0);
    expect(found.sensitivity).toBeCloseTo(1 / 6, 12);
    expect(found.matthewsCorrelation).toBe(0);
  });

  test("values for what is missing can be chosen, and NaN stays out of the mean", () => {
    const [prediction, target] = [Uint8Array.from([0, 1, 1, 2]), Uint8Array.from([0, 1, 0, 0])];
    const options = { classes: 4, size: [1, 4] };
    const chosen = evaluateMetrics(["dice", "hausdorff95"], prediction, target, {
      ...options,
      whenEmpty: Number.NaN,
      whenMissing: 100,
    });
    expect(chosen.dice.perClass).toEqual([0.5, 2 / 3, 0, Number.NaN]);
    expect(chosen.dice.mean).toBeCloseTo(1 / 3, 12);
    expect(chosen.hausdorff95.perClass[2]).toBe(100);
    expect(chosen.hausdorff95.perClass[3]).toBeNaN();
    expect(hausdorff95(EMPTY, SOME, { size: SIZE, spacing: [4, 4] }).mean).toBe(20);
    expect(hausdorff95(EMPTY, SOME, { size: SIZE, whenMissing: Number.NaN }).mean).toBeNaN();
    expect(hausdorff95(EMPTY, SOME, { size: SIZE, whenMissing: Infinity }).mean).toBe(Infinity);
    expect(dice(EMPTY, EMPTY, { whenEmpty: 0.25 }).mean).toBe(0.25);
  });

  test("an image of ignored pixels has no accuracy, and no class", () => {
    const ignored = FULL.map(() => 255);
    expect(pixelAccuracy(SOME, ignored, { ignoreIndex: 255 }).mean).toBeNaN();
    expect(calibrationError(SOME, ignored, { ignoreIndex: 255 }).mean).toBeNaN();
    expect(dice(SOME, ignored, { ignoreIndex: 255 }).perClass).toEqual([1, 1]);
  });

  test("large images do not overflow a correlation", () => {
    const length = 1 << 21;
    const target = Uint8Array.from({ length }, (_, i) => i & 1);
    const prediction = target.map((c, i) => (i % 8 === 0 ? 1 - c : c));
    // 1/8 of the pixels, all of class 0, are predicted 1.
    expect(matthewsCorrelation(prediction, target).mean).toBeCloseTo(
      0.375 / Math.sqrt(0.5 * 0.375 * 0.625 * 2),
      12,
    );
  });
});

describe("calibration", () => {
  test("bins are closed above, and hold 0 and 1", () => {
    const p = [0, 0.25, 0.5, 0.75, 1];
    // Two bins: {0, 0.25, 0.5} and {0.75, 1}.
    const expected = (Math.abs(0.75 - 1) + Math.abs(1.75 - 2)) / 5;
    expect(calibrationError(p, [0, 0, 1, 1, 1], { bins: 2 }).perClass[1]).toBeCloseTo(expected, 12);
    expect(calibrationError([0, 1], [0, 1]).mean).toBe(0);
    expect(calibrationError([1, 0], [0, 1]).mean).toBe(1);
  });

  test("one channel and two say the same", () => {
    const p = [0.1, 0.4, 0.65, 0.9];
    const both = [...p.map((x) => 1 - x), ...p];
    for (const metric of [calibrationError, expectedCalibrationError]) {
      const [one, two] = [p, both].map((given) => metric(given, [0, 1, 1, 1], { bins: 7 }));
      expect(one.mean).toBeCloseTo(two.mean, 12);
    }
  });

  test("float32 that rounds beyond 1 is taken as 1", () => {
    expect(calibrationError([1 + 1e-7, 0], [1, 0]).mean).toBe(0);
  });

  test("what is no probability is refused", () => {
    expect(() => calibrationError([0.5, 1.5], [0, 1])).toThrow(DTypeError);
    expect(() => calibrationError([0.5, Number.NaN], [0, 1])).toThrow(DTypeError);
    expect(() => calibrationError([0.5, 0.5, 0.5], [0, 1])).toThrow(ShapeError);
    expect(() => expectedCalibrationError([0.5, 0.5], [0, 1], { classes: 3 })).toThrow(ShapeError);
  });
});

describe("refusals", () => {
  test.each([
    ["lengths that differ", () => dice([0, 1], [0, 1, 1]), ShapeError],
    ["a size of another length", () => dice([0, 1], [0, 1], { size: [3] }), ShapeError],
    ["a class that there is not", () => dice([0, 2], [0, 1]), DTypeError],
    ["a class that is no whole number", () => dice([0, 0.5], [0, 1]), DTypeError],
    ["a class below 0", () => dice([0, -1], [0, 1]), DTypeError],
    ["a class that is NaN", () => dice([0, 1], [0, Number.NaN]), DTypeError],
    ["a target of 255 that nobody ignores", () => dice([0, 1], [0, 255]), DTypeError],
    ["a target of 255 among probabilities", () => calibrationError([0, 1], [0, 255]), DTypeError],
    ["one class", () => dice([0, 0], [0, 0], { classes: 1 }), OptionError],
    ["a spacing where there are no distances", () => dice([0, 1], [0, 1], { spacing: 2 }), OptionError],
    ["borders without a size", () => hausdorff95([0, 1], [0, 1]), OptionError],
    ["a spacing of 0", () => hausdorff95([0, 1], [0, 1], { size: [2], spacing: 0 }), OptionError],
    ["too many spacings", () => hausdorff95([0, 1], [0, 1], { size: [2], spacing: [1, 1] }), OptionError],
    ["a percentile above 100", () => hausdorff95([0], [0], { size: [1], percentile: 101 }), OptionError],
    ["a tolerance below 0", () => boundaryF1([0], [0], { size: [1], tolerance: -1 }), OptionError],
    ["no bins", () => calibrationError([0], [0], { bins: 0 }), OptionError],
    [
      "a mean of what has no classes",
      () => pixelAccuracy([0], [0], { includeBackground: true }),
      OptionError,
    ],
    ["a name that is none", () => evaluateMetrics(["constructor"], [0], [0]), OptionError],
    [
      "an option that none honours",
      () => evaluateMetrics(["dice", "iou"], [0], [0], { bins: 3 }),
      OptionError,
    ],
    [
      "probabilities that none needs",
      () => evaluateMetrics(["dice"], [0], [0], { probabilities: [0] }),
      OptionError,
    ],
    ["probabilities that are missing", () => evaluateMetrics(["calibrationError"], [0], [0]), OptionError],
    ["no confusion at all", () => addConfusions([]), OptionError],
    [
      "confusions of other classes",
      () => addConfusions([confusionMatrix([0], [0]), confusionMatrix([0], [0], { classes: 3 })]),
      OptionError,
    ],
  ])("%s", (_, call, Kind) => {
    expect(call).toThrow(Kind);
  });

  test("errors name the metric and the place", () => {
    expect(() => dice([0, 7, 1], [0, 1, 1])).toThrow(
      "dice: prediction is 7 at pixel 1, expected a class from 0 to 1",
    );
  });
});
