/** The tables of a comparison: all losses at a glance, and one loss by class. */
import { formatDuration } from "../numbers.ts";
import { idOf } from "../report/html.ts";
import { escapeText } from "../svg.ts";
import { goodRuns, metricSpread, overviewColumns, spreadOf, spreadText } from "./spread.ts";
import type { ComparedLoss, Comparison } from "./types.ts";

function cell(value: number | undefined, text: string, mark = ""): string {
  return value === undefined
    ? '<td class="none">–</td>'
    : `<td data-value="${value}"${mark}>${escapeText(text)}</td>`;
}

/** A word for each state that needs one. */
function chip(comparison: Comparison, { name }: ComparedLoss): string {
  const runs = comparison.runs.filter(({ loss }) => loss === name);
  return ["refused", "failed"]
    .map((status) => {
      const count = runs.filter((run) => run.status === status).length;
      if (count === 0) return "";
      const text = count === runs.length ? status : `${count} of ${runs.length} ${status}`;
      return ` <span class="chip ${status}">${text}</span>`;
    })
    .join("");
}

const head = (title: string) =>
  `<th scope="col"><button type="button" class="sort">${escapeText(title)}</button></th>`;

/** One row a loss, sortable; the best number of a column is set in bold. */
export function overviewOf(comparison: Comparison): string {
  const columns = overviewColumns(comparison);
  const spreads = comparison.losses.map(({ name }) =>
    columns.map(({ metric, aspect }) => metricSpread(comparison, name, metric, aspect)),
  );
  const best = columns.map(({ metric }, at) => {
    const means = spreads.map((row) => row[at]?.mean).filter((mean) => mean !== undefined);
    return comparison.smallIsBetter.includes(metric) ? Math.min(...means) : Math.max(...means);
  });
  const rows = comparison.losses.map((loss, row) => {
    const cells = spreads[row].map((spread, at) =>
      cell(spread?.mean, spreadText(spread), spread?.mean === best[at] ? ' class="best"' : ""),
    );
    const runs = goodRuns(comparison, loss.name);
    const seconds = spreadOf(runs.map((run) => run.seconds));
    const time = cell(seconds?.mean, formatDuration(1000 * (seconds?.mean ?? 0)));
    return (
      `<tr><th scope="row"><a href="#${idOf(loss.name)}">${escapeText(loss.title)}</a>${chip(comparison, loss)}</th>` +
      `${cells.join("")}${time}</tr>`
    );
  });
  return (
    `<div class="scroll"><table><thead><tr>${["Loss", ...columns.map(({ title }) => title), "Time a run"].map(head).join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}

/** Every metric of one loss by class. */
export function classTable(comparison: Comparison, { name }: ComparedLoss): string {
  if (goodRuns(comparison, name).length === 0) return "";
  const heads = ["Class", ...comparison.metrics, "predicted", "true"];
  const rows = comparison.classes.map((title, label) => {
    const cells = comparison.metrics.map((metric) => {
      const spread = metricSpread(comparison, name, metric, label);
      return cell(spread?.mean, spreadText(spread));
    });
    const share = spreadOf(goodRuns(comparison, name).map(({ shares }) => shares[label]))?.mean ?? 0;
    const percent = (value: number) => `<td>${(100 * value).toFixed(1)} %</td>`;
    return `<tr><th scope="row">${escapeText(title)}</th>${cells.join("")}${percent(share)}${percent(comparison.data.shares[label])}</tr>`;
  });
  return (
    `<div class="scroll"><table><thead><tr>${heads.map((text) => `<th scope="col">${escapeText(text)}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}
