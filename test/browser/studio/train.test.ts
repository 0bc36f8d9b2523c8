/** Train, as a visitor uses it: train, stop, go on, keep the weights, bring pictures of one's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { encodePng } from "../../../src/io/index.ts";
import { withChromium } from "../support/chromium.ts";
import { studioVisits } from "../support/studio-visits.ts";

/** A network and pictures so small that a busy machine trains it in seconds; seeded, so that it always learns. */
const SMALL = "#/train?train=data:specks,count:10,channels:4,rate:0.01,batch:4,steps:40,every:5";
/** Patience with a machine that others use. */
const PATIENCE = 90_000;

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
/** What stands beside a name among the facts. */
const fact = async (page: Page, name: string) => page.locator(`dt:text-is("${name}") + dd`).innerText();
const dice = async (page: Page) => Number(await fact(page, "Dice, validation"));
const idle = (page: Page) => page.locator('[data-state="idle"]').waitFor({ timeout: PATIENCE });

/** What the predictions look like, pixel by pixel. */
const predictions = (page: Page) =>
  page
    .getByRole("img", { name: /^Prediction of/ })
    .evaluateAll((all) => all.map((one) => (one as unknown as { toDataURL(): string }).toDataURL()));

/** A folder of pictures that are easy to learn from: a bright disc on noise. */
function folderOfPairs(root: string, count: number): string {
  const side = 32;
  for (const name of ["images", "masks"]) mkdirSync(join(root, name), { recursive: true });
  for (let at = 0; at < count; at++) {
    const inside = (i: number) => Math.hypot((i % side) - 10 - at, Math.floor(i / side) - 16) < 8;
    const map = (value: (i: number) => number) =>
      encodePng({
        width: side,
        height: side,
        channels: 1,
        data: Uint8Array.from({ length: side * side }, (_, i) => value(i)),
      });
    const noise = (i: number) => (i * 7919 + at * 104_729) % 60;
    writeFileSync(
      join(root, `images/disc${at}.png`),
      map((i) => noise(i) + (inside(i) ? 150 : 40)),
    );
    writeFileSync(
      join(root, `masks/disc${at}.png`),
      map((i) => (inside(i) ? 255 : 0)),
    );
  }
  return root;
}

withChromium("the studio's view Train", () => {
  const folder = mkdtempSync(join(tmpdir(), "segtape-train-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { open } = studioVisits({ gpu: false });

  test("trains until the Dice rises, keeps the weights in a file, and predicts the same with them", {
    timeout: 3 * PATIENCE,
  }, async () => {
    const first = await open(SMALL);
    await button(first.page, "Start").click();
    await first.page.getByText("40 of 40").waitFor({ timeout: PATIENCE });
    await idle(first.page);
    const reached = await dice(first.page);
    expect(reached).toBeGreaterThan(0.8);
    const seen = await predictions(first.page);
    expect(seen).toHaveLength(2);

    const file = join(folder, "weights.safetensors");
    const [download] = await Promise.all([
      first.page.waitForEvent("download"),
      button(first.page, "Save weights").click(),
    ]);
    expect(download.suggestedFilename()).toBe("unet-diceCrossEntropyLoss-40.safetensors");
    await download.saveAs(file);
    expect(first.complaints).toEqual([]);
    await first.close();

    // Another visit, with another network asked for: the file brings its own.
    const second = await open(`${SMALL},depth:2`);
    await second.page.getByLabel("Load weights").setInputFiles(file);
    await second.page.getByText("Weights of 40 steps, from weights.safetensors.").waitFor();
    await second.page.getByText("after 40 steps").waitFor({ timeout: PATIENCE });
    expect(await predictions(second.page)).toEqual(seen);
    expect(await dice(second.page)).toBe(reached);
    expect(await second.page.getByLabel("Levels", { exact: true }).inputValue()).toBe("3");
    await button(second.page, "Go on").click();
    await second.page.getByText("of 80").waitFor({ timeout: PATIENCE });
    await button(second.page, "Stop").click();
    await idle(second.page);

    const other = { name: "notes.safetensors", mimeType: "", buffer: Buffer.from("not weights at all") };
    await second.page.getByLabel("Load weights").setInputFiles(other);
    const refused = second.page.getByRole("alert");
    await refused.waitFor();
    expect(await refused.innerText()).toContain("notes.safetensors");
    expect(second.complaints).toEqual([]);
    await second.close();
  });

  test("stops after the step, goes on, and goes on while another view is shown", {
    timeout: 2 * PATIENCE,
  }, async () => {
    const { page, complaints, close } = await open(SMALL.replace("steps:40", "steps:9000"));
    await button(page, "Start").click();
    await page.getByText(/^[1-9]\d* of 9000$/).waitFor({ timeout: PATIENCE });
    expect(await page.getByLabel("Learning rate", { exact: true }).isDisabled()).toBe(true);
    await button(page, "Stop").click();
    await idle(page);
    const step = Number.parseInt(await fact(page, "Step"), 10);
    expect(step).toBeLessThan(9000);
    await button(page, "Go on").click();
    await page.locator('[data-state="running"]').waitFor();
    await page.getByRole("link", { name: "Learn", exact: true }).click();
    await page.getByText(`${step} of 9000`).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Train", exact: true }).click();
    await button(page, "Stop").click({ timeout: PATIENCE });
    await idle(page);
    expect(Number.parseInt(await fact(page, "Step"), 10)).toBeGreaterThan(step);
    // Another loss: the weights stay, the rest begins anew, and the page says so before.
    await page.getByRole("combobox", { name: "Loss" }).selectOption("focalTverskyLoss");
    await page.getByText("Go on keeps the weights, steps and curves begin anew").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test("learns from a folder of PNG pairs, and names the file that is wrong", {
    timeout: 2 * PATIENCE,
  }, async () => {
    const good = folderOfPairs(join(folder, "good"), 6);
    const wrong = folderOfPairs(join(folder, "wrong"), 3);
    rmSync(join(wrong, "masks/disc1.png"));
    const { page, complaints, close } = await open(
      "#/train?train=channels:4,depth:2,batch:2,steps:6,every:3",
    );
    await page.getByLabel("Kind").selectOption("files");
    await page.getByText("The files stay in this browser").waitFor();
    expect(await button(page, "Start").isDisabled()).toBe(true);
    await page.getByLabel("Choose a folder").setInputFiles(wrong);
    const problems = page.getByRole("alert");
    await problems.waitFor();
    expect(await problems.innerText()).toContain("wrong/images/disc1.png: no mask disc1.png in wrong/masks");
    await page.getByLabel("Choose a folder").setInputFiles(good);
    await page.getByText("6 pairs, grey").waitFor();
    await page.getByText("5 to learn from, 1 to measure on.").waitFor();
    await button(page, "Start").click();
    await page.getByText("6 of 6").waitFor({ timeout: PATIENCE });
    await idle(page);
    expect(await dice(page)).toBeGreaterThanOrEqual(0);
    expect(await problems.count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test("a link holds every setting, and a phone shows all of it", { timeout: PATIENCE }, async () => {
    const first = await open("#/train", 360);
    const chooser = first.page;
    await chooser.getByRole("combobox", { name: "Loss" }).selectOption("tverskyLoss");
    await chooser.getByText("Options", { exact: true }).click();
    await chooser.getByLabel("falsePositiveWeight", { exact: true }).fill("0.6");
    await chooser.getByLabel("falsePositiveWeight", { exact: true }).press("Tab");
    await chooser.getByLabel("Levels", { exact: true }).fill("2");
    await chooser.getByLabel("Levels", { exact: true }).press("Tab");
    await chooser.getByLabel("Optimiser").selectOption("rmsProp");
    await chooser.getByLabel("Mirror and turn").uncheck();
    await chooser.waitForURL(/turns/);
    expect(first.complaints).toEqual([]);
    const { hash } = new URL(chooser.url());
    await first.close();

    const { page, complaints, close } = await open(hash, 360);
    const chosen = async (label: string) => page.getByLabel(label, { exact: true }).inputValue();
    expect(await page.getByRole("combobox", { name: "Loss" }).inputValue()).toBe("tverskyLoss");
    expect(await chosen("falsePositiveWeight")).toBe("0.6");
    expect(await chosen("Levels")).toBe("2");
    expect(await chosen("Optimiser")).toBe("rmsProp");
    expect(await page.getByLabel("Mirror and turn").isChecked()).toBe(false);
    await page
      .getByRole("img", { name: /^Image of/ })
      .first()
      .waitFor();
    const [content, width] = (await page.evaluate(
      "[document.documentElement.scrollWidth, innerWidth]",
    )) as number[];
    expect(content).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await close();
  });
});
