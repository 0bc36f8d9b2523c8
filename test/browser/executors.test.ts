/** Losses, value and gradient, in a real browser, against the float64 reference computed here. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { relativeError } from "../support/backends.ts";
import { computeScene, SCENES, toleranceOf } from "../support/loss-scenes.ts";
import { launch, withChromium } from "./support/chromium.ts";
import { ISOLATED, type Site, startSite } from "./support/site.ts";
import { type Visit, visit } from "./support/visit.ts";

/** The function that the page offers. */
declare const run: (
  mode: string,
  name: string,
  channels: number,
) => Promise<{ value: number; slope: number[] }>;

withChromium("losses", () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await startSite({ losses: "test/browser/pages/losses.ts" });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  describe.each([
    ["wasm", "alone", {}],
    ["wasm", "isolated", ISOLATED],
    ["webgl2", "alone", {}],
    ["webgpu", "alone", {}],
  ] as const)("%s, %s", (mode, _title, headers) => {
    let seen: Visit;
    beforeAll(async () => {
      seen = await visit(browser, site.page('import "/pages/losses.js";', headers));
    });
    afterAll(() => seen?.close());

    test.each(SCENES)("%s, %d channels", async (name, channels, one) => {
      const exact = await computeScene("reference", one, channels);
      const actual = await seen.page.evaluate(
        ([asked, loss, count]) => run(asked as string, loss as string, count as number),
        [mode, name, channels],
      );
      const tolerance = toleranceOf(mode, one);
      expect(relativeError([actual.value], [exact.value])).toBeLessThan(tolerance);
      expect(relativeError(actual.slope, exact.slope)).toBeLessThan(tolerance);
    });

    test("the page has nothing to complain of", () => {
      expect(seen.complaints).toEqual([]);
    });
  });
});
