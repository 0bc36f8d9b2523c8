/** The table of all losses, sortable by what was measured, and how each number comes about. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { escapeText } from "../../../src/study/svg.ts";
import { hrefOf, type Page } from "../html/page.ts";
import { COLUMNS } from "../measure/columns.ts";
import { FAMILIES, familiesOf, familyOf, lossPage, type Model } from "../model.ts";
import { studyPage } from "./studies.ts";

const PATH = "compare.html";

function rowOf(model: Model, { name, title, family }: Loss): string {
  const measured = model.measured.get(name) ?? { refusals: [] };
  const cells = COLUMNS.map(({ value, show }) => {
    const x = value(measured);
    return x === undefined
      ? '<td class="right none">–</td>'
      : `<td class="right" data-value="${Number(x.toPrecision(4))}">${show(x)}</td>`;
  });
  return (
    `<tr><th scope="row"><a href="${hrefOf(PATH, lossPage(name))}">${escapeText(title)}</a></th>` +
    `<td>${escapeText(FAMILIES[family as keyof typeof FAMILIES].title)}</td>${cells.join("")}</tr>`
  );
}

function studyLink({ studies }: Model, name: string | undefined): string {
  if (name === undefined || !studies.some(({ tool }) => tool.name === name)) return "";
  return ` <a href="${hrefOf(PATH, studyPage(name))}">The whole study.</a>`;
}

function sampleSection({ sample }: Model): string {
  const { side, target } = sample;
  const share = (100 * target.reduce((a, b) => a + b, 0)) / target.length;
  const shown: readonly (readonly [string, string, string])[] = [
    ["image", "Image", "made up, with lesions"],
    ["target", "Target", `the lesions, ${share.toFixed(1)} % of the pixels`],
    ["prediction", "Prediction", "what a network might say: soft edges, one lesion missed, one invented"],
    ["error", "Error", "prediction less target: red too much, blue too little"],
  ];
  const figures = shown.map(
    ([file, title, caption]) =>
      `<figure><img src="assets/${file}.png" width="${side}" height="${side}" alt="${title}"/>` +
      `<figcaption><b>${title}</b>${caption}</figcaption></figure>`,
  );
  return (
    `<h2 id="sample">The sample</h2><p>A procedural head slice of ${side} × ${side} pixels, the one of ` +
    `<code>npx segtape study --sample lesion</code>. Nothing in it is a patient's.</p><div class="pictures four">${figures.join("")}</div>`
  );
}

export function renderCompare(model: Model): Page {
  const heads = COLUMNS.map(
    ({ title, hint }) =>
      `<th scope="col" class="right" title="${escapeText(hint)}"><button type="button" class="sort">${title}</button></th>`,
  );
  const rows = familiesOf(model).flatMap(([family]) =>
    familyOf(model, family).map((loss) => rowOf(model, loss)),
  );
  const about = COLUMNS.map(
    ({ id, title, about: said, study }) =>
      `<dt id="${id}">${title}</dt><dd>${escapeText(said)}${studyLink(model, study)}</dd>`,
  );
  return {
    path: PATH,
    title: "Compare",
    description: "All losses in one table, sortable by measured properties.",
    className: "wide",
    main: [
      '<h1>All losses, measured</h1><p class="lead">Click a heading to sort. Every loss runs at its defaults; the numbers come from ',
      "small experiments made for one question each, explained below the table.</p>",
      '<div class="scroll tall"><table class="compare"><thead><tr>',
      '<th scope="col"><button type="button" class="sort">Loss</button></th>',
      '<th scope="col"><button type="button" class="sort">Family</button></th>',
      `${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`,
      "<h2>How it is measured</h2><p>Losses of exclusive classes see two of them, background and foreground. A dash: the loss has no ",
      `pull at all there, or refuses the image; its page says which.</p><dl class="how">${about.join("")}</dl>`,
      sampleSection(model),
    ].join(""),
  };
}
