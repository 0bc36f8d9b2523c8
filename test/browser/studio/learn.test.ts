import { expect, test } from "vitest";
import { losses } from "../../../src/losses/catalogue.ts";
import { withChromium } from "../support/chromium.ts";
import { studioVisits } from "../support/studio-visits.ts";
import type { Visit } from "../support/visit.ts";

withChromium("Learn", () => {
  const studio = studioVisits({ gpu: false });

  const { open } = studio;

  /** What every visit ends with. */
  async function leave({ complaints, remarks, requests, close }: Visit): Promise<void> {
    expect([...complaints, ...remarks]).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(studio.address))).toEqual([]);
    await close();
  }

  /** Whether nothing stands out to the right of the window. */
  const fits = ({ page }: Visit) =>
    page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");

  test("shows every loss once, by family", async () => {
    const reader = await open("#/learn");
    const { page } = reader;
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.locator(".loss-link").count()).toBe(Object.keys(losses).length);
    expect(await page.title()).toBe("Learn - segtape studio");
    await page.getByRole("button", { name: /^Boundaries/ }).click();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Boundaries");
    await leave(reader);
  });

  test("finds losses while one types, and keeps the search in the address", async () => {
    const reader = await open("#/learn");
    const { page } = reader;
    const words = page.waitForResponse(/words\.json$/);
    await page.getByLabel("Find a loss").fill("lovasz");
    await words;
    await page.getByText("2 of 70 fit").waitFor();
    expect(await page.locator(".loss-link b").allTextContents()).toEqual(["Lovász hinge", "Lovász-softmax"]);
    await page.getByLabel("Find a loss").fill("FocalTversky_loss");
    await page.getByText("1 of 70 fits").waitFor();
    await page.waitForURL(/find=FocalTversky_loss/);
    const other = await open(new URL(page.url()).hash);
    await other.page.getByText("1 of 70 fits").waitFor();
    await leave(other);
    await page.getByLabel("Find a loss").fill("no such words");
    await page.getByText("No loss has all of these words.").waitFor();
    await leave(reader);
  });

  test("a link to a loss shows its formula, source, options and curves", async () => {
    const reader = await open("#/learn/focalTverskyLoss");
    const { page } = reader;
    await page.locator(".formula .katex-html").waitFor();
    expect(await page.title()).toBe("Focal Tversky - Learn - segtape studio");
    expect(await page.locator(".formula .source").textContent()).toContain("Abraham and Khan 2018, eq. 4");
    // Typeset in its own fonts, which have arrived.
    await page.evaluate("document.fonts.ready");
    expect(await page.evaluate("document.fonts.check('16px KaTeX_Math')")).toBe(true);
    for (const heading of [
      "What it is",
      "When to use it",
      "What to mind",
      "Options",
      "In code",
      "Related losses",
    ])
      expect(await page.getByRole("heading", { name: heading, exact: true }).count(), heading).toBe(1);
    expect(await page.getByRole("row", { name: /falseNegativeWeight.*0\.7/ }).count()).toBe(1);
    await page
      .getByRole("img", { name: "Focal Tversky: gradient against the predicted probability" })
      .waitFor();
    expect(await page.locator(".chart path").count()).toBe(4);
    await leave(reader);
  });

  test("goes from loss to loss, tells where one is, and comes back to the card", async () => {
    const reader = await open("#/learn?by=probabilities");
    const { page } = reader;
    await page.locator("#card-focalTverskyLoss").click();
    await page.waitForURL(/#\/learn\/focalTverskyLoss\?by=probabilities$/);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Focal Tversky");
    await page.locator(".prose a", { hasText: "tverskyLoss" }).first().click();
    // What the address remembers goes along.
    await page.waitForURL(/#\/learn\/tverskyLoss\?by=probabilities$/);
    await page.getByRole("heading", { level: 1, name: "Tversky" }).waitFor();
    await page.locator("h1:focus").waitFor();
    expect(await page.evaluate("scrollY")).toBe(0);
    await page.getByRole("link", { name: "All losses" }).click();
    await page.locator("#card-tverskyLoss:focus").waitFor();
    await page.goBack();
    await expect.poll(() => page.title()).toBe("Tversky - Learn - segtape studio");
    await leave(reader);
  });

  test.each([
    ["Try in Compare", "compare"],
    ["Descend with it", "descend"],
  ])("%s sets the loss, with the options it had", async (label, view) => {
    const given = encodeURIComponent('focalTverskyLoss:{"gamma":2}');
    const reader = await open(`#/learn/focalTverskyLoss?loss=diceLoss&loss=${given}`);
    const { page } = reader;
    await page.getByRole("link", { name: label }).click();
    await page.waitForURL(new RegExp(`#/${view}`));
    const chosen = new URLSearchParams(page.url().split("?")[1]).getAll("loss");
    expect(chosen).toEqual(['focalTverskyLoss:{"gamma":2}']);
    await page.waitForLoadState("networkidle");
    await leave(reader);
  });

  test("a name that is no loss is told so", async () => {
    const reader = await open("#/learn/constructor");
    await reader.page.getByRole("heading", { name: "No loss of this name" }).waitFor();
    await reader.page.getByRole("link", { name: "All losses" }).click();
    await reader.page.getByLabel("Find a loss").waitFor();
    await leave(reader);
  });

  test("the list at the side leads on by keys", async () => {
    const reader = await open("#/learn/diceLoss");
    const { page } = reader;
    const current = page.locator(".contents [aria-current]");
    await current.waitFor();
    expect(await current.textContent()).toBe("Dice");
    await current.focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#\/learn\/(?!diceLoss)\w+/);
    await leave(reader);
  });

  test("fits a phone; a long formula scrolls within itself", async () => {
    const reader = await open("#/learn", 360);
    const { page } = reader;
    await page.locator(".loss-link").first().waitFor();
    expect(await fits(reader)).toBe(true);
    const longest = Object.values(losses)
      .sort((a, b) => b.latex.length - a.latex.length)
      .slice(0, 5);
    let scrolled = 0;
    for (const { name } of longest) {
      await page.evaluate(`location.hash = "#/learn/${name}"`);
      await page.locator(`.lesson h1 + p code:text-is("${name}")`).waitFor();
      await page.locator(".formula .katex-html").waitFor();
      await page.locator("details.shared-options summary").click();
      expect(await fits(reader), name).toBe(true);
      if (
        await page.evaluate(
          "(({scrollWidth, clientWidth}) => scrollWidth > clientWidth)(document.querySelector('.formula-scroll'))",
        )
      )
        scrolled++;
    }
    expect(scrolled).toBeGreaterThan(0);
    await leave(reader);
  });

  test("a page whose text is missing says so and stays usable", async () => {
    const { page, close } = await open("#/learn");
    await page.route("**/learn/diceLoss.json", (route) => route.fulfill({ status: 404, body: "" }));
    await page.locator("#card-diceLoss").click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("could not be loaded: diceLoss.json");
    expect(await page.getByRole("link", { name: "Try in Compare" }).count()).toBe(1);
    await close();
  });
});
