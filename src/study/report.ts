/**
 * A study as one HTML file: everything inside, nothing fetched, light and dark, for screen, phone and paper.
 */
import { formatNumber, formatPercent } from "./numbers.ts";
import { gradientPicture, lossCard } from "./report/card.ts";
import { drawPicture, facts, idOf, repeatPicture } from "./report/html.ts";
import { htmlPage } from "./report/page.ts";
import { overviewTable } from "./report/table.ts";
import { toolSections, toolStyle } from "./report/tools.ts";
import { escapeText } from "./svg.ts";
import type { StudyReport } from "./types.ts";

/** A probability to three places, none of which may claim certainty. */
function probability(value: number): string {
  if (value > 0 && value < 5e-4) return "&lt; 0.001";
  if (value < 1 && value > 0.9995) return "&gt; 0.999";
  return value.toFixed(3);
}

function picturesOf(report: StudyReport): string {
  const { image, prediction, target, errorMap, width, height } = report;
  const key = (color: string, text: string) =>
    `<span class="pair"><span class="key" style="background:${color}"></span>${text}</span>`;
  const figure = (id: string, png: Uint8Array, title: string, caption: string) =>
    `<figure>${drawPicture({ id: `picture-${id}`, label: title, width, height }, png)}` +
    `<figcaption><b>${title}</b>${caption}</figcaption></figure>`;
  return [
    `<div class="pictures" style="--count:${image === undefined ? 3 : 4}">`,
    image === undefined ? "" : figure("image", image.png, "Image", escapeText(image.name)),
    figure("prediction", prediction.png, "Prediction", escapeText(prediction.name)),
    figure("target", target.png, "Target", escapeText(target.name)),
    figure(
      "error",
      errorMap.png,
      "Error",
      `prediction − target: ${key("#b2182b", "too much,")} ${key("#2166ac", "too little")}`,
    ),
    "</div>",
  ].join("");
}

function factsOf({ backend, width, height, target, prediction, losses }: StudyReport): string {
  const count = (status: string) => losses.filter((loss) => loss.status === status).length;
  const others = ["refused", "failed"].filter((status) => count(status) > 0);
  const ran = [`${count("ok")} measured`, ...others.map((status) => `${count(status)} ${status}`)].join(", ");
  const asked = backend.asked === backend.ran ? "as asked" : `asked for ${backend.asked}`;
  const small = (text: string) => `<small>${escapeText(text)}</small>`;
  return facts(
    [
      ["Losses", `${losses.length}${small(ran)}`],
      ["Backend", `${escapeText(backend.ran)}${small(asked)}`],
      ["Device", escapeText(backend.device)],
      ["Pixels", `${width} × ${height}`],
      ["Foreground", formatPercent(target.foregroundShare)],
      ["Prediction", `${probability(prediction.min)} – ${probability(prediction.max)}`],
    ],
    "overview",
  );
}

function galleryOf(report: StudyReport): string {
  const figures = report.losses.map((loss) => {
    const picture = gradientPicture(loss, report);
    if (picture === undefined) return "";
    const scale =
      loss.gradientLimit === undefined ? "" : `<small>±${formatNumber(loss.gradientLimit, 2)}</small>`;
    const title = `<a href="#${idOf(loss.name)}">${escapeText(loss.title)}</a>`;
    return `<figure>${repeatPicture(picture)}<figcaption>${title}${scale}</figcaption></figure>`;
  });
  const variable = report.gradientOf === "probabilities" ? "probability" : "logit";
  return (
    "<h2>Gradient maps</h2><p>What each loss would do to each pixel. " +
    `Red: raising the ${variable} there raises the loss, so a step of gradient descent lowers it, ` +
    "towards background. Blue: a step raises it, towards foreground. White: left alone. " +
    "Every map has a scale of its own, printed below it, that covers 99.5 % of its pixels.</p>" +
    `<div class="gallery">${figures.join("")}</div>`
  );
}

/**
 * Renders a study as one self-contained HTML file: style, pictures, charts and a small script are inside, and
 * nothing is fetched from anywhere. It follows the reader's light or dark setting, works on a phone, and
 * prints.
 *
 * @param report - what the study found; a loss that was refused or failed is shown with its message.
 * @returns the text of the file.
 *
 * @example
 * ```ts
 * await writeFileAtomic("report.html", renderReport(report));
 * ```
 */
export function renderReport(report: StudyReport): string {
  const { title, version, created, losses, notes, tools = [] } = report;
  const remarks = notes.map((note) => `<li>${escapeText(note)}</li>`).join("");
  return htmlPage({
    kind: "loss study",
    style: tools.length === 0 ? "" : toolStyle,
    title,
    created,
    version,
    head: [
      picturesOf(report),
      factsOf(report),
      remarks === "" ? "" : `<ul class="notes">${remarks}</ul>`,
    ].join(""),
    main: [
      "<h2>Overview</h2><p>Click a heading to sort, a name to go to its card.</p>",
      overviewTable(report),
      losses.some((loss) => loss.gradientPng !== undefined) ? galleryOf(report) : "",
      toolSections(tools),
      "<h2>Losses</h2><p>The curves move all pixels of one class together from probability 0 to 1, ",
      "while the others stay close to their label.</p>",
      ...losses.map((loss) => lossCard(loss, report)),
    ].join(""),
  });
}
