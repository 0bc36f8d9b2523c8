import { describe, expect, test } from "vitest";
import { readingOf } from "../../../src/study/report/reading.ts";
import type { LossCurves, StudyLoss } from "../../../src/study/types.ts";
import { madeUpReport } from "../made-up-report.ts";

const { losses } = madeUpReport(32);

describe("readingOf", () => {
  const probability = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const about = (
    slope: (p: number) => number,
    gradientOf: LossCurves["gradientOf"] = "probabilities",
  ): StudyLoss => {
    const gradient = {
      foreground: probability.map(slope),
      background: probability.map((p) => -slope(1 - p)),
    };
    const curves: LossCurves = { probability, loss: gradient, gradient, gradientOf };
    return { ...losses[0], vanishingShare: undefined, curves };
  };

  test("cross-entropy holds on to sure mistakes, squared error lets go", () => {
    expect(readingOf(about((p) => -1 / p))).toEqual([
      "Mistakes in either class are pulled hard however sure they are.",
    ]);
    const [squared] = readingOf(about((p) => -2 * (1 - p)));
    expect(squared).toMatch(/strongest at p\u00a0=\u00a00\.33, but with only 6\.\d % of that .*mend slowly/);
  });

  test("slopes by the logit are taken as they are", () => {
    expect(readingOf(about((p) => p - 1, "logits"))).toEqual(readingOf(about((p) => -1 / p)));
  });

  test("classes that differ are told apart, and a wrong direction is told", () => {
    const steep = about((p) => -1 / p);
    const flat = about((p) => -2 * (1 - p));
    const mixed = {
      foreground: steep.curves!.gradient.foreground,
      background: flat.curves!.gradient.background,
    };
    const sentences = readingOf({ ...steep, curves: { ...steep.curves!, gradient: mixed } });
    expect(sentences[0]).toMatch(/^A missed foreground pixel is pulled hard/);
    expect(sentences[1]).toMatch(
      /^A false alarm in the background is pulled strongest at p\u00a0=\u00a00\.67/,
    );
    expect(readingOf(about((p) => 1 / p)).at(-1)).toBe(
      "In part of the range, target 0 and 1 is pushed away from its label.",
    );
  });

  test("how far the gradient reaches; nothing measured, nothing said", () => {
    const reach = (vanishingShare: number) =>
      readingOf({ ...losses[0], vanishingShare, curves: undefined })[0];
    expect(reach(0.97)).toMatch(/^Only 3 % of the pixels/);
    expect(reach(0.5)).toMatch(/^50 % of the pixels feel next to nothing/);
    expect(reach(0)).toMatch(/^Every pixel feels the gradient/);
    expect(reach(0.04)).toMatch(/^All but 4 % of the pixels feel the gradient/);
    expect(readingOf(losses[4])).toEqual([]);
    const none = { ...losses[0].curves!, gradient: { background: [Number.NaN], foreground: [0] } };
    expect(readingOf({ ...losses[4], curves: { ...none, probability: [0.5] } })).toEqual([]);
  });
});
