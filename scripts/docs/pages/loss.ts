/** The page of one loss. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { gradientChart, lossChart } from "../../../src/study/curves.ts";
import { formatNumber } from "../../../src/study/numbers.ts";
import { gradientBar } from "../../../src/study/report/html.ts";
import { readingOf } from "../../../src/study/report/reading.ts";
import { escapeText } from "../../../src/study/svg.ts";
import type { LossCurves } from "../../../src/study/types.ts";
import { codeBlock } from "../html/code.ts";
import { typeset } from "../html/math.ts";
import { hrefOf, type Page, type SideGroup } from "../html/page.ts";
import { COLUMNS } from "../measure/columns.ts";
import type { Measured } from "../measure/measured.ts";
import {
  FAMILIES,
  familiesOf,
  familyOf,
  inline,
  kinOf,
  lossPage,
  type Model,
  mapPicture,
  prose,
} from "../model.ts";
import { questionsOf } from "../questions/index.ts";
import { optionsSection } from "./options.ts";
import { peersSection } from "./peers.ts";

/** All losses, for the side of their pages. */
export function lossSide(model: Model): SideGroup[] {
  return familiesOf(model).map(([family, { title }]) => ({
    title,
    links: familyOf(model, family).map((loss) => ({ page: lossPage(loss.name), text: loss.title })),
  }));
}

const chip = (text: string, kind = "") => `<span class="chip ${kind}">${escapeText(text)}</span>`;

function headOf(loss: Loss): string {
  const { title, name, family, modes, summary } = loss;
  const chips = [chip(family, family), ...modes.map((mode) => chip(mode))];
  return (
    `<p class="crumbs"><a href="index.html">Losses</a> / <a href="index.html#${family}">` +
    `${escapeText(FAMILIES[family as keyof typeof FAMILIES].title)}</a></p>` +
    `<h1>${escapeText(title)}</h1><p class="sub"><code>${name}</code>${chips.join("")}</p>` +
    `<p class="lead">${escapeText(summary)}</p>`
  );
}

function formulaOf(model: Model, page: string, loss: Loss): string {
  const doc = model.docs.get(loss.name);
  const sources = doc === undefined || doc.sources.length === 0 ? [loss.source] : doc.sources;
  const said = sources.map((source) => inline(model, page, source)).join("; ");
  const constants =
    loss.constants === ""
      ? ""
      : `<p class="soft">Constant for derivatives: ${escapeText(loss.constants)}.</p>`;
  return (
    `<section class="formula" aria-label="Formula">${typeset(loss.latex)}` +
    `<p class="source">${said}</p></section>` +
    `<h2 id="definition">What it is</h2>${prose(model, page, doc?.definition.join("\n\n") ?? "")}${constants}`
  );
}

function exampleOf(model: Model, loss: Loss): string {
  const example = model.docs.get(loss.name)?.example ?? "";
  if (example === "") return "";
  return `<h2 id="example">Example</h2>${codeBlock(example, "ts")}`;
}

function picture(page: string, file: string, title: string, caption: string, side: number): string {
  const alt = escapeText(title);
  return (
    `<figure><img src="${hrefOf(page, file)}" width="${side}" height="${side}" alt="${alt}" loading="lazy"/>` +
    `<figcaption><b>${alt}</b>${caption}</figcaption></figure>`
  );
}

function mapsOf(page: string, loss: Loss, { gradientMax }: Measured, limit: number, side: number): string {
  const seen =
    gradientMax === 0
      ? "no pixel is pulled"
      : "blue: a step of descent raises p there; red: it lowers p; white: left alone";
  return (
    '<div class="pictures">' +
    picture(page, "assets/target.png", "Target", "the lesions", side) +
    picture(page, "assets/prediction.png", "Prediction", "white is p = 1", side) +
    `<figure><img src="${hrefOf(page, mapPicture(loss.name))}" width="${side}" height="${side}" ` +
    `alt="Gradient map of ${escapeText(loss.title)}" loading="lazy"/>${gradientBar(limit)}` +
    `<figcaption><b>Gradient</b>d loss / d logit: ${seen}</figcaption></figure></div>`
  );
}

function factsOf(page: string, measured: Measured): string {
  const items = COLUMNS.flatMap(({ id, title, hint, value, show }) => {
    const x = value(measured);
    if (x === undefined) return [];
    return [
      `<div title="${escapeText(hint)}"><dt><a href="${hrefOf(page, `compare.html#${id}`)}">${title}</a></dt><dd>${show(x)}</dd></div>`,
    ];
  });
  return `<dl class="facts">${items.join("")}</dl>`;
}

/** Loss and gradient against the probability; a loss that sees nothing of a plain disc has no curve to show. */
function chartsOf(curves: LossCurves): string {
  const { loss, gradient } = curves;
  const slopes = [...gradient.background, ...gradient.foreground];
  if (slopes.every((slope) => slope === 0)) {
    return (
      '<p class="soft">No curves: on their stage, a disc on plain ground, this loss is the same at every probability ' +
      `(${formatNumber(loss.foreground[0])}).</p>`
    );
  }
  return (
    `<div class="charts"><figure>${lossChart(curves, { id: "loss" })}</figure>` +
    `<figure>${gradientChart(curves, { id: "gradient" })}</figure></div>` +
    '<p class="soft">The curves move all pixels of one class together, while the others stay close to their label.</p>'
  );
}

function studyOf(model: Model, page: string, loss: Loss, limit: number): string {
  const measured = model.measured.get(loss.name);
  if (measured === undefined) return "";
  const { curves, vanishingShare, refusals } = measured;
  const heading = '<h2 id="study">What it does</h2>';
  const refused = refusals.map(
    (message) => `<p class="soft">Not measured: <code>${escapeText(message)}</code></p>`,
  );
  const about = { name: loss.name, vanishingShare, curves } as Parameters<typeof readingOf>[0];
  const reading = readingOf(about);
  const maps = measured.gradient === undefined ? "" : mapsOf(page, loss, measured, limit, model.sample.side);
  return (
    `${heading}${maps}` +
    (reading.length === 0 ? "" : `<p>${escapeText(reading.join(" "))}</p>`) +
    (curves === undefined ? "" : chartsOf(curves)) +
    factsOf(page, measured) +
    `<p class="soft">At its defaults. <a href="${hrefOf(page, "compare.html")}">The table of all losses</a> says how each number is measured.</p>` +
    refused.join("")
  );
}

function policyOf(model: Model, page: string, loss: Loss): string {
  const policy = model.docs.get(loss.name)?.oneClass ?? "";
  if (policy === "") return "";
  const said = policy.replace(/^One-class images:\s*/, "");
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return (
    '<section class="note"><h2 id="one-class">Images of one class</h2>' +
    `${prose(model, page, sentence)}</section>`
  );
}

function refusalsOf(model: Model, page: string, loss: Loss): string {
  const throws = model.docs.get(loss.name)?.throws ?? [];
  if (throws.length === 0) return "";
  const items = throws.map((text) => `<li>${inline(model, page, text)}</li>`).join("");
  return `<h2 id="errors">Errors</h2><ul>${items}</ul>`;
}

function kinSection(model: Model, page: string, loss: Loss): string {
  const kin = kinOf(model, loss.name);
  const said = (model.docs.get(loss.name)?.kin ?? []).map((text) => text.replace(/^Kin:\s*/, ""));
  if (kin.length === 0 && said.length === 0) return "";
  const sentences = said.map((text) => prose(model, page, text.charAt(0).toUpperCase() + text.slice(1)));
  const cards = kin.map(
    ({ name, title, summary }) =>
      `<a class="kin" href="${hrefOf(page, lossPage(name))}"><b>${escapeText(title)}</b>${escapeText(summary)}</a>`,
  );
  return `<h2 id="kin">Kin</h2>${sentences.join("")}<div class="kins">${cards.join("")}</div>`;
}

function suitsOf(page: string, { name }: Loss): string {
  const found = questionsOf(name);
  if (found.length === 0) return "";
  const links = found.map(
    ({ id, short }) =>
      `<a class="chip ask" href="${hrefOf(page, `choose.html#${id}`)}">${escapeText(short)}</a>`,
  );
  return `<p class="suits">An answer to: ${links.join(" ")}</p>`;
}

/** The page; `limit` is the value at the ends of the gradient map's scale. */
export function renderLoss(model: Model, loss: Loss, limit: number): Page {
  const path = lossPage(loss.name);
  return {
    path,
    title: `${loss.title} loss`,
    description: loss.summary,
    side: lossSide(model),
    main: [
      headOf(loss),
      suitsOf(path, loss),
      formulaOf(model, path, loss),
      exampleOf(model, loss),
      studyOf(model, path, loss, limit),
      policyOf(model, path, loss),
      optionsSection(model, path, loss),
      refusalsOf(model, path, loss),
      peersSection(model, path, loss.name),
      kinSection(model, path, loss),
      `<p class="soft end-note">Source: <code>${escapeText(model.docs.get(loss.name)?.file ?? "")}</code></p>`,
    ].join(""),
  };
}
