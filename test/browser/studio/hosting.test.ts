/** The studio where it is served from: by its own server, isolated and under policies, and by any other host. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, withChromium } from "../support/chromium.ts";
import { type Studio, startElsewhere, startStudio } from "../support/studio.ts";
import { visit } from "../support/visit.ts";

withChromium("the studio's hosts", () => {
  let browser: Browser;
  let studio: Studio;
  let elsewhere: Studio;

  beforeAll(async () => {
    browser = await launch({ gpu: false });
    studio = await startStudio();
    elsewhere = await startElsewhere("/some/where/");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    await elsewhere?.close();
  });

  test("its own server isolates the page, and lets only the worker make functions of texts", async () => {
    const { page, complaints, close } = await visit(browser, `${studio.address}#/learn`);
    await page.locator(".loss-link").first().waitFor();
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    const evaluated = await page.evaluate(`new Promise((resolve) => {
      addEventListener("securitypolicyviolation", ({ blockedURI }) => resolve(blockedURI));
      setTimeout('document.title = "made of a text"');
    })`);
    expect(evaluated).toBe("eval");
    expect(complaints.filter((text) => !text.includes("Content Security Policy"))).toEqual([]);
    complaints.length = 0;

    // gpu.js makes its kernels in the worker, where the policy does not keep it from that.
    await page.locator(".menu summary").click();
    await page.getByRole("button", { name: "What runs here?" }).click();
    await page.locator(".doctor").waitFor({ timeout: 50_000 });
    const verdicts = await page.locator(".doctor tr").allTextContents();
    for (const id of ["wasm", "cpu", "webasm", "reference"])
      expect(verdicts.find((text) => text.startsWith(id))).toMatch(new RegExp(`^${id}runs`));
    // Whether there is a GPU is the machine's matter.
    expect(verdicts.filter((text) => /eval|policy/i.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test("a page of another site can neither frame it nor load its files", async () => {
    // A text has no policy of its own.
    const another = `${elsewhere.address.replace("127.0.0.1", "localhost")}LICENSES.txt`;
    const { page, close } = await visit(browser, another);
    const load = ({ address }: Studio) =>
      page.evaluate(
        `fetch("${address}studio.js", { mode: "no-cors" }).then(() => "loaded", () => "refused")`,
      );
    const frame = async ({ address }: Studio) => {
      await page.setContent(`<iframe src="${address}"></iframe>`);
      const inside = await (await page.waitForSelector("iframe")).contentFrame();
      return inside?.title();
    };
    // A host without these headers allows both.
    expect([await load(elsewhere), await load(studio)]).toEqual(["loaded", "refused"]);
    expect(await frame(elsewhere)).toMatch(/segtape studio$/);
    expect(await frame(studio)).not.toMatch(/segtape studio$/);
    await close();
  });

  test("any host will do: a folder of it, without isolation, on one thread", async () => {
    const { page, complaints, requests, close } = await visit(
      browser,
      `${elsewhere.address}#/learn/diceLoss`,
    );
    await page.locator(".formula .katex-html").waitFor();
    await page.getByRole("img", { name: "Dice: gradient against the predicted probability" }).waitFor();
    expect(await page.evaluate("crossOriginIsolated")).toBe(false);
    // Write comes last: leaving it takes away a sandbox that may still be loading.
    for (const view of ["Compare", "Descend", "Train", "Learn", "Write"]) {
      await page.getByRole("link", { name: view, exact: true }).click();
      await expect.poll(() => page.title()).toContain(view);
      await page.waitForLoadState("networkidle");
      expect(await page.locator("main .trouble").allTextContents(), view).toEqual([]);
    }
    expect(complaints).toEqual([]);
    // The sandbox of Write makes its worker of a text.
    const away = requests.filter((url) => !url.startsWith(elsewhere.address) && !url.startsWith("blob:"));
    expect(away).toEqual([]);
    await close();
  });
});
