/** The site as a reader has it: opened from a folder, in Chromium. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSite } from "../../scripts/docs/site.ts";
import { launch, withChromium } from "../browser/support/chromium.ts";
import { ROOT } from "../support/sources.ts";

withChromium("the site in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "segtape-site-"));
  let browser: Browser;

  beforeAll(async () => {
    const site = await buildSite(ROOT, { only: ["diceLoss", "focalTverskyLoss", "focalLoss"], side: 48 });
    for (const [path, content] of site) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A page of the site, what it complained of, and what it asked for beyond the folder. */
  async function open(path: string, width = 1280) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() !== "log") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => complaints.push(request.url()));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, path)).href);
    return { page, complaints };
  }

  const PAGES = ["index.html", "losses/index.html", "losses/diceLoss.html", "choose.html", "compare.html"];

  test.each([...PAGES, "guide/golden.html"])(
    "%s loads all it asks for, and nothing from elsewhere",
    async (path) => {
      const { page, complaints } = await open(path);
      expect(complaints).toEqual([]);
      const empty = await page.evaluate(
        "[...document.images].filter((i) => i.complete && i.naturalWidth === 0).map((i) => i.src)",
      );
      expect(empty).toEqual([]);
      await page.close();
    },
  );

  test.each([...PAGES, "guide/golden.html"])("%s fits a phone", async (path) => {
    const { page } = await open(path, 360);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.close();
  });

  test("formulas have their own letters", async () => {
    const { page } = await open("losses/diceLoss.html");
    expect(
      await page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Math'))"),
    ).toBe(true);
    await page.close();
  });

  test("the search box finds a loss by its words, and Enter goes there", async () => {
    const { page } = await open("choose.html");
    await page.fill("#search", "tversky");
    expect(await page.locator("#found b").allTextContents()).toEqual(["Focal Tversky"]);
    await page.fill("#search", "no such thing");
    expect(await page.locator("#found").textContent()).toBe("No loss by that name.");
    // What a library calls it is found as well.
    await page.fill("#search", "TverskyLoss(gamma)");
    await page.press("#search", "Enter");
    await page.waitForURL(/focalTverskyLoss\.html$/);
    await page.close();
  });

  test("the catalogue shows the cards that fit", async () => {
    const { page } = await open("losses/index.html");
    await page.fill("#search", "focal");
    expect(await page.locator(".card:visible b").allTextContents()).toEqual(["Focal", "Focal Tversky"]);
    await page.fill("#search", "overlap of prediction");
    expect(await page.locator(".family:visible h2").allTextContents()).toEqual(["Region"]);
    await page.close();
  });

  test("the table is sorted by a click, numbers as numbers, and back by another", async () => {
    const { page } = await open("compare.html");
    const values = () =>
      page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map((row) => Number(row.cells[2].dataset.value))",
      );
    await page.locator("button.sort", { hasText: "value" }).click();
    const rising = (await values()) as number[];
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    await page.locator("button.sort", { hasText: "value" }).click();
    expect(await values()).toEqual([...rising].reverse());
    await page.close();
  });
});
