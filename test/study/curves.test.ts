import { describe, expect, test } from "vitest";
import { gradientChart, lossChart } from "../../src/study/curves.ts";
import type { LossCurves } from "../../src/study/types.ts";
import { checkMarkup } from "./markup.ts";

const paths = (svg: string) =>
  [...svg.matchAll(/<path class="line series-\d" d="([^"]*)"/g)].map(([, d]) => d);

describe("curves of a loss", () => {
  const probability = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const curves: LossCurves = {
    probability,
    loss: {
      background: probability.map((p) => -Math.log(1 - p)),
      foreground: probability.map((p) => -Math.log(p)),
    },
    gradient: { background: probability.map((p) => 1 / (1 - p)), foreground: probability.map((p) => -1 / p) },
  };

  test("both classes, labelled, over probabilities from 0 to 1", () => {
    for (const svg of [lossChart(curves, { id: "a" }), gradientChart(curves, { id: "b" })]) {
      checkMarkup(svg);
      expect(paths(svg).length).toBe(2);
      expect(svg).toContain(">target 0</text>");
      expect(svg).toContain(">target 1</text>");
      expect(svg).toContain(">predicted probability</text>");
    }
  });

  test("the gradient's variable is named", () => {
    expect(gradientChart(curves, { id: "b" })).toContain("∂ loss / ∂ logit");
    const other: LossCurves = { ...curves, gradientOf: "probabilities" };
    expect(gradientChart(other, { id: "b" })).toContain("∂ loss / ∂ probability");
  });

  test("a pole does not flatten the rest", () => {
    const pole = { ...curves.gradient, foreground: probability.map((p) => -1 / p ** 4) };
    const [background] = paths(gradientChart({ ...curves, gradient: pole }, { id: "b" }));
    const heights = [...background.matchAll(/[ML][\d.-]+ ([\d.-]+)/g)].map(([, y]) => Number(y));
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(1);
    const ordinary = gradientChart({ ...curves, gradient: curves.loss }, { id: "b" });
    expect(ordinary).toContain(">4</text>");
  });
});
