import { describe, expect, test } from "vitest";
import { chartStyle, escapeText, lineChart } from "../../src/study/svg.ts";
import { checkMarkup } from "./markup.ts";

const line = { name: "a line", x: [0, 1, 2], y: [0, 4, 2] };
const chart = { title: "Title", xLabel: "x", yLabel: "y", series: [line] };
const paths = (svg: string) =>
  [...svg.matchAll(/<path class="line series-\d" d="([^"]*)"/g)].map(([, d]) => d);

describe("lineChart", () => {
  test("places the points on the axes", () => {
    const svg = lineChart({ ...chart, xRange: [0, 2], yRange: [0, 4], width: 300, height: 200 });
    checkMarkup(svg);
    // Left end of the axis at 50, right end 12 from the edge; top at 58, bottom 40 from the edge.
    expect(paths(svg)).toEqual(["M50 160L169 58L288 109"]);
  });

  test("names itself, for those who do not see it", () => {
    const svg = lineChart({ ...chart, description: "It rises & falls.", id: "one" });
    expect(svg).toContain('role="img" aria-labelledby="one-title one-description"');
    expect(svg).toContain(
      '<title id="one-title">Title</title><desc id="one-description">It rises &amp; falls.</desc>',
    );
  });

  test("interrupts the line where there is no number", () => {
    const y = [1, Number.NaN, 1, 2, Infinity, 3];
    const [path] = paths(lineChart({ ...chart, series: [{ name: "gaps", x: [0, 1, 2, 3, 4, 5], y }] }));
    expect(path.match(/M/g)?.length).toBe(3);
    expect(path.match(/L/g)?.length).toBe(1);
    expect(path).not.toMatch(/NaN|Infinity/);
  });

  test("draws constants, nothing, huge and tiny ranges without a broken number", () => {
    for (const y of [
      [3, 3, 3],
      [0, 0, 0],
      [Number.NaN, Number.NaN, Number.NaN],
      [1e300, -1e300, 0],
      [1e-300, 0, 0],
    ]) {
      const svg = lineChart({ ...chart, series: [{ ...line, y }] });
      checkMarkup(svg);
      expect(svg.replace(/<(title|desc)[^>]*>[^<]*/g, "")).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test("takes the power of ten out of small labels", () => {
    const svg = lineChart({ ...chart, series: [{ ...line, y: [0, 2e-6, 4e-6] }] });
    expect(svg).toContain("y × 10⁻⁶");
    expect(svg).toMatch(/text-anchor="end">4<\/text>/);
  });

  test("standalone files carry their style, others do not", () => {
    expect(lineChart(chart)).not.toContain("<style>");
    const file = lineChart({ ...chart, standalone: true });
    expect(file).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(file).toContain(chartStyle);
    expect(file).toContain("prefers-color-scheme:dark");
    checkMarkup(file);
  });

  test("escapes every text", () => {
    const name = `<b>"&'`;
    const svg = lineChart({
      title: name,
      xLabel: name,
      yLabel: name,
      description: name,
      series: [{ ...line, name }],
    });
    checkMarkup(svg);
    expect(svg).not.toContain("<b>");
    expect(escapeText(name)).toBe("&lt;b&gt;&quot;&amp;&#39;");
  });
});
