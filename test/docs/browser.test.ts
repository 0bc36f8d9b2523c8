/** The site as a reader has it: opened from a folder, in Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSite, writeSite } from "../../scripts/docs/site.ts";
import { launch, withChromium } from "../browser/support/chromium.ts";
import { visit } from "../browser/support/visit.ts";
import { ROOT } from "../support/sources.ts";

withChromium("the site in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "segtape-site-"));
  let browser: Browser;

  beforeAll(async () => {
    const site = await buildSite(ROOT, { only: ["diceLoss", "focalTverskyLoss", "focalLoss"], side: 48 });
    writeSite(site, folder);
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (path: string, width?: number) =>
    visit(browser, pathToFileURL(join(folder, path)).href, width);

  const PAGES = ["index.html", "losses/index.html", "losses/diceLoss.html", "choose.html", "compare.html"];

  test.each([...PAGES, "guide/golden.html"])(
    "%s loads all it asks for, and nothing from elsewhere",
    async (path) => {
      const { page, complaints, remarks, requests, close } = await open(path);
      expect([...complaints, ...remarks]).toEqual([]);
      expect(requests.filter((address) => !/^(file|data):/.test(address))).toEqual([]);
      const empty = await page.evaluate(
        "[...document.images].filter((i) => i.complete && i.naturalWidth === 0).map((i) => i.src)",
      );
      expect(empty).toEqual([]);
      await close();
    },
  );

  test.each([...PAGES, "guide/golden.html"])("%s fits a phone", async (path) => {
    const { page, close } = await open(path, 360);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await close();
  });

  test("formulas have their own letters", async () => {
    const { page, close } = await open("losses/diceLoss.html");
    expect(
      await page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Math'))"),
    ).toBe(true);
    await close();
  });

  test("the search box finds a loss by its words, and Enter goes there", async () => {
    const { page, close } = await open("choose.html");
    await page.fill("#search", "tversky");
    expect(await page.locator("#found b").allTextContents()).toEqual(["Focal Tversky"]);
    await page.fill("#search", "no such thing");
    expect(await page.locator("#found").textContent()).toBe("No loss by that name.");
    // What a library calls it is found as well.
    await page.fill("#search", "TverskyLoss(gamma)");
    await page.press("#search", "Enter");
    await page.waitForURL(/focalTverskyLoss\.html$/);
    await close();
  });

  test("the catalogue shows the cards that fit", async () => {
    const { page, close } = await open("losses/index.html");
    await page.fill("#search", "focal");
    expect(await page.locator(".card:visible b").allTextContents()).toEqual(["Focal", "Focal Tversky"]);
    await page.fill("#search", "overlap of prediction");
    expect(await page.locator(".family:visible h2").allTextContents()).toEqual(["Region"]);
    await close();
  });

  test("the table is sorted by a click, numbers as numbers, and back by another", async () => {
    const { page, close } = await open("compare.html");
    const values = () =>
      page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map((row) => Number(row.cells[2].dataset.value))",
      );
    await page.locator("button.sort", { hasText: "value" }).click();
    const rising = (await values()) as number[];
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    await page.locator("button.sort", { hasText: "value" }).click();
    expect(await values()).toEqual([...rising].reverse());
    await close();
  });
});
