/** The front page: the ways in, then the README. */
import { escapeText } from "../../../src/study/svg.ts";
import { hrefOf, type Page } from "../html/page.ts";
import type { Model } from "../model.ts";
import { QUESTIONS } from "../questions/index.ts";
import { guideText } from "./guide.ts";

const PATH = "index.html";

function doorsOf({ losses, api, studies }: Model): string {
  const doors: readonly (readonly [page: string, title: string, text: string])[] = [
    ["choose.html", "Which loss?", "By what matters to you: answers with reasons and measured numbers."],
    [
      "losses/index.html",
      `${losses.length} losses`,
      "Formula, options, example, gradient map and curves of each.",
    ],
    ["compare.html", "Compare", "All of them in one table, sortable by what they do."],
    ...(studies.length > 0
      ? ([["studies/index.html", "Studies", "One question at a time, put to every loss."]] as const)
      : []),
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
        body,
    },
  };
}
