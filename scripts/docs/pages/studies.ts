/** The study tools' answers: one page a tool, with what was found, the pictures, and how to read them. */
import { escapeText } from "../../../src/study/svg.ts";
import type { ToolResult } from "../../../src/study/tools/index.ts";
import { hrefOf, type Page, type SideGroup } from "../html/page.ts";
import { lossPage, type Model } from "../model.ts";

export const studyPage = (name: string): string => `studies/${name}.html`;
const INDEX = "studies/index.html";

const sideOf = ({ studies }: Model): SideGroup[] => [
  {
    title: "Studies",
    links: [
      { page: INDEX, text: "Overview" },
      ...studies.map(({ tool }) => ({ page: studyPage(tool.name), text: tool.title })),
    ],
  },
];

/** A finding names losses by their titles; each becomes a link, the longest first so that none is cut. */
function linkTitles(model: Model, page: string, text: string): string {
  const byTitle = new Map(model.losses.map((loss) => [escapeText(loss.title), loss.name]));
  const titles = [...byTitle.keys()].sort((a, b) => b.length - a.length);
  const words = titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return escapeText(text).replace(new RegExp(`(?<![\\w-])(${words})(?![\\w-])`, "g"), (title) => {
    const name = byTitle.get(title);
    return name === undefined ? title : `<a href="${hrefOf(page, lossPage(name))}">${title}</a>`;
  });
}

function renderStudy(model: Model, { tool, data, pictures, findings }: ToolResult): Page {
  const path = studyPage(tool.name);
  const items = findings.map(({ text }) => `<li>${linkTitles(model, path, text)}</li>`);
  const figures = pictures.map(
    ({ svg, caption }) => `<figure>${svg}<figcaption>${escapeText(caption)}</figcaption></figure>`,
  );
  const missing = data.unmeasured.map(
    ({ title, message }) => `<p class="soft">${escapeText(title)}: not measured. ${escapeText(message)}</p>`,
  );
  return {
    path,
    title: tool.title,
    description: tool.question,
    side: sideOf(model),
    className: "study",
    main: [
      `<h1>${escapeText(tool.title)}</h1><p class="lead">${escapeText(tool.question)}</p>`,
      items.length === 0
        ? ""
        : `<h2 id="findings">What the numbers say</h2><ul class="findings">${items.join("")}</ul>`,
      `<h2 id="pictures">The numbers</h2><p>${escapeText(tool.reading)}</p>`,
      ...figures,
      ...missing,
      `<p class="soft">On your own losses and images: <code>npx segtape study --tools ${escapeText(tool.name)}</code>.</p>`,
    ].join(""),
  };
}

/** Pages of all tools, and the one that leads to them. */
export function renderStudies(model: Model): Page[] {
  const { studies } = model;
  if (studies.length === 0) return [];
  const cards = studies.map(
    ({ tool }) =>
      `<a class="kin" href="${hrefOf(INDEX, studyPage(tool.name))}"><b>${escapeText(tool.title)}</b>${escapeText(tool.question)}</a>`,
  );
  const overview: Page = {
    path: INDEX,
    title: "Studies",
    description: "The same question put to every loss, on scenes whose every pixel is known.",
    side: sideOf(model),
    className: "study",
    main:
      '<h1>Studies</h1><p class="lead">The same question put to every loss, on scenes whose every pixel is known. A pixel\'s pull is the ' +
      `size of its gradient by the logit.</p><div class="kins">${cards.join("")}</div>`,
  };
  return [overview, ...studies.map((study) => renderStudy(model, study))];
}
