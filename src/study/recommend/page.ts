/** A recommendation as one HTML file. */
import { htmlPage } from "../report/page.ts";
import { escapeText } from "../svg.ts";
import type { RankedLoss, Recommendation } from "./recommend.ts";
import { callText, MEASURE_COLUMNS, measureRows, sceneText, sizeText } from "./text.ts";

const STYLE =
  ".measures{overflow-x:auto}.measures table{border-collapse:collapse}" +
  ".measures td,.measures th{padding:.25rem .4rem;text-align:right;white-space:nowrap}" +
  ".measures td:first-child,.measures th:first-child{text-align:left}" +
  ".answers li{margin:.5rem 0}";

const cells = (row: readonly string[], tag: "td" | "th") =>
  `<tr>${row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join("")}</tr>`;

const item = (loss: RankedLoss) =>
  `<li><code>${escapeText(callText(loss))}</code> (${escapeText(loss.title)}, ${loss.family}${loss.partner ? ", beside another" : ""}): ${escapeText(loss.reason)}.</li>`;

/** What the page says beside the recommendation. */
export interface RecommendationFacts {
  /** Of the data set. */
  readonly title: string;
  /** ISO 8601. */
  readonly created: string;
  readonly version: string;
}

/**
 * Renders a recommendation as one HTML file that fetches nothing.
 *
 * @returns the text of the file
 *
 * @example
 * ```ts
 * await writeFileAtomic("report.html", renderRecommendation(found, { title, created, version }));
 * ```
 */
export function renderRecommendation(found: Recommendation, facts: RecommendationFacts): string {
  const { measures, needs, warnings, suggestion } = found;
  const paragraphs = (list: readonly string[]) => list.map((text) => `<p>${escapeText(text)}</p>`).join("");
  return htmlPage({
    kind: "which loss",
    style: STYLE,
    ...facts,
    head: `<p>${escapeText(sizeText(measures))}.</p>`,
    main: [
      "<h2>Start with</h2>",
      `<p><code>${escapeText(callText(suggestion))}</code></p>`,
      paragraphs(suggestion.reasons),
      suggestion.add.length === 0
        ? ""
        : `<p>It does not answer everything. If these mistakes remain, add one with a small weight:</p><ul class="answers">${suggestion.add.map(item).join("")}</ul>`,
      "<h2>The masks</h2>",
      `<div class="measures"><table>${cells(MEASURE_COLUMNS, "th")}${measureRows(measures)
        .map((row) => cells(row, "td"))
        .join("")}</table></div>`,
      "<h2>What they ask for</h2>",
      ...needs.map(
        ({ title, because, losses }) =>
          `<h3>${escapeText(title)}</h3><p>${escapeText(because)}.</p>${losses.length === 0 ? "<p>None of the candidates answers it.</p>" : `<ul class="answers">${losses.map(item).join("")}</ul>`}`,
      ),
      needs.length === 0 ? "<p>Nothing in particular.</p>" : "",
      warnings.length === 0 ? "" : `<h2>Mind</h2>${paragraphs(warnings.map(({ text }) => text))}`,
      `<p><small>${escapeText(sceneText(found))}</small></p>`,
    ].join(""),
  });
}
