/** Losses, value and gradient, in a real browser, against the float64 reference computed here. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluate, setBackend, type Tensor, valueAndGrad } from "../../src/index.ts";
import { relativeError } from "../support/backends.ts";
import type { LossCase } from "../support/catalogue.ts";
import { SCENES, sceneOf, toleranceOf } from "../support/loss-scenes.ts";
import { launch, withChromium } from "./support/chromium.ts";
import { ISOLATED, type Site, startSite } from "./support/site.ts";
import { type Visit, visit } from "./support/visit.ts";

async function exactly(one: LossCase, channels: number): Promise<number[]> {
  await setBackend("reference");
  const { logits, target } = sceneOf(one, channels);
  const { value, grad } = valueAndGrad((x: Tensor) => one.loss(x, target, one.options))(logits);
  await evaluate(value, grad);
  return [await value.item(), ...(await grad.data())];
}

/** The survey's losses; `SEGTAPE_BROWSER=all` takes every loss, which needs a quarter of an hour on a software GPU. */
const SURVEY =
  /^(binaryCrossEntropy|categoricalCrossEntropy|weightedCrossEntropy|balancedCrossEntropy|focal|distanceMapCrossEntropy|dice|sensitivitySpecificity|tversky|focalTversky|logCoshDice|hausdorffDistance|hausdorffErosion|shapeAware|combo|exponentialLogarithmic|correlationMaximizedSimilarity|jaccard|ssim|msSsim|unet3Plus|basnet)Loss$/;
const CHOSEN = process.env.SEGTAPE_BROWSER === "all" ? SCENES : SCENES.filter(([name]) => SURVEY.test(name));

/** The function that the page offers. */
declare const run: (mode: string, name: string, channels: number) => Promise<number[]>;

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

    test.each(CHOSEN)("%s, %d channels", async (name, channels, one) => {
      const exact = await exactly(one, channels);
      const actual = await seen.page.evaluate(
        ([asked, loss, count]) => run(asked as string, loss as string, count as number),
        [mode, name, channels],
      );
      const tolerance = toleranceOf(mode, one);
      expect(relativeError([actual[0]], [exact[0]])).toBeLessThan(tolerance);
      expect(relativeError(actual.slice(1), exact.slice(1))).toBeLessThan(tolerance);
    });

    test("the page has nothing to complain of", () => {
      expect(seen.complaints).toEqual([]);
    });
  });
});
