/** All losses at a glance, by family. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { escapeText } from "../../../src/study/svg.ts";
import { hrefOf, type Page } from "../html/page.ts";
import { familiesOf, familyOf, lossPage, type Model, mapPicture } from "../model.ts";
import { lossSide } from "./loss.ts";
import { wordsOf } from "./search.ts";

const PATH = "losses/index.html";

function cardOf(model: Model, loss: Loss): string {
  const { name, title, summary } = loss;
  const picture =
    model.measured.get(name)?.gradient === undefined
      ? ""
      : `<img src="${hrefOf(PATH, mapPicture(name))}" width="72" height="72" alt="" loading="lazy"/>`;
  return (
    `<a class="card" href="${hrefOf(PATH, lossPage(name))}" data-words="${escapeText(wordsOf(model, loss))}">${picture}` +
    `<span><b>${escapeText(title)}</b><code>${name}</code>${escapeText(summary)}</span></a>`
  );
}

export function renderCatalogue(model: Model): Page {
  const sections = familiesOf(model).map(([family, { title, about }]) => {
    const cards = familyOf(model, family).map((loss) => cardOf(model, loss));
    return (
      `<section class="family"><h2 id="${family}">${title}</h2><p class="soft">${about}</p>` +
      `<div class="cards">${cards.join("")}</div></section>`
    );
  });
  const total = model.losses.length;
  return {
    path: PATH,
    title: "Losses",
    description: "Every loss of the catalogue, by family.",
    side: lossSide(model),
    className: "catalogue",
    main:
      `<h1>${total} ${total === 1 ? "loss" : "losses"}</h1><p class="lead">Each page has the formula, the options, an example that runs, and what the ` +
      'loss does to a prediction. The small picture is its gradient on <a href="../compare.html#sample">one sample</a>: blue is pulled ' +
      "up, red down. Not sure which one? " +
      '<a href="../choose.html">Ask by what you need</a>.</p>' +
      `<p id="none" class="soft" hidden="">No loss by that name.</p>${sections.join("")}`,
  };
}
