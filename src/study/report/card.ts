/** One card a loss: what it is, what it measured here, its gradient map, its curves, and how to read them. */
import { gradientChart, lossChart } from "../curves.ts";
import { formatBytes, formatDuration, formatNumber, formatPercent } from "../numbers.ts";
import { escapeText } from "../svg.ts";
import type { StudyLoss, StudyReport } from "../types.ts";
import { drawPicture, facts, gradientBar, idOf, type Picture } from "./html.ts";
import { readingOf } from "./reading.ts";
import { statusChip } from "./table.ts";

/** The gradient map of a loss as a picture; `undefined` when there is none. */
export function gradientPicture(loss: StudyLoss, { width, height }: StudyReport): Picture | undefined {
  if (loss.gradientPng === undefined) return undefined;
  return { id: `map-${idOf(loss.name)}`, label: `${loss.title}: gradient map`, width, height };
}

function optionText(value: unknown): string {
  if (typeof value === "number") return formatNumber(value, 6);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

function optionsOf({ options }: StudyLoss): string {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return "none";
  const chips = entries.map(
    ([name, value]) =>
      `<span class="option"><b>${escapeText(name)}</b> ${escapeText(optionText(value))}</span>`,
  );
  return `<span class="options">${chips.join("")}</span>`;
}

function figuresOf(loss: StudyLoss): string {
  const { value, gradientNorm, gradientMax, vanishingShare, gradcheckError, milliseconds, plan } = loss;
  const pairs: (readonly [string, string])[] = [];
  if (value !== undefined) pairs.push(["value", `<strong>${formatNumber(value, 5)}</strong>`]);
  if (gradientNorm !== undefined) pairs.push(["gradient norm", formatNumber(gradientNorm, 3)]);
  if (gradientMax !== undefined) pairs.push(["largest |g|", formatNumber(gradientMax, 3)]);
  if (vanishingShare !== undefined) pairs.push(["vanishing", formatPercent(vanishingShare)]);
  if (gradcheckError !== undefined) pairs.push(["gradcheck error", formatNumber(gradcheckError, 2)]);
  if (milliseconds !== undefined) pairs.push(["value + gradient", formatDuration(milliseconds)]);
  if (plan !== undefined) {
    pairs.push(["plan", `${plan.nodes} nodes → ${plan.kernels} kernels, ${formatBytes(plan.bytes)}`]);
  }
  return pairs.length === 0 ? "" : facts(pairs, "figures");
}

function panelsOf(loss: StudyLoss, report: StudyReport): string {
  const panels: string[] = [];
  const picture = gradientPicture(loss, report);
  if (picture !== undefined && loss.gradientPng !== undefined) {
    panels.push(
      `<figure class="map">${drawPicture(picture, loss.gradientPng)}` +
        `${loss.gradientLimit === undefined ? "" : gradientBar(loss.gradientLimit)}</figure>`,
    );
  }
  if (loss.curves !== undefined) {
    const id = idOf(loss.name);
    panels.push(`<figure>${lossChart(loss.curves, { id: `${id}-loss` })}</figure>`);
    panels.push(`<figure>${gradientChart(loss.curves, { id: `${id}-gradient` })}</figure>`);
  }
  return panels.length === 0 ? "" : `<div class="panels">${panels.join("")}</div>`;
}

/** The card of one loss, as HTML. */
export function lossCard(loss: StudyLoss, report: StudyReport): string {
  const sentences = readingOf(loss);
  const reading =
    sentences.length === 0
      ? ""
      : `<p class="reading"><b>How to read it.</b> ${escapeText(sentences.join(" "))}</p>`;
  const message =
    loss.status === "ok"
      ? ""
      : `<p class="message ${loss.status}"><b>${loss.status === "refused" ? "Refused." : "Failed."}</b> ` +
        `<code>${escapeText(loss.message ?? "no message")}</code></p>`;
  const latex =
    loss.latex === ""
      ? ""
      : `<details><summary>LaTeX</summary><pre><code>${escapeText(loss.latex)}</code></pre></details>`;
  return (
    `<article class="card" id="${idOf(loss.name)}"><header>` +
    `<h3>${escapeText(loss.title)}${statusChip(loss)}</h3>` +
    `<p class="name"><code>${escapeText(loss.name)}</code>` +
    `<span class="chip">${escapeText(loss.family)}</span></p></header>` +
    `<p class="summary">${escapeText(loss.summary)}</p>` +
    `<pre class="formula"><code>${escapeText(loss.formula)}</code></pre>${message}${figuresOf(loss)}` +
    `${panelsOf(loss, report)}${reading}<footer>` +
    facts(
      [
        ["Options", optionsOf(loss)],
        ["Source", escapeText(loss.source)],
      ],
      "origin",
    ) +
    `${latex}</footer></article>`
  );
}
