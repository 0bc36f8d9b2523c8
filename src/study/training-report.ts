/** One training as one HTML file: facts, and a chart for the loss and each metric. */
import type { EpochRecord } from "../train/types.ts";
import { historyCharts } from "./comparison/charts.ts";
import { facts } from "./report/html.ts";
import { htmlPage } from "./report/page.ts";
import { escapeText } from "./svg.ts";

/** What {@link renderTraining} shows. */
export interface TrainingReport {
  readonly title: string;
  /** ISO 8601 date and time. */
  readonly created: string;
  /** Version of segtape. */
  readonly version: string;
  readonly facts: readonly (readonly [term: string, text: string])[];
  readonly history: readonly EpochRecord[];
}

const style = `
.curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:18px;margin-top:28px}
.curves figure{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px}
`;

/**
 * Renders the course of a training as one self-contained HTML file.
 *
 * @returns the text of the file
 *
 * @example
 * ```ts
 * await writeFileAtomic("report.html", renderTraining({ title, created, version, facts: [], history }));
 * ```
 */
export function renderTraining(report: TrainingReport): string {
  const pairs = report.facts.map(([term, text]): [string, string] => [term, escapeText(text)]);
  const charts = historyCharts(report.history, { id: "curve" });
  return htmlPage({
    kind: "training",
    title: report.title,
    created: report.created,
    version: report.version,
    style,
    head: facts(pairs, "overview"),
    main:
      report.history.length === 0
        ? "<p>No epoch was finished.</p>"
        : `<div class="curves">${charts.map((chart) => `<figure>${chart}</figure>`).join("")}</div>`,
  });
}
