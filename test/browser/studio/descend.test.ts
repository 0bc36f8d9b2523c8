/** Descend as a person uses it: play, pause, step, look back, begin again, pass a link on. */
import type { Locator, Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { losses as catalogue } from "../../../src/losses/catalogue.ts";
import { logitsOfLevels, targetOf } from "../../../src/studio/subject/picture.ts";
import { drawSample, STARTS } from "../../../src/studio/subject/samples.ts";
import { evaluate, tensor } from "../../../src/tensor.ts";
import { valueAndGrad } from "../../../src/transform/grad.ts";
import { withChromium } from "../support/chromium.ts";
import { studioVisits } from "../support/studio-visits.ts";
import type { Visit } from "../support/visit.ts";

// A software GPU on a busy machine draws a few frames a second.
vi.setConfig({ testTimeout: 180_000 });

const PATIENT = { timeout: 60_000 };
const SIDE = 64;
const PIXELS = SIDE * SIDE;

type Rule = (logits: Float64Array, gradient: Float64Array, step: number) => Float64Array;

/** Plain descent: value of a loss after some steps from a start, by nothing but its gradient and a formula. */
async function descended(name: string, start: string, steps: number, rule: Rule): Promise<number> {
  const picture = drawSample({ name: "disc", size: SIDE, seed: 1 });
  const target = tensor(targetOf(picture.mask), [1, 1, SIDE, SIDE]);
  let logits: Float64Array = Float64Array.from(logitsOfLevels(STARTS[start].of(picture)));
  for (let step = 1; ; step++) {
    const { value, grad } = valueAndGrad((x) => catalogue[name](x, target))(
      tensor(logits, [1, 1, SIDE, SIDE]),
    );
    await evaluate(value, grad);
    if (step > steps) return value.item();
    logits = rule(logits, Float64Array.from(await grad.data()), step);
  }
}

const plainSteps =
  (rate: number): Rule =>
  (logits, gradient) =>
    logits.map((x, i) => x - rate * PIXELS * gradient[i]);

/** Adam of the paper; each rule remembers its own means. */
function adamSteps(rate: number): Rule {
  const [mean, square] = [new Float64Array(PIXELS), new Float64Array(PIXELS)];
  return (logits, gradient, step) =>
    logits.map((x, i) => {
      const pull = PIXELS * gradient[i];
      mean[i] = 0.9 * mean[i] + 0.1 * pull;
      square[i] = 0.999 * square[i] + 0.001 * pull * pull;
      const [m, v] = [mean[i] / (1 - 0.9 ** step), square[i] / (1 - 0.999 ** step)];
      return x - (rate * m) / (Math.sqrt(v) + 1e-8);
    });
}

const numberOf = async (place: Locator, attribute: string): Promise<number> =>
  Number(await place.getAttribute(attribute, PATIENT));
const card = (page: Page, title: string): Locator => page.getByRole("region", { name: title, exact: true });
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const lossOf = (page: Page, title: string) =>
  numberOf(card(page, title).locator("[data-value]"), "data-value");
const diceOf = (page: Page, title: string) => numberOf(card(page, title).locator("[data-dice]"), "data-dice");
const stepOf = (page: Page) => numberOf(page.locator("output.step"), "data-step");
/** Waits until the page has drawn this step. */
const untilStep = (page: Page, step: number) =>
  page.locator(`output.step[data-step="${step}"]`).waitFor(PATIENT);

withChromium("Descend", () => {
  const studio = studioVisits({ gpu: true });

  const open = async (query: string, width?: number): Promise<Visit> => {
    const there = await studio.open(`#/descend?sample=disc-64-1&${query}`, width);
    await there.page.locator(".maps canvas").first().waitFor(PATIENT);
    return there;
  };

  test("plays until Dice is above 0.95, pauses, and starts again", async () => {
    const { page, complaints, close } = await open("start=undecided&rate=0.05&pace=60");
    const first = await lossOf(page, "Dice");
    await button(page, "Play").click();
    const dice = () => Promise.all([diceOf(page, "Binary cross entropy"), diceOf(page, "Dice")]);
    await expect.poll(async () => Math.min(...(await dice())), PATIENT).toBeGreaterThan(0.95);
    await button(page, "Pause").click();
    await button(page, "Play").waitFor(PATIENT);
    const reached = await stepOf(page);
    expect(reached).toBeGreaterThan(0);
    expect(await lossOf(page, "Dice")).toBeLessThan(first);
    // Paused is paused.
    await page.waitForTimeout(300);
    expect(await stepOf(page)).toBe(reached);
    const row = page.getByRole("row", { name: /^Dice/ });
    expect(Number(await row.getByRole("cell").nth(2).innerText())).toBeGreaterThan(0);
    await button(page, "Start again").click();
    await untilStep(page, 0);
    expect(await lossOf(page, "Dice")).toBe(first);
    // Who leaves, pauses.
    await button(page, "Play").click();
    await expect.poll(() => stepOf(page), PATIENT).toBeGreaterThan(0);
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await page.getByRole("heading", { name: "Compare losses" }).waitFor({ ...PATIENT, state: "attached" });
    await page.getByRole("link", { name: "Descend", exact: true }).click();
    await untilStep(page, 0);
    await button(page, "Play").waitFor(PATIENT);
    expect(await lossOf(page, "Dice")).toBe(first);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(["wasm", "webgl2", "webgpu"])(
    "steps on %s agree with a descent in Node by gradient and formula",
    async (executor) => {
      const { page, complaints, close } = await open(`start=nothing&rate=0.3&run=${executor}`);
      const expectAgreement = async (steps: number, rule: () => Rule) => {
        for (const [title, name] of [
          ["Binary cross entropy", "binaryCrossEntropyLoss"],
          ["Dice", "diceLoss"],
        ]) {
          const wanted = await descended(name, "nothing", steps, rule());
          expect((await lossOf(page, title)) / wanted).toBeCloseTo(1, 4);
        }
      };
      await expectAgreement(0, () => plainSteps(0.3));
      await button(page, "Step").click();
      await untilStep(page, 1);
      await expectAgreement(1, () => plainSteps(0.3));
      await button(page, "10 steps").click();
      await untilStep(page, 11);
      await expectAgreement(11, () => plainSteps(0.3));
      await page.getByLabel("Optimiser", { exact: true }).selectOption("adam");
      await untilStep(page, 0);
      await button(page, "10 steps").click();
      await untilStep(page, 10);
      await expectAgreement(10, () => adamSteps(0.1));
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test("a reload from the link gives the same settings", async () => {
    const { page, complaints, close } = await open("");
    await page.getByLabel("Start from").selectOption("everything");
    await page.getByLabel("Optimiser", { exact: true }).selectOption("momentum");
    await page.getByText("More options of the optimiser").click();
    await page.getByLabel("momentum", { exact: true }).fill("0.5");
    await page.keyboard.press("Enter");
    await page.getByLabel("Learning rate", { exact: true }).fill("0.07");
    await page.keyboard.press("Enter");
    await page.getByLabel("Speed").selectOption("5");
    await page.getByText("change", { exact: true }).click();
    await button(page, "Add a loss").click();
    const seen = async () => ({
      start: await page.getByLabel("Start from").inputValue(),
      optimizer: await page.getByLabel("Optimiser", { exact: true }).inputValue(),
      rate: await page.getByLabel("Learning rate", { exact: true }).inputValue(),
      pace: await page.getByLabel("Speed").inputValue(),
      losses: await page.locator(".descend-card").count(),
      map: await page.getByRole("img", { name: "Change of the prediction of Dice" }).count(),
      value: await lossOf(page, "Dice"),
    });
    await page.getByRole("img", { name: "Change of the prediction of Focal" }).waitFor(PATIENT);
    const before = await seen();
    expect(before).toMatchObject({
      start: "everything",
      optimizer: "momentum",
      rate: "0.07",
      pace: "5",
      losses: 3,
    });
    await expect.poll(() => decodeURIComponent(page.url()), PATIENT).toContain('momentum:{"momentum":0.5}');
    await expect.poll(() => page.url(), PATIENT).toContain("focalLoss");
    await page.reload();
    await page.getByRole("img", { name: "Change of the prediction of Focal" }).waitFor(PATIENT);
    expect(await seen()).toEqual(before);
    await page.getByText("More options of the optimiser").click();
    expect(await page.getByLabel("momentum", { exact: true }).inputValue()).toBe("0.5");
    expect(complaints).toEqual([]);
    await close();
  });

  test("four losses at phone width; one that refuses the picture does not keep the others from going on", async () => {
    const losses = ["binaryCrossEntropyLoss", "msSsimLoss", "diceLoss", "boundaryLoss"];
    const { page, complaints, close } = await open(losses.map((name) => `loss=${name}`).join("&"), 360);
    await button(page, "10 steps").click();
    await untilStep(page, 10);
    expect(await page.locator(".descend-card").count()).toBe(4);
    expect(await card(page, "Multi-scale SSIM").getByRole("alert").innerText()).toContain("[64, 64]");
    expect(await diceOf(page, "Boundary")).toBeGreaterThan(0);
    expect(await button(page, "Add a loss").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(complaints).toEqual([]);
    await close();
  });

  test("by keys alone: play, pause, and back to an earlier step", async () => {
    const { page, complaints, close } = await open("start=nothing&pace=60");
    await button(page, "Play").focus();
    await page.keyboard.press("Space");
    await expect.poll(() => stepOf(page), PATIENT).toBeGreaterThan(5);
    await page.keyboard.press("Space");
    await button(page, "Play").waitFor(PATIENT);
    const newest = await stepOf(page);
    const now = await lossOf(page, "Binary cross entropy");
    await page.getByLabel("Look back at an earlier step").focus();
    await page.keyboard.press("Home");
    await page.getByText(`Step 0 of ${newest}`).waitFor(PATIENT);
    expect(await lossOf(page, "Binary cross entropy")).toBeGreaterThan(now);
    await page.keyboard.press("End");
    await page.getByText(`Step ${newest}`, { exact: true }).waitFor(PATIENT);
    expect(await lossOf(page, "Binary cross entropy")).toBe(now);
    expect(complaints).toEqual([]);
    await close();
  });

  test("says where it stalls, and stops with an explanation where numbers end", async () => {
    // From "everything", Dice has next to no gradient: the sigmoid is flat there.
    const stalled = await open("start=everything&loss=diceLoss&pace=0&rate=0.01");
    await button(stalled.page, "10 steps").click();
    await untilStep(stalled.page, 10);
    await button(stalled.page, "10 steps").click();
    await untilStep(stalled.page, 20);
    expect(await card(stalled.page, "Dice").locator(".standing").innerText()).toMatch(/^Stalled: .*sigmoid/s);
    expect(stalled.complaints).toEqual([]);
    await stalled.close();
    // Each step takes five times every logit from it: they grow until float32 ends.
    const decay = encodeURIComponent('sgd:{"weightDecay":0.5}');
    const grown = await open(`loss=binaryCrossEntropyLoss&optimizer=${decay}&rate=10&pace=0`);
    await button(grown.page, "Play").click();
    const alert = card(grown.page, "Binary cross entropy").getByRole("alert");
    expect(await alert.innerText(PATIENT)).toMatch(/at step \d+.*smaller learning rate/s);
    // Nothing is left to go on with.
    await button(grown.page, "Play").waitFor(PATIENT);
    expect(grown.complaints).toEqual([]);
    await grown.close();
  });
});
