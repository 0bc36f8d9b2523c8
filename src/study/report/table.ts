/** The overview: one row a loss, sortable by every column. */
import { formatDuration, formatNumber, formatPercent } from "../numbers.ts";
import { escapeText } from "../svg.ts";
import type { StudyLoss, StudyReport } from "../types.ts";
import { idOf } from "./html.ts";

interface Column {
  readonly title: string;
  readonly hint: string;
  readonly value: (loss: StudyLoss) => number | undefined;
  readonly show: (value: number) => string;
}

function columnsOf({ gradientOf = "logits" }: StudyReport): Column[] {
  const short = (value: number) => formatNumber(value, 3);
  return [
    {
      title: "Value",
      hint: "the loss itself",
      value: (loss) => loss.value,
      show: (value) => formatNumber(value),
    },
    {
      title: "‖g‖",
      hint: `Euclidean norm of the gradient by the ${gradientOf}`,
      value: (loss) => loss.gradientNorm,
      show: short,
    },
    {
      title: "max |g|",
      hint: "largest magnitude of the gradient",
      value: (loss) => loss.gradientMax,
      show: short,
    },
    {
      title: "Vanishing",
      hint: "share of pixels whose gradient is at most a thousandth of the largest",
      value: (loss) => loss.vanishingShare,
      show: (share) =>
        `<span class="meter" style="--share:${share}"></span><span>${formatPercent(share)}</span>`,
    },
    {
      title: "Gradcheck",
      hint: "largest relative difference from numerical differences",
      value: (loss) => loss.gradcheckError,
      show: (error) => formatNumber(error, 2),
    },
    {
      title: "Time",
      hint: "value and gradient together",
      value: (loss) => loss.milliseconds,
      show: formatDuration,
    },
  ];
}

/** A word for each state that needs one; colour alone would not tell. */
export function statusChip({ status }: StudyLoss): string {
  return status === "ok" ? "" : ` <span class="chip ${status}">${status}</span>`;
}

function rowOf(loss: StudyLoss, columns: readonly Column[]): string {
  const cells = columns.map(({ value, show }) => {
    const number = value(loss);
    if (number === undefined) return `<td class="none">–</td>`;
    return `<td data-value="${number}">${show(number)}</td>`;
  });
  return (
    `<tr><th scope="row"><a href="#${idOf(loss.name)}">${escapeText(loss.title)}</a>` +
    `${statusChip(loss)}</th><td class="text">${escapeText(loss.family)}</td>${cells.join("")}</tr>`
  );
}

/** The overview table of a report, as HTML. */
export function overviewTable(report: StudyReport): string {
  const columns = columnsOf(report);
  const heads = columns.map(
    ({ title, hint }) =>
      `<th scope="col" title="${escapeText(hint)}"><button type="button" class="sort">${title}</button></th>`,
  );
  return (
    '<div class="scroll"><table><thead><tr>' +
    '<th scope="col"><button type="button" class="sort">Loss</button></th>' +
    '<th scope="col" class="text"><button type="button" class="sort">Family</button></th>' +
    `${heads.join("")}</tr></thead>` +
    `<tbody>${report.losses.map((loss) => rowOf(loss, columns)).join("")}</tbody></table></div>`
  );
}
