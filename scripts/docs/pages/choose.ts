/** Which loss? By what people need, with the reason and the measured number beside it. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { escapeText } from "../../../src/study/svg.ts";
import { hrefOf, type Page } from "../html/page.ts";
import { type Column, columnOf } from "../measure/columns.ts";
import { FAMILIES, familiesOf, familyOf, inline, lossPage, type Model, prose } from "../model.ts";
import { QUESTIONS, type Question } from "../questions/index.ts";
import { studyPage } from "./studies.ts";

const PATH = "choose.html";

const linkTo = ({ name, title }: Loss) =>
  `<a href="${hrefOf(PATH, lossPage(name))}">${escapeText(title)}</a>`;

function evidenceOf(model: Model, name: string, columns: readonly Column[]): string {
  const measured = model.measured.get(name);
  const facts = columns.flatMap(({ id, title, hint, value, show }) => {
    const x = measured && value(measured);
    if (x === undefined) return [];
    return [
      `<span title="${escapeText(hint)}"><a href="${hrefOf(PATH, `compare.html#${id}`)}">${title}</a> <b>${show(x)}</b></span>`,
    ];
  });
  return facts.length === 0 ? "" : `<p class="evidence">${facts.join("")}</p>`;
}

function answersOf(model: Model, { answers, evidence, option }: Question): string {
  const columns = evidence.map(columnOf);
  const items = answers.flatMap(({ loss: name, reason }) => {
    const loss = model.losses.find((one) => one.name === name);
    if (loss === undefined) return [];
    return [
      `<li><h3>${linkTo(loss)} <code>${name}</code></h3><p>${inline(model, PATH, reason)}</p>${evidenceOf(model, name, columns)}</li>`,
    ];
  });
  const named = new Set(answers.map(({ loss }) => loss));
  const others =
    option === undefined
      ? []
      : model.losses.filter((loss) => option in loss.options && !named.has(loss.name));
  const more =
    others.length === 0
      ? ""
      : `<p>Also with <code>${escapeText(option ?? "")}</code>: ${others.map(linkTo).join(", ")}.</p>`;
  return `<ol class="answers">${items.join("")}</ol>${more}`;
}

/** What the same numbers are for the two losses that everyone knows, as a measure. */
function measureOf(model: Model, { evidence, answers }: Question): string {
  const known = ["binaryCrossEntropyLoss", "diceLoss"].filter(
    (name) => !answers.some(({ loss }) => loss === name),
  );
  const lines = known.flatMap((name) => {
    const loss = model.losses.find((one) => one.name === name);
    const facts = evidenceOf(model, name, evidence.map(columnOf));
    return loss === undefined || facts === "" ? [] : [`<div>${linkTo(loss)} ${facts}</div>`];
  });
  return lines.length === 0
    ? ""
    : `<div class="measure"><p class="soft">For comparison</p>${lines.join("")}</div>`;
}

/** The study that puts this question to every loss. */
function studyOf({ studies }: Model, { study }: Question): string {
  const found = studies.find(({ tool }) => tool.name === study);
  if (found === undefined) return "";
  const { name, title } = found.tool;
  return `<p class="soft">All losses, in numbers and pictures: <a href="${hrefOf(PATH, studyPage(name))}">${escapeText(title)}</a>.</p>`;
}

function sectionOf(model: Model, question: Question): string {
  const { id, title, why, mind } = question;
  return (
    `<section class="question"><h2 id="${id}">${escapeText(title)}</h2>${prose(model, PATH, why)}` +
    answersOf(model, question) +
    measureOf(model, question) +
    studyOf(model, question) +
    (mind === undefined ? "" : `<div class="note"><b>Mind:</b> ${inline(model, PATH, mind)}</div>`) +
    "</section>"
  );
}

/** The command that answers from the masks themselves. */
function recommendOf({ guides }: Model): string {
  const guide = guides.get("docs/choosing.md");
  if (guide === undefined) return "";
  return (
    "<p>With masks at hand, <code>npx segtape recommend --masks FOLDER</code> measures them and answers for you: " +
    `<a href="${hrefOf(PATH, guide)}">how, and an example</a>.</p>`
  );
}

export function renderChoose(model: Model): Page {
  const menu = QUESTIONS.map(({ id, title }) => `<li><a href="#${id}">${escapeText(title)}</a></li>`);
  const families = familiesOf(model).map(
    ([family, { title, about }]) =>
      `<li><b>${title}.</b> ${about} ${familyOf(model, family).map(linkTo).join(", ")}.</li>`,
  );
  return {
    path: PATH,
    title: "Which loss?",
    description:
      "Which segmentation loss to take, by what matters, each answer with its reason and a measured number.",
    className: "choose",
    main: [
      '<h1>Which loss?</h1><p class="lead">Find the sentence that is yours. Each answer says why, and shows the number that was ',
      'measured for it: <a href="compare.html">here is how</a>. Then read the page of the loss, above all what it does with images ',
      "of one class.</p>",
      recommendOf(model),
      `<ul class="menu">${menu.join("")}</ul>`,
      ...QUESTIONS.map((question) => sectionOf(model, question)),
      `<section class="question"><h2 id="families">By family</h2><p>${Object.keys(FAMILIES).length} families, by what a loss looks at.</p>`,
      `<ul>${families.join("")}</ul></section>`,
    ].join(""),
  };
}
