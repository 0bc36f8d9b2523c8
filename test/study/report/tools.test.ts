import { describe, expect, test } from "vitest";
import { renderReport, type ToolResult } from "../../../src/study/index.ts";
import { darkSeries } from "../../../src/study/svg.ts";
import { madeUpReport } from "../made-up-report.ts";
import { checkMarkup } from "../markup.ts";

const made = (name: string): ToolResult => ({
  tool: { name, title: `Tool <${name}>`, question: "Is it so?", reading: "Left is less." },
  data: {
    tool: name,
    seed: 7,
    losses: [],
    unmeasured: [
      { name: "oddLoss", title: "Odd & even", family: "pixel", status: "refused", message: "size is 3" },
    ],
  },
  pictures: [{ name: "", caption: "A picture.", svg: `<svg class="chart"><g id="${name}-x"/></svg>` }],
  findings: [{ losses: ["diceLoss"], text: "Dice < 1 is so." }],
});

describe("tools in a report", () => {
  const html = renderReport({ ...madeUpReport(32), tools: [made("first"), made("second-one")] });

  test("each has a section with question, findings, picture and how to read it", () => {
    checkMarkup(html);
    for (const name of ["first", "second-one"]) {
      expect(html).toContain(`<a href="#tool-${name}">Tool &lt;${name}&gt;</a>`);
      const section = html.slice(html.indexOf(`<article class="card tool" id="tool-${name}"`));
      const parts = ["Is it so?", "Dice &lt; 1 is so.", `<g id="${name}-x"/>`, "A picture.", "Left is less."];
      for (const part of [...parts, "Odd &amp; even", "size is 3"])
        expect(section.slice(0, section.indexOf("</article>"))).toContain(part);
    }
  });

  test("on paper charts have the colours of paper, though the page was dark", () => {
    const print = html.slice(html.indexOf("@media print"));
    expect(html).toContain(darkSeries);
    expect(print).not.toContain(darkSeries);
    const [, onPaper] = /:root\[data-theme\]{([^}]*)}/.exec(print) ?? [];
    for (const [, name] of darkSeries.matchAll(/(--series-\d):/g))
      expect(onPaper).toContain(`${name}:initial`);
  });

  test("without tools there is neither section nor style", () => {
    const plain = renderReport(madeUpReport(32));
    expect(plain).not.toContain("Put to the test");
    expect(plain).not.toContain(".tool");
  });
});
