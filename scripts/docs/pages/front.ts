/** The front page: the ways in, then the README. */
import { escapeText } from "../../../src/study/svg.ts";
import { hrefOf, type Page } from "../html/page.ts";
import { lossPage, type Model } from "../model.ts";
import { QUESTIONS } from "../questions.ts";
import { guideText } from "./guide.ts";

const PATH = "index.html";

function doorsOf({ losses, api }: Model): string {
  const doors: readonly (readonly [page: string, title: string, text: string])[] = [
    ["choose.html", "Which loss?", "Ten questions, each with answers, reasons and measured numbers."],
    [
      "losses/index.html",
      `${losses.length} losses`,
      "Formula, options, example, gradient map and curves of each.",
    ],
    ["compare.html", "Compare", "All of them in one table, sortable by what they do."],
    ["guide/index.html", "Guide", "Training, executors, benchmarks, decisions."],
    ...(api.size > 0 ? ([["api/index.html", "API", "Every public name."]] as const) : []),
  ];
  const cards = doors.map(
    ([page, title, text]) => `<a class="door" href="${hrefOf(PATH, page)}"><b>${title}</b>${text}</a>`,
  );
  return `<div class="doors">${cards.join("")}</div>`;
}

export function renderFront(model: Model, root: string): { page: Page; pictures: readonly string[] } {
  const { html, pictures } = guideText(model, root, "README.md", PATH);
  const [, heading, rest] = /^(<h1[^>]*>[\s\S]*?<\/h1>)([\s\S]*)$/.exec(html) as RegExpExecArray;
  const [, lead, body] = /^\s*<p>([\s\S]*?)<\/p>([\s\S]*)$/.exec(rest) as RegExpExecArray;
  const asked = QUESTIONS.map(
    ({ id, short }) =>
      `<a class="chip ask" href="${hrefOf(PATH, `choose.html#${id}`)}">${escapeText(short)}</a>`,
  );
  const shown = model.losses.filter(({ name }) => model.measured.get(name)?.gradient !== undefined);
  const strip = shown
    .slice(0, 12)
    .map(
      ({ name, title }) =>
        `<a href="${hrefOf(PATH, lossPage(name))}"><img src="${hrefOf(PATH, `losses/${name}.png`)}" alt="Gradient map of ${escapeText(title)}" ` +
        `width="96" height="96"/>${escapeText(title)}</a>`,
    );
  return {
    pictures,
    page: {
      path: PATH,
      title: "segtape: segmentation losses with their gradients",
      description: "Segmentation losses with their gradients, for Node and the browser.",
      className: "front",
      main:
        `<div class="hero">${heading}<p class="lead">${lead}</p>${doorsOf(model)}` +
        `<p class="suits">What matters to you? ${asked.join(" ")}</p></div>` +
        (strip.length < 4 ? "" : `<div class="strip">${strip.join("")}</div>`) +
        body,
    },
  };
}
