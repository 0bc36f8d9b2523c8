/** A small site, built twice: whole, well-formed, the same both times. */
import { beforeAll, describe, expect, test } from "vitest";
import { checkFiles } from "../../scripts/docs/check/site.ts";
import { sampleOf } from "../../scripts/docs/measure/sample.ts";
import { lossesOf } from "../../scripts/docs/prepare.ts";
import { buildSite, type Site } from "../../scripts/docs/site.ts";
import { askTool } from "../../scripts/docs/studies.ts";
import { losses } from "../../src/losses/catalogue.ts";
import { studyTools } from "../../src/study/tools/index.ts";
import { checkMarkup } from "../study/markup.ts";
import { ROOT } from "../support/sources.ts";

const only = ["diceLoss", "focalTverskyLoss", "categoricalCrossEntropyLoss"];
const studies = async () => [await askTool(studyTools.imbalance, lossesOf(only), sampleOf(48))];
const build = () => buildSite(ROOT, { only, side: 48, studies });
let site: Site;

beforeAll(async () => {
  site = await build();
});

const text = (path: string) => site.get(path) as string;
const pages = () => [...site.keys()].filter((path) => path.endsWith(".html"));

describe("the site", () => {
  test("has a page for each loss, and the pages around them", () => {
    expect(pages()).toEqual(
      expect.arrayContaining([
        ...only.map((name) => `losses/${name}.html`),
        ...["index.html", "losses/index.html", "choose.html", "compare.html", "guide/index.html"],
        ...["studies/index.html", "studies/imbalance.html"],
        ...["guide/training.html", "guide/golden.html", "guide/decisions/0001-scalar-expressions.html"],
      ]),
    );
  });

  test("has no link that leads nowhere, and loads nothing from elsewhere", () => {
    expect(checkFiles(site).problems).toEqual([]);
  });

  test("is well-formed on every page", () => {
    for (const path of pages()) {
      const heads = checkMarkup(text(path)).filter((tag) => tag === "h1");
      expect(heads, path).toHaveLength(1);
    }
  });

  test("is the same when it is built again", async () => {
    const again = await build();
    expect([...again.keys()]).toEqual([...site.keys()]);
    const changed = [...site].filter(
      ([path, content]) =>
        Buffer.compare(Buffer.from(content as string), Buffer.from(again.get(path) as string)) !== 0,
    );
    expect(changed.map(([path]) => path)).toEqual([]);
  });

  test("holds no path of the machine that built it", () => {
    for (const path of pages()) expect(text(path), path).not.toContain(ROOT);
  });
});

describe("the page of a loss", () => {
  test("has its parts", () => {
    const page = text("losses/diceLoss.html");
    for (const id of ["definition", "example", "study", "one-class", "options", "peers", "kin"])
      expect(page).toContain(`id="${id}"`);
    expect(page).toContain('class="katex-mathml"');
    expect(page).toContain(losses.diceLoss.summary);
    expect(page).toContain('src="diceLoss.png"');
    expect(page.match(/<svg class="chart"/g)).toHaveLength(2);
    expect(page).toContain('<a href="focalTverskyLoss.html"');
  });

  test("tells what other libraries call it, argument by argument, and with how many golden cases", () => {
    const page = text("losses/diceLoss.html");
    const monai = /<td>MONAI<\/td><td><code>DiceLoss<\/code>.*?<\/tr>/.exec(page)?.[0] ?? "";
    expect(monai).toContain("<code>smooth_nr</code> → <code>smoothNumerator</code>");
    expect(monai).toMatch(/>\d+ of \d+<\/td>/);
  });

  test("names every option with its default, and shared options that are refused", () => {
    const page = text("losses/categoricalCrossEntropyLoss.html");
    for (const name of Object.keys(losses.categoricalCrossEntropyLoss.options))
      expect(page).toContain(`<th scope="row"><code>${name}</code></th>`);
    expect(page).toMatch(/Not among them: <code>aggregate<\/code>/);
  });

  test("links to no loss that is not part of the site", () => {
    // The comment names jaccardLoss; this site has no such page.
    expect(text("losses/diceLoss.html")).not.toContain("jaccardLoss.html");
    expect(text("losses/diceLoss.html")).toContain("<code>jaccardLoss</code>");
  });
});

test("the questions are answered, with measured numbers", () => {
  const page = text("choose.html");
  const tiny = page.slice(page.indexOf('id="tiny"'), page.indexOf('id="rare"'));
  expect(tiny).toContain('<a href="losses/diceLoss.html">Dice</a>');
  expect(tiny).toMatch(/pull on 0\.1.% foreground<\/a> <b>4\d(\.\d)? %<\/b>/);
});

test("the table has a number for each loss in each column that it is measured in", () => {
  const page = text("compare.html");
  expect(page.match(/<tr><th scope="row">/g)).toHaveLength(only.length);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test("the list of the search box holds every loss", () => {
  const script = text("assets/losses.js");
  const list = JSON.parse(script.slice(script.indexOf("["), script.lastIndexOf("]") + 1)) as {
    name: string;
  }[];
  expect(list.map(({ name }) => name).sort()).toEqual([...only].sort());
});
