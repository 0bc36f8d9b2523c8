/** A comparison as one HTML file: table, findings, curves, examples, a card for each loss. */
import { cssColor, type Rgb } from "../colormap.ts";
import { formatNumber, formatPercent } from "../numbers.ts";
import { drawPicture, facts, idOf, repeatPicture } from "../report/html.ts";
import { htmlPage } from "../report/page.ts";
import { escapeText } from "../svg.ts";
import { metricCharts, trainingChart } from "./charts.ts";
import { type Finding, findingsOf, verdictOf } from "./findings.ts";
import { classColors, ERROR_COLORS, errorPicture, imagePicture, truthPicture, WRONG } from "./pictures.ts";
import { goodRuns } from "./spread.ts";
import { classTable, overviewOf } from "./tables.ts";
import type { ComparedExample, ComparedLoss, Comparison } from "./types.ts";

const style = `
.best{font-weight:700}
.findings{padding-left:1.2em;max-width:88ch}.findings li{margin:8px 0}
.wide{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:16px;max-width:860px}
.wide+.wide{margin-top:16px}
.examples{display:grid;gap:14px 12px;grid-template-columns:repeat(var(--count),minmax(110px,1fr));overflow-x:auto}
.examples figcaption{font-size:.82rem;color:var(--soft);margin-top:5px;line-height:1.35;overflow-wrap:anywhere}
.examples .zoom svg,dialog .stage svg{image-rendering:pixelated}
.keys{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.88rem;color:var(--soft);margin-bottom:14px}
.keys .key{box-shadow:0 0 0 1px var(--rule)}
.split{display:grid;grid-template-columns:minmax(260px,2fr) minmax(280px,3fr);gap:20px 24px;margin-top:18px;align-items:start}
@media (max-width:900px){.split{grid-template-columns:1fr}}
`;

function factsOf({ data, classes, losses, runs, facts: more }: Comparison): string {
  const small = (text: string) => `<small>${escapeText(text)}</small>`;
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const shares = classes.map((name, label) => `${name} ${formatPercent(data.shares[label])}`).join(", ");
  return facts(
    [
      ["Losses", `${losses.length}${small(seeds === 1 ? "1 seed" : `${seeds} seeds each`)}`],
      ["Images", `${data.training} + ${data.validation}${small("training + validation")}`],
      ["Validation pixels", escapeText(shares)],
      ...more.map(([term, text]): [string, string] => [term, escapeText(text)]),
    ],
    "overview",
  );
}

function findingsList(findings: readonly Finding[], { losses }: Comparison, verdict: string | null): string {
  const title = new Map(losses.map((loss) => [loss.name, loss.title]));
  const items = findings.map(
    ({ loss, sentence }) =>
      `<li><a href="#${idOf(loss)}"><b>${escapeText(title.get(loss) ?? loss)}</b></a>: ${escapeText(sentence)}</li>`,
  );
  if (verdict !== null) items.unshift(`<li>${escapeText(verdict)}</li>`);
  return items.length === 0 ? "" : `<h2>What happened</h2><ul class="findings">${items.join("")}</ul>`;
}

function keysOf({ classes }: Comparison): string {
  const colors = classColors(classes.length);
  const keys: (readonly [Rgb, string])[] = classes.map((name, label) => [
    colors[label],
    classes.length === 2 ? `${name}, right` : name,
  ]);
  if (classes.length === 2) {
    keys.push([ERROR_COLORS.tooMuch, `${classes[1]} predicted, ${classes[0]} true`]);
    keys.push([ERROR_COLORS.missed, `${classes[1]} missed`]);
  } else keys.push([WRONG, "wrong class"]);
  const spans = keys.map(
    ([color, text]) =>
      `<span><span class="key" style="background:${cssColor(color)}"></span>${escapeText(text)}</span>`,
  );
  return `<div class="keys">${spans.join("")}</div>`;
}

function wrongShare({ truth }: ComparedExample, prediction: Uint8Array): string {
  let wrong = 0;
  for (let pixel = 0; pixel < truth.length; pixel++) wrong += Number(prediction[pixel] !== truth[pixel]);
  return `${formatPercent(wrong / truth.length)} wrong`;
}

const pictureOf = (example: ComparedExample, at: number, loss: ComparedLoss) => ({
  id: `example-${at}-${idOf(loss.name)}`,
  label: `${example.name}: ${loss.title}`,
  width: example.width,
  height: example.height,
});

function examplesOf(comparison: Comparison): string {
  const { examples, classes, losses } = comparison;
  if (examples.length === 0) return "";
  const shown = losses.filter(({ name }) => examples.some(({ predictions }) => name in predictions));
  const figure = (picture: string, caption: string) =>
    `<figure>${picture}<figcaption>${escapeText(caption)}</figcaption></figure>`;
  const rows = examples.map((example, at) => {
    const { name, width, height, predictions } = example;
    const plain = (id: string, what: string, png: Uint8Array) =>
      figure(
        drawPicture({ id: `example-${at}-${id}`, label: `${name}: ${what}`, width, height }, png),
        id === "picture" ? name : what,
      );
    const drawn = shown.map((loss) => {
      const prediction = predictions[loss.name];
      if (prediction === undefined) return figure("", `${loss.title}: no result`);
      const png = errorPicture(example, prediction, classes.length);
      const caption = `${loss.title}, ${wrongShare(example, prediction)}`;
      return figure(drawPicture(pictureOf(example, at, loss), png), caption);
    });
    return [
      plain("picture", "image", imagePicture(example)),
      plain("labels", "truth", truthPicture(example, classes.length)),
      ...drawn,
    ].join("");
  });
  return (
    "<h2>Predictions</h2><p>Validation images, the true classes, and what each loss led to from its first seed, " +
    `with the errors in colour. Click to enlarge.</p>${keysOf(comparison)}` +
    `<div class="examples" style="--count:${2 + shown.length}">${rows.join("")}</div>`
  );
}

function optionsOf({ options }: ComparedLoss): string {
  const set = Object.entries(options).map(
    ([name, value]) =>
      `<span class="option"><b>${escapeText(name)}</b> ${escapeText(JSON.stringify(value) ?? "")}</span>`,
  );
  return set.length === 0 ? "" : `<p class="options">${set.join("")}</p>`;
}

function oneClassText({ classes }: Comparison, { oneClass }: ComparedLoss): string {
  if (oneClass === undefined || oneClass.length === 0) return "";
  const parts = oneClass.map(({ label, value }) => `all ${classes[label]} ${formatNumber(value, 3)}`);
  return `<p class="reading"><b>One class everywhere costs this loss</b> ${escapeText(parts.join(", "))}.</p>`;
}

function cardOf(comparison: Comparison, loss: ComparedLoss, findings: readonly Finding[]): string {
  const own = findings.filter((finding) => finding.loss === loss.name);
  const pictures = comparison.examples
    .map((example, at) =>
      loss.name in example.predictions ? repeatPicture(pictureOf(example, at, loss)) : "",
    )
    .filter((picture) => picture !== "");
  const text = own.map(({ sentence }) => escapeText(sentence)).join(" ");
  return [
    `<article class="card" id="${idOf(loss.name)}"><header><h3>${escapeText(loss.title)}</h3>`,
    `<span class="name"><code>${escapeText(loss.name)}</code><span class="chip">${escapeText(loss.family)}</span></span></header>`,
    `<p class="summary">${escapeText(loss.summary)}</p>`,
    `<div class="formula"><code>${escapeText(loss.formula)}</code></div>`,
    optionsOf(loss),
    text === "" ? "" : `<p class="reading"><b>What happened.</b> ${text}</p>`,
    oneClassText(comparison, loss),
    `<div class="split"><figure>${trainingChart(comparison, loss)}</figure><div>${classTable(comparison, loss)}</div></div>`,
    pictures.length === 0
      ? ""
      : `<div class="examples" style="--count:${Math.max(4, pictures.length)};margin-top:18px">${pictures.join("")}</div>`,
    "</article>",
  ].join("");
}

/**
 * Renders a comparison as one self-contained HTML file: style, pictures and charts are inside, nothing is fetched. It
 * follows the reader's light or dark setting, and prints.
 *
 * @param comparison - what was found; a loss that was refused or failed is shown with its message
 * @returns the text of the file
 *
 * @example
 * ```ts
 * await writeFileAtomic("report.html", renderComparison(comparison));
 * ```
 */
export function renderComparison(comparison: Comparison): string {
  const findings = findingsOf(comparison);
  const charts = metricCharts(comparison).map((chart) => `<figure class="wide">${chart}</figure>`);
  const seeds = new Set(
    comparison.losses.flatMap(({ name }) => goodRuns(comparison, name).map(({ seed }) => seed)),
  );
  const spread = seeds.size > 1 ? `mean ± standard deviation over ${seeds.size} seeds` : "of one seed";
  return htmlPage({
    kind: "comparison of losses",
    title: comparison.title,
    created: comparison.created,
    version: comparison.version,
    style,
    head: factsOf(comparison),
    main: [
      findingsList(findings, comparison, verdictOf(comparison)),
      `<h2>Metrics</h2><p>On the validation images, after the last step: ${spread}. Same data, same first weights and batches for each seed. Click a heading to sort.</p>`,
      overviewOf(comparison),
      charts.length === 0 ? "" : `<h2>Curves</h2><p>Mean over the seeds.</p>${charts.join("")}`,
      examplesOf(comparison),
      "<h2>Losses</h2><p>Values of different losses are not comparable; their curves are.</p>",
      ...comparison.losses.map((loss) => cardOf(comparison, loss, findings)),
    ].join(""),
  });
}
