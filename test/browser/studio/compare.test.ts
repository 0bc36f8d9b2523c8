/** Compare, used as a person would; what it shows is held against the reference executor in Node. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend } from "../../../src/index.ts";
import { decodePng } from "../../../src/io/png.ts";
import { encodePng } from "../../../src/io/png-encode.ts";
import { losses as catalogue } from "../../../src/losses/catalogue.ts";
import { changedSample, sampleOfText } from "../../../src/studio/state/picture-text.ts";
import { logitsOfLevels, type Picture, targetOf } from "../../../src/studio/subject/picture.ts";
import { DEFAULT_SAMPLE, drawSample } from "../../../src/studio/subject/samples.ts";
import { tensor } from "../../../src/tensor.ts";
import { grad } from "../../../src/transform/grad.ts";
import { withChromium } from "../support/chromium.ts";
import { studioVisits } from "../support/studio-visits.ts";
import type { Visit } from "../support/visit.ts";

/** Shared machines are slow at times; what is waited for comes, or never. */
const PATIENCE = { timeout: 30_000, interval: 100 };
const TOLERANCE = 1e-4;

const parametersOf = (page: Page) => new URLSearchParams(new URL(page.url()).hash.split("?")[1] ?? "");

/** The picture that the address tells. */
async function pictureOf(page: Page): Promise<Picture> {
  const parameters = parametersOf(page);
  const sample = drawSample(sampleOfText(parameters.get("sample") ?? "") ?? DEFAULT_SAMPLE);
  const { picture, unread } = await changedSample(
    { sample: null, prediction: parameters.get("prediction"), mask: parameters.get("mask") },
    sample,
  );
  expect(unread).toEqual([]);
  return picture;
}

type Options = Readonly<Record<string, unknown>>;

function reference(name: string, options: Options, { width, height, mask, prediction }: Picture) {
  const shape = [1, 1, height, width];
  const target = tensor(targetOf(mask), shape);
  const x = tensor(logitsOfLevels(prediction), shape);
  const f = (logits: typeof x) => catalogue[name](logits, target, options);
  return { value: f(x).item(), gradient: async () => grad(f)(x).data() };
}

async function outputs(page: Page): Promise<{ readonly name: string | null; readonly value: number }[]> {
  const found = await page
    .locator("output[data-value]")
    .evaluateAll((all) => all.map((one) => [one.getAttribute("data-loss"), one.getAttribute("data-value")]));
  return found.map(([name, value]) => ({ name, value: Number(value) }));
}

/** Largest relative difference of what is shown from what Node computes for `picture`, by default the address's. */
async function disagreement(page: Page, count: number, picture?: Picture, options: Options = {}) {
  const shown = await outputs(page);
  if (shown.length !== count) return Infinity;
  const given = picture ?? (await pictureOf(page));
  const differences = shown.map(async ({ name, value }) => {
    const right = await reference(String(name), options, given).value;
    return Math.abs(value - right) / Math.max(Math.abs(right), 1e-6);
  });
  return Math.max(...(await Promise.all(differences)));
}

const agrees = (page: Page, count = 2, picture?: Picture, options?: Options) =>
  expect.poll(() => disagreement(page, count, picture, options), PATIENCE).toBeLessThan(TOLERANCE);

const changes = (page: Page, name: "prediction" | "mask", before: string | null) =>
  expect.poll(() => parametersOf(page).get(name), PATIENCE).not.toBe(before);

const paintMap = (page: Page): Locator => page.getByRole("application");
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

/** A stroke across the map, by shares of its sides. */
async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]) {
  await paintMap(page).scrollIntoViewIfNeeded();
  const box = await paintMap(page).boundingBox();
  if (box === null) throw new Error("the map is not there");
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  return () => page.mouse.up();
}

const png = (name: string, width: number, height: number, data: Uint8Array, channels = 1) => ({
  name,
  mimeType: "image/png",
  buffer: Buffer.from(encodePng({ width, height, channels, data })),
});

withChromium("the studio's Compare", () => {
  let visitor: Visit;
  let page: Page;

  const studio = studioVisits({ gpu: false });
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("auto"));

  async function open(hash: string, width?: number) {
    visitor = await studio.open(hash, width);
    page = visitor.page;
    await page.locator("output[data-value]").first().waitFor();
  }

  async function leave() {
    await visitor.close();
    expect(visitor.complaints).toEqual([]);
  }

  describe("painting", () => {
    test("by mouse changes the values while the pointer moves; erase, undo and redo", async () => {
      await open("#/compare?sample=disc-64-1");
      await agrees(page);
      const start = await outputs(page);
      const lift = await drag(page, [0.1, 0.2], [0.9, 0.2]);
      // The pointer is still down, and the address knows nothing yet.
      await expect.poll(() => outputs(page), PATIENCE).not.toEqual(start);
      expect(parametersOf(page).get("prediction")).toBeNull();
      await lift();
      await changes(page, "prediction", null);
      await agrees(page);
      const painted = parametersOf(page).get("prediction");
      const { prediction } = await pictureOf(page);
      expect(prediction[Math.floor(0.2 * 64) * 64 + 32]).toBe(Math.round(0.9 * 255));

      await page.getByRole("checkbox", { name: "Erase" }).check();
      await (await drag(page, [0.3, 0.2], [0.7, 0.2]))();
      await changes(page, "prediction", painted);
      await agrees(page);
      expect((await pictureOf(page)).prediction[Math.floor(0.2 * 64) * 64 + 32]).toBe(0);

      await button(page, "Undo").click();
      await expect.poll(() => parametersOf(page).get("prediction"), PATIENCE).toBe(painted);
      await page.keyboard.press("Control+z");
      await changes(page, "prediction", painted);
      expect(parametersOf(page).get("prediction")).toBeNull();
      await expect.poll(() => outputs(page), PATIENCE).toEqual(start);
      await expect.poll(() => button(page, "Undo").isDisabled(), PATIENCE).toBe(true);
      await page.keyboard.press("Control+Shift+z");
      await expect.poll(() => parametersOf(page).get("prediction"), PATIENCE).toBe(painted);
      await agrees(page);
      await leave();
    }, 180_000);

    test("by keyboard: arrows move, Space paints, both draw; the pixel is explained", async () => {
      await open("#/compare?sample=disc-64-1");
      await agrees(page);
      await paintMap(page).focus();
      await page.keyboard.press("Shift+ArrowUp");
      await page.keyboard.press("Shift+ArrowUp");
      await page.keyboard.press("Shift+ArrowUp");
      const line = page.getByRole("status", { name: "Pixel" });
      await expect.poll(() => line.textContent(), PATIENCE).toContain("x 32, y 8");
      await page.keyboard.press("Space");
      await changes(page, "prediction", null);
      await agrees(page);
      expect((await pictureOf(page)).prediction[8 * 64 + 32]).toBe(Math.round(0.9 * 255));
      await expect.poll(() => line.textContent(), PATIENCE).toContain("p = 0.902");
      const dab = parametersOf(page).get("prediction");
      await page.keyboard.down("Enter");
      for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.up("Enter");
      await changes(page, "prediction", dab);
      await agrees(page);
      expect((await pictureOf(page)).prediction[8 * 64 + 50]).toBe(Math.round(0.9 * 255));
      await page.keyboard.press("Control+z");
      await expect.poll(() => parametersOf(page).get("prediction"), PATIENCE).toBe(dab);
      await leave();
    }, 180_000);

    test("on the mask, and edits of it", async () => {
      await open("#/compare?sample=disc-64-1");
      await page.getByText("Mask", { exact: true }).first().click();
      await (await drag(page, [0.05, 0.1], [0.95, 0.1]))();
      await changes(page, "mask", null);
      await agrees(page);
      const { mask, prediction } = await pictureOf(page);
      expect(new Set(mask)).toEqual(new Set([0, 255]));
      expect(mask[6 * 64 + 32]).toBe(255);
      expect(prediction).toEqual(drawSample({ name: "disc", size: 64, seed: 1 }).prediction);
      const drawn = parametersOf(page).get("mask");
      await button(page, "Shrink").click();
      await changes(page, "mask", drawn);
      await agrees(page);
      expect((await pictureOf(page)).mask.filter((level) => level > 0).length).toBeLessThan(
        mask.filter((level) => level > 0).length,
      );
      await leave();
    }, 180_000);

    test("every edit changes the prediction to what Node has the values of, and can be undone", async () => {
      await open("#/compare?sample=disc-64-1");
      for (const name of ["Noise", "Blur", "Shift", "Grow", "Shrink", "Cut", "Fill"]) {
        await button(page, name).click();
        await changes(page, "prediction", null);
        await agrees(page);
        await button(page, "Undo").click();
        await expect.poll(() => parametersOf(page).get("prediction"), PATIENCE).toBeNull();
      }
      await page.getByRole("slider", { name: "Cut: probability" }).fill("0.3");
      await button(page, "Cut").click();
      await changes(page, "prediction", null);
      const { prediction } = await pictureOf(page);
      const sample = drawSample({ name: "disc", size: 64, seed: 1 });
      expect(prediction).toEqual(sample.prediction.map((level) => (level >= 0.3 * 255 ? 255 : 0)));
      await leave();
    }, 180_000);
  });

  describe("files", () => {
    const side = 48;
    const mask = Uint8Array.from({ length: side * side }, (_, i) => (i % side < 20 ? 255 : 0));
    const prediction = Uint8Array.from({ length: side * side }, (_, i) => (i * 7) % 256);
    const picture: Picture = { width: side, height: side, mask, prediction };

    test("a PNG pair is opened, and saved as it was; a pair that does not fit is refused", async () => {
      await open("#/compare?sample=disc-64-1");
      await page.getByText("Open and save").click();
      const field = (name: string) => page.getByLabel(name, { exact: true }).and(page.locator("[type=file]"));
      await field("Mask").setInputFiles(png("m.png", side, side, mask));
      await field("Prediction").setInputFiles(png("wide.png", 50, 48, new Uint8Array(2400)));
      const alert = page.getByRole("alert");
      await expect
        .poll(() => alert.allTextContents(), PATIENCE)
        .toEqual(["wide.png is 50 x 48 pixels, expected 48 x 48 pixels, as m.png is"]);
      // What was there is still there.
      await agrees(page);
      const colors = Uint8Array.from({ length: 3 * side * side }, (_, i) => (i % 3) * 90);
      await field("Prediction").setInputFiles(png("rgb.png", side, side, colors, 3));
      await expect
        .poll(() => alert.allTextContents(), PATIENCE)
        .toEqual([expect.stringMatching(/^rgb\.png has colours, expected a grey map/)]);
      await field("Prediction").setInputFiles(png("p.png", side, side, prediction));
      await expect.poll(() => alert.count(), PATIENCE).toBe(0);
      await agrees(page, 2, picture);
      await expect.poll(() => parametersOf(page).has("sample"), PATIENCE).toBe(false);
      expect(await page.getByText("The link does not hold m.png and p.png").count()).toBe(1);

      for (const [layer, levels] of Object.entries({ prediction, mask })) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          button(page, `Save ${layer}`).click(),
        ]);
        expect(download.suggestedFilename()).toBe(`${layer}.png`);
        expect(decodePng(readFileSync(await download.path())).data).toEqual(levels);
      }
      await leave();
    }, 180_000);
  });

  describe("losses", () => {
    test("four at once, one taken away, another in its place", async () => {
      await open("#/compare?sample=disc-64-1");
      for (let i = 0; i < 2; i++) await page.getByRole("button", { name: "Add a loss" }).click();
      await agrees(page, 4);
      expect(await page.getByRole("button", { name: "Add a loss" }).count()).toBe(0);
      expect(parametersOf(page).getAll("loss")).toHaveLength(4);
      await page.getByLabel("Loss 3").selectOption("tverskyLoss");
      await expect.poll(async () => (await outputs(page))[2]?.name, PATIENCE).toBe("tverskyLoss");
      await agrees(page, 4);
      await page.getByRole("button", { name: "Remove Dice" }).click();
      await agrees(page, 3);
      expect((await outputs(page)).map(({ name }) => name)).not.toContain("diceLoss");
      await leave();
    }, 180_000);

    test("a number beyond the slider can be typed, down to small ones; one that is not set is empty", async () => {
      await open("#/compare?sample=disc-64-1&loss=regionMutualInformationLoss");
      await page.getByText("Options", { exact: true }).click();
      const epsilon = page.getByLabel("epsilon", { exact: true });
      await epsilon.fill("0.002");
      await epsilon.press("Enter");
      await expect.poll(() => parametersOf(page).get("loss"), PATIENCE).toContain('{"epsilon":0.002}');
      await leave();
      await open("#/compare?sample=disc-64-1&loss=focalLoss");
      await page.getByText("Options", { exact: true }).click();
      const gamma = page.getByLabel("gamma", { exact: true });
      await gamma.fill("25");
      await gamma.press("Enter");
      await expect.poll(() => parametersOf(page).get("loss"), PATIENCE).toContain('{"gamma":25}');
      await leave();
      await open("#/compare?sample=disc-64-1&loss=diceLoss");
      await page.getByText("Options", { exact: true }).click();
      const smooth = page.getByLabel("smoothNumerator", { exact: true });
      expect(await smooth.inputValue()).toBe("");
      for (const [typed, kept] of [
        ["0", '{"smoothNumerator":0}'],
        ["", "diceLoss"],
      ]) {
        await smooth.fill(typed);
        await smooth.press("Enter");
        await expect.poll(() => parametersOf(page).get("loss"), PATIENCE).toMatch(new RegExp(`${kept}$`));
      }
      await leave();
    }, 120_000);

    test("options are those of the catalogue, and change value and address", async () => {
      await open("#/compare?sample=disc-64-1&loss=focalLoss");
      await agrees(page, 1);
      await page.getByText("Options", { exact: true }).click();
      await page.getByLabel("gamma", { exact: true }).fill("4.5");
      await page.keyboard.press("Tab");
      await expect.poll(() => parametersOf(page).get("loss"), PATIENCE).toBe('focalLoss:{"gamma":4.5}');
      await agrees(page, 1, undefined, { gamma: 4.5 });
      await leave();
    }, 120_000);

    test("one that refuses says why, and the others go on", async () => {
      await open('#/compare?sample=disc-64-1&loss=diceLoss&loss=focalLoss:{"gamma":-1}');
      await expect
        .poll(() => page.getByRole("alert").allTextContents(), PATIENCE)
        .toEqual([expect.stringContaining("gamma")]);
      await agrees(page, 1);
      await leave();
    }, 120_000);

    test("maps of one scale share its ends; each own scale is another", async () => {
      await open("#/compare?sample=disc-64-1");
      const ends = () => page.locator("figcaption.scale[title]").allTextContents();
      await expect.poll(async () => new Set(await ends()).size, PATIENCE).toBe(2);
      await page.getByText("shared scale").click();
      await expect.poll(async () => new Set(await ends()).size, PATIENCE).toBe(1);
      await expect.poll(() => parametersOf(page).get("scale"), PATIENCE).toBe("shared");
      await leave();
    }, 120_000);

    test("the pixel under the pointer is explained on every loss, from any map", async () => {
      await open("#/compare?sample=disc-64-1");
      await agrees(page);
      const map = page.getByRole("img", { name: /^Gradient of Dice/ });
      await map.hover();
      const line = page.getByRole("status", { name: "Pixel" });
      await expect.poll(() => line.textContent(), PATIENCE).toMatch(/x 3[12], y 3[12].*target 1/);
      const at = /x (\d+), y (\d+)/.exec((await line.textContent()) as string) as RegExpExecArray;
      const index = 64 * Number(at[2]) + Number(at[1]);
      const picture = await pictureOf(page);
      const pulls = page.locator("[data-gradient]");
      expect(await pulls.count()).toBe(2);
      for (const [i, name] of ["binaryCrossEntropyLoss", "diceLoss"].entries()) {
        const gradient = await reference(name, {}, picture).gradient();
        const shown = Number(await pulls.nth(i).getAttribute("data-gradient"));
        expect(Math.abs(shown - gradient[index]) / Math.abs(gradient[index])).toBeLessThan(TOLERANCE);
        const total = Array.from(gradient).reduce((sum, x) => sum + Math.abs(x), 0);
        const words = (await pulls.nth(i).textContent()) as string;
        const share = Number(/([\d.]+) %/.exec(words)?.[1]) / 100;
        expect(share / (Math.abs(gradient[index]) / total)).toBeCloseTo(1, 1);
        expect(words).toContain("descent raises p, towards the target");
      }
      // The same pixel is marked on the maps of both losses, and under the brush.
      expect(await page.locator("rect.pixel").count()).toBe(2);
      expect(await page.locator("circle.brush").count()).toBe(1);
      await leave();
    }, 120_000);
  });

  describe("links", () => {
    test("a reload shows the same; another link and the way back show theirs", async () => {
      await open('#/compare?sample=cells-64-2&by=probabilities&loss=diceLoss&loss=focalLoss:{"gamma":3}');
      await (await drag(page, [0.2, 0.3], [0.8, 0.7]))();
      await changes(page, "prediction", null);
      const before = await outputs(page);
      const address = page.url();
      await page.reload();
      await expect.poll(() => outputs(page), PATIENCE).toEqual(before);
      expect(page.url()).toBe(address);

      await page.evaluate('location.hash = "#/compare?sample=disc-64-9&loss=binaryCrossEntropyLoss"');
      await agrees(page, 1);
      expect(parametersOf(page).get("sample")).toBe("disc-64-9");
      await page.goBack();
      await expect.poll(() => outputs(page), PATIENCE).toEqual(before);
      await leave();
    }, 180_000);

    test("a damaged link says so, and shows the sample", async () => {
      await open("#/compare?sample=disc-64-1&prediction=abc");
      await expect.poll(() => page.getByText("The link is damaged").count(), PATIENCE).toBe(1);
      await agrees(page, 2, drawSample({ name: "disc", size: 64, seed: 1 }));
      await leave();
    }, 120_000);

    test("what is too much for a link is not in it, and the page says so", async () => {
      await open("#/compare?sample=disc-256-1");
      await page.getByRole("slider", { name: "Noise: deviation" }).fill("0.5");
      await button(page, "Noise").click();
      await expect.poll(() => page.getByText("too much for a link").count(), PATIENCE).toBe(1);
      expect(parametersOf(page).get("prediction")).toBeNull();
      await button(page, "Undo").click();
      await expect.poll(() => page.getByText("too much for a link").count(), PATIENCE).toBe(0);
      await agrees(page);
      await leave();
    }, 120_000);
  });

  test("a phone shows one column, and nothing sideways", async () => {
    await open("#/compare?sample=disc-64-1&loss=binaryCrossEntropyLoss&loss=diceLoss&loss=focalLoss", 360);
    await agrees(page, 3);
    await page.getByText("Open and save").click();
    for (const summary of await page.getByText("Options", { exact: true }).all()) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    const lefts = await page
      .locator(".panel")
      .evaluateAll((all) => all.map((panel) => Math.round(panel.getBoundingClientRect().left)));
    expect(new Set(lefts).size).toBe(1);
    await leave();
  }, 120_000);
});
