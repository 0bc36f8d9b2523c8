/** The whole site as files in memory: from the sources, measured by the study tools. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sortScript } from "../../src/study/report/script.ts";
import { chartStyle, darkSeries } from "../../src/study/svg.ts";
import { drawStyle } from "../../src/study/tools/draw/style.ts";
import { mathAssets } from "./html/math.ts";
import { framed, type Page } from "./html/page.ts";
import type { Measured } from "./measure/measured.ts";
import { greyPng, type Sample, signedPng } from "./measure/sample.ts";
import { type Model, mapPicture } from "./model.ts";
import { renderCatalogue } from "./pages/catalogue.ts";
import { renderChoose } from "./pages/choose.ts";
import { renderCompare } from "./pages/compare.ts";
import { renderFront } from "./pages/front.ts";
import { pictureOf, renderGuides } from "./pages/guide.ts";
import { renderLoss } from "./pages/loss.ts";
import { searchScript } from "./pages/search.ts";
import { renderStudies } from "./pages/studies.ts";
import { prepareModel, type SiteOptions } from "./prepare.ts";

/** Files by their path within the site. */
export type Site = Map<string, string | Uint8Array>;

function addPictures(site: Site, sample: Sample): void {
  const { side, image, target, prediction } = sample;
  site.set("assets/image.png", greyPng(image, side));
  site.set("assets/target.png", greyPng(target, side));
  site.set("assets/prediction.png", greyPng(prediction, side));
  const error = prediction.map((p, i) => p - target[i]);
  site.set("assets/error.png", signedPng(error, side, 1).png);
}

/** The gradient map of a loss as a file, and the value at the ends of its scale. */
function addMap(site: Site, name: string, { gradient }: Measured, side: number): number {
  if (gradient === undefined) return 0;
  const { png, limit } = signedPng(gradient, side);
  site.set(mapPicture(name), png);
  return limit;
}

/** Parts of the style sheet, in the order in which later ones overrule earlier ones. */
const STYLE = [
  ...["base", "top", "columns", "code", "tables", "loss", "catalogue", "choose", "studies"],
  ...["narrow", "print"],
];

function addAssets(site: Site, root: string, model: Model): void {
  const asset = (name: string) => readFileSync(join(root, "scripts/docs/assets", name), "utf8");
  const { css, fonts } = mathAssets();
  const dark = `@media screen and (prefers-color-scheme:dark){:root{${darkSeries}}}`;
  const style = STYLE.map((name) => asset(`style/${name}.css`));
  site.set("assets/site.css", [css, chartStyle, drawStyle, dark, ...style].join("\n"));
  site.set("assets/site.js", `${asset("site.js")}\n${sortScript}\n`);
  site.set("assets/losses.js", searchScript(model));
  for (const [name, data] of fonts) site.set(`assets/fonts/${name}`, data);
}

/** Builds the site of the project at `root`; writes nothing. */
export async function buildSite(root: string, options: SiteOptions = {}): Promise<Site> {
  const model = await prepareModel(root, options);
  const site: Site = new Map();
  const without = [...(model.api.size > 0 ? [] : ["api"]), ...(model.studies.length > 0 ? [] : ["studies"])];
  const add = (page: Page) => site.set(page.path, framed(page, { version: model.version, without }));
  for (const loss of model.losses) {
    const measured = model.measured.get(loss.name) ?? { refusals: [] };
    add(renderLoss(model, loss, addMap(site, loss.name, measured, model.sample.side)));
  }
  const front = renderFront(model, root);
  const guides = renderGuides(model, root);
  for (const page of [
    front.page,
    renderCatalogue(model),
    renderChoose(model),
    renderCompare(model),
    ...renderStudies(model),
    ...guides.pages,
  ])
    add(page);
  for (const file of new Set([...front.pictures, ...guides.pictures]))
    site.set(pictureOf(file), readFileSync(join(root, file)));
  addPictures(site, model.sample);
  addAssets(site, root, model);
  return site;
}

/** Puts a site into a folder. */
export function writeSite(site: Site, folder: string): void {
  for (const [path, content] of site) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
