import { expect, test } from "vitest";
import { diceLoss, setBackend, tensor } from "../../../src/index.ts";
import { logitsOfLevels, targetOf } from "../../../src/studio/subject/picture.ts";
import { drawSample } from "../../../src/studio/subject/samples.ts";
import { withChromium } from "../support/chromium.ts";
import { studioVisits } from "../support/studio-visits.ts";

const EXECUTORS = ["webgl2", "webgpu", "webasm", "cpu", "reference", "wasm"];
const SAMPLE = { name: "lesions", size: 64, seed: 7 } as const;
/** A GPU played by a program, on a machine with other work. */
const PATIENCE = { timeout: 60_000 };

async function truth(): Promise<number> {
  await setBackend("reference");
  const { width, height, mask, prediction } = drawSample(SAMPLE);
  const shape = [1, 1, height, width];
  return diceLoss(tensor(logitsOfLevels(prediction), shape), tensor(targetOf(mask), shape)).item();
}

withChromium("executors of the studio", () => {
  const studio = studioVisits({ gpu: true });

  test("each gives the value that Node computes, and says that it ran", { timeout: 300_000 }, async () => {
    const { page, complaints, close } = await studio.open("#/compare?sample=lesions-64-7&loss=diceLoss");
    const exact = await truth();
    const card = page.locator(".loss-card");
    await page.locator(".menu summary").click();
    for (const id of EXECUTORS) {
      await page.getByLabel("Executor").selectOption(id);
      await card.getByText(`ms on ${id}`).waitFor(PATIENCE);
      const value = Number(await card.locator("output").getAttribute("data-value"));
      expect(Math.abs(value - exact) / exact, id).toBeLessThan(id === "reference" ? 1e-12 : 1e-5);
    }
    await expect.poll(() => new URL(page.url()).hash).not.toContain("run=");
    expect(complaints).toEqual([]);
    await close();
  });

  test("a link brings its executor", async () => {
    const { page, close } = await studio.open("#/compare?sample=lesions-64-7&loss=diceLoss&run=webgl2");
    await page.getByText("ms on webgl2").waitFor(PATIENCE);
    await close();
  });

  test("the doctor tries each, and tells what it runs on", { timeout: 300_000 }, async () => {
    const { page, complaints, close } = await studio.open("#/compare?sample=lesions-64-7");
    await page.locator(".menu summary").click();
    await page.getByRole("button", { name: "What runs here?" }).click();
    const table = page.getByRole("table", { name: "What this browser runs" });
    await table.waitFor({ timeout: 240_000 });
    for (const id of EXECUTORS) {
      const row = table
        .getByRole("row")
        .filter({ has: page.getByRole("rowheader", { name: id, exact: true }) });
      expect(await row.getByRole("cell").first().textContent(), id).toMatch(/^runs/);
      expect(await row.getByRole("cell").last().textContent(), id).toMatch(/off by .*, first call \d+ ms/);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});
