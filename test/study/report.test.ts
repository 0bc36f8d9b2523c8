import { describe, expect, test } from "vitest";
import { renderReport } from "../../src/study/report.ts";
import { madeUpReport } from "./made-up-report.ts";
import { checkMarkup } from "./markup.ts";

const report = madeUpReport(64);
const html = renderReport(report);

describe("renderReport", () => {
  test("is well-formed, with every id once and every reference met", () => {
    checkMarkup(html);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...html.matchAll(/(?:href="#|url\(#)([^")]+)/g)].map(([, id]) => id);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) expect(ids).toContain(reference);
  });

  test("fetches nothing", () => {
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="(?!#|data:image\/png;base64,)/);
    expect(html).not.toMatch(/@import|url\((?!#)|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  test("holds each picture once", () => {
    const pictures = [...html.matchAll(/data:image\/png;base64,([A-Za-z0-9+/=]+)"/g)].map(([, text]) => text);
    expect(pictures.length).toBe(4 + 4);
    expect(Buffer.from(pictures[1], "base64")).toEqual(Buffer.from(report.prediction.png));
    expect(new Set(pictures).size).toBe(pictures.length);
  });

  test("tells everything about every loss", () => {
    for (const loss of report.losses) {
      const card = html.slice(html.indexOf(`<article class="card" id="${loss.name}"`));
      for (const part of [loss.title, loss.name, loss.family, loss.summary, loss.source]) {
        expect(card).toContain(
          part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;"),
        );
      }
      for (const option of Object.keys(loss.options)) expect(card).toContain(`<b>${option}</b>`);
    }
    expect(html).toContain("2 Σ p g + s");
    expect(html).toContain("\\frac{2\\sum p g + s}");
    expect(html).toContain("38 nodes → 2 kernels, 768 KiB");
  });

  test("says why a loss was refused or failed, and runs none of it", () => {
    expect(html).toContain("expected at least 161 pixels along every spatial axis");
    expect(html).toContain("&lt;script&gt;alert(&quot;no&quot;)&lt;/script&gt; is no kernel");
    expect(html.match(/<script>/g)?.length).toBe(1);
    expect(html).toContain("4 measured, 1 refused, 1 failed");
  });

  test("sortable cells carry their numbers", () => {
    const dice = /<tr><th scope="row"><a href="#diceLoss">.*?<\/tr>/.exec(html)?.[0] ?? "";
    expect([...dice.matchAll(/data-value="([^"]+)"/g)].map(([, value]) => Number(value))).toEqual([
      report.losses[1].value,
      report.losses[1].gradientNorm,
      report.losses[1].gradientMax,
      report.losses[1].vanishingShare,
      3.1e-9,
      0.84,
    ]);
    const refused = /<tr><th scope="row"><a href="#msSsimLoss">.*?<\/tr>/.exec(html)?.[0] ?? "";
    expect(refused.match(/class="none"/g)?.length).toBe(6);
  });

  test("stands with the least there is", () => {
    const bare = { ...report, image: undefined, losses: [], notes: [], created: "some day", title: "<b>" };
    const page = renderReport(bare);
    checkMarkup(page);
    expect(page).toContain("<h1>&lt;b&gt;</h1>");
    expect(page).toContain("some day");
    expect(page).not.toContain("Gradient maps</h2>");
    expect(page.replace(/<script>[\s\S]*<\/script>/, "")).not.toContain("undefined");
  });
});
