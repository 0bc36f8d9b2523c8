/** Write, as a person uses it: a loss typed, mended, stopped, passed on. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test, vi } from "vitest";
import * as segtape from "../../../src/index.ts";
import { logitsOfLevels, probabilitiesOf, targetOf } from "../../../src/studio/subject/picture.ts";
import { DEFAULT_SAMPLE, drawSample } from "../../../src/studio/subject/samples.ts";
import { EXAMPLES } from "../../../src/studio/views/write/examples/index.ts";
import { withChromium } from "../support/chromium.ts";
import { studioVisits } from "../support/studio-visits.ts";
import type { Visit } from "../support/visit.ts";

const SQUARES = `export default function loss(prediction, target) {
  const wrong = prediction.sigmoid().sub(target);
  return wrong.square().mean();
}
`;

/** Replaces the whole code, as by pasting. */
async function paste(page: Page, code: string): Promise<void> {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(code);
}

/** The machine may be busy. */
const PATIENT = { timeout: 60_000 };

const VALUE = "output[data-value]";

/** The value shown, once it differs from the one before. */
async function valueAfter(page: Page, act: () => Promise<void>): Promise<number> {
  const read = () => page.locator(".write-result output").getAttribute("data-value");
  const before = await read();
  await act();
  // The page's policy lets no text become code, which waiting for a function would need.
  await expect.poll(read, PATIENT).not.toBeOneOf([before, null]);
  return Number(await read());
}

const troubleOf = async (page: Page) => {
  const note = page.locator(".write-trouble");
  await note.waitFor(PATIENT);
  return { text: await note.innerText(), line: await note.getAttribute("data-line") };
};

/** Waits for a trouble whose text fits. */
async function troubleAfter(
  page: Page,
  code: string,
  text: string,
): Promise<{ text: string; line: string | null }> {
  await paste(page, code);
  await page.locator(".write-trouble", { hasText: text }).waitFor(PATIENT);
  return troubleOf(page);
}

/** What a loss of this code says in Node of the picture that the studio begins with. */
async function valueInNode(code: string, by: "logits" | "probabilities" = "logits"): Promise<number> {
  const body = code
    .replace(/import (\{[^}]*\}) from "segtape";/, "const $1 = segtape;")
    .replace("export default function", "return function");
  const loss = new Function("segtape", body)(segtape) as (
    prediction: segtape.Tensor,
    target: segtape.Tensor,
  ) => segtape.Tensor;
  const { width, height, mask, prediction } = drawSample(DEFAULT_SAMPLE);
  const shape = [1, 1, height, width];
  const levels = by === "logits" ? logitsOfLevels : probabilitiesOf;
  return loss(segtape.tensor(levels(prediction), shape), segtape.tensor(targetOf(mask), shape)).item();
}

withChromium("the studio's Write", () => {
  vi.setConfig({ testTimeout: 180_000 });
  const studio = studioVisits({ gpu: false });
  beforeAll(() => segtape.setBackend("reference"));

  /** Opens the view and waits until the first loss has run: what runs afterwards is another. */
  async function open(query = "?limit=60", width?: number): Promise<Visit> {
    const opened = await studio.open(`#/write${query}`, width);
    await opened.page.locator(VALUE).waitFor(PATIENT);
    await opened.page
      .getByRole("status")
      .filter({ hasText: "Running" })
      .waitFor({ ...PATIENT, state: "hidden" });
    return opened;
  }

  test("a loss with a mistake points at its line; mended, it gives what Node computes", async () => {
    const { page, complaints, close } = await open();
    const { text, line } = await troubleAfter(page, SQUARES.replace("sigmoid", "sigmod"), "sigmod");
    expect(text).toMatch(/Line 2: TypeError: prediction\.sigmod is not a function/);
    expect(line).toBe("2");
    expect(await page.locator(".cm-trouble-line").innerText()).toContain("sigmod");
    expect(await page.locator(".cm-lint-marker-error").count()).toBe(1);
    // The error is mended where the button leads to.
    await page.getByRole("button", { name: "Go to line 2" }).press("Enter");
    const value = await valueAfter(page, async () => {
      await page.keyboard.press("Control+Shift+ArrowRight");
      await page.keyboard.insertText("sigmoid");
    });
    expect(await page.locator(".cm-line").nth(1).innerText()).toContain("sigmoid");
    expect(value).toBeCloseTo(await valueInNode(SQUARES), 5);
    expect(await page.locator(".write-trouble").count()).toBe(0);
    expect(await page.locator(".cm-trouble-line").count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ["syntax", "const a = 1;\nconst b = ;\n", "Unexpected token", "2"],
    ["a name twice", "const a = 1;\n\nconst a = 2;\n", "already been declared", "3"],
    ["an import that is not there", 'import {\n  nope,\n} from "segtape";\n', "does not provide", "2"],
    ["another module", 'const a = 1;\nimport b from "lodash";\n', 'only "segtape" can be imported', "2"],
    ["no loss", "const a = 1;\n", "exports no loss", null],
    ["a throw", 'export default () => {\n  throw new Error("on purpose");\n};\n', "on purpose", "2"],
    ["a wrong shape", SQUARES.replace(".mean()", ""), "[1, 1, 128, 128], expected a single number", "3"],
    ["a number", SQUARES.replace("wrong.square().mean()", "0.5"), "returned a number", "3"],
    ["nothing", "export default (p, t) => {\n  p.sub(t).mean();\n};\n", "is a return missing?", "1"],
    ["the library's refusal", SQUARES.replace("sub(target)", "matmul(3)"), "matmul", "2"],
    [
      "too much memory",
      SQUARES.replace("{", "{\n  new Float64Array(1e14);"),
      "Invalid typed array length",
      "2",
    ],
  ])("trouble is told with its line: %s", async (_title, code, said, line) => {
    const { page, complaints, close } = await open();
    const trouble = await troubleAfter(page, code, said);
    expect(trouble.line).toBe(line);
    expect(await page.locator(".cm-trouble-line").count()).toBe(line === null ? 0 : 1);
    expect(complaints).toEqual([]);
    await close();
  });

  test("a loop without end is stopped, the page lives, and the next run works", async () => {
    const { page, complaints, close } = await open("?limit=5");
    await paste(page, SQUARES.replace("return", "while (true);\n  return"));
    await page.getByRole("status").filter({ hasText: "Running" }).waitFor(PATIENT);
    // While it runs, the page answers.
    await page.getByRole("button", { name: /^Switch to the/ }).press("Enter");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    const { text } = await troubleOf(page);
    expect(text).toContain("Stopped after 5 s");
    const value = await valueAfter(page, () => paste(page, SQUARES));
    expect(value).toBeCloseTo(await valueInNode(SQUARES), 5);
    expect(complaints).toEqual([]);
    await close();
  });

  test("Stop ends a loop at once", async () => {
    const { page, complaints, close } = await open();
    await paste(page, SQUARES.replace("return", "while (true);\n  return"));
    await page.getByRole("status").filter({ hasText: "Running" }).waitFor(PATIENT);
    await page.getByRole("button", { name: "Stop" }).press("Enter");
    await page.getByRole("status").filter({ hasText: "of the last version that ran" }).waitFor();
    const value = await valueAfter(page, () => paste(page, SQUARES));
    expect(value).toBeCloseTo(await valueInNode(SQUARES), 5);
    expect(complaints).toEqual([]);
    await close();
  });

  test("what a loss leaves behind does not reach the next one", async () => {
    const { page, complaints, close } = await open();
    const spoil = `import { Tensor } from "segtape";\nTensor.prototype.square = () => 1;\nglobalThis.left = 1;\n`;
    await troubleAfter(page, spoil + SQUARES, "square(...).mean is not a function");
    const value = await valueAfter(page, () =>
      paste(page, SQUARES.replace("return wrong", "return wrong.mul(globalThis.left ?? 2)")),
    );
    expect(value).toBeCloseTo(4 * (await valueInNode(SQUARES)), 5);
    expect(complaints).toEqual([]);
    await close();
  });

  test("a loss reaches neither the network nor the page", async () => {
    const { page, complaints, close } = await open();
    const secret = `${studio.address}secret`;
    const answered: string[] = [];
    page.on("response", (response) => answered.push(response.url()));
    const tries = `
      const said = [];
      const attempt = async (name, work) => {
        try { said.push(name + " came through: " + (await work())); } catch (error) { said.push(name + " refused"); }
      };
      await attempt("fetch", () => fetch("${secret}"));
      await attempt("request", () => {
        const request = new XMLHttpRequest();
        request.open("GET", "${secret}", false);
        request.send();
      });
      await attempt("script", () => importScripts("${secret}"));
      await attempt("module", () => import("${secret}"));
      await attempt("data", () => import("data:text/javascript,export default 1"));
      await attempt("worker", () => new Worker("${secret}"));
      await attempt("socket", () => new Promise((resolve, reject) => {
        const socket = new WebSocket("${secret.replace("http", "ws")}");
        socket.onopen = resolve;
        socket.onerror = reject;
      }));
      await attempt("storage", () => indexedDB.open("x"));
      await attempt("text", () => new Function("return 1")());
      throw new Error([...said, self.origin, typeof document, typeof parent, crossOriginIsolated].join("; "));
    `;
    const { text } = await troubleAfter(page, tries, "refused");
    const names = ["fetch", "request", "script", "module", "data", "worker", "socket", "storage", "text"];
    expect(text).toContain(
      `${names.map((name) => `${name} refused`).join("; ")}; null; undefined; undefined; false`,
    );
    expect(answered.filter((url) => url.includes("secret"))).toEqual([]);
    // The browser tells of each refusal, and of nothing else.
    expect(complaints.filter((one) => !/Content Security Policy|csp|origin 'null'|ERR_/.test(one))).toEqual(
      [],
    );
    expect(complaints).toContain(`${secret}: csp`);
    await close();
  });

  test("every example does what its comment says, and gives what Node computes", async () => {
    const { page, complaints, close } = await open();
    const found: Record<string, string | null> = {};
    for (const { name, code, by } of EXAMPLES) {
      const choose = () => page.getByLabel("Start from an example").selectOption(name);
      // The first is there already.
      if (name !== EXAMPLES[0].name) await valueAfter(page, async () => void (await choose()));
      const value = Number(await page.locator(VALUE).getAttribute("data-value"));
      const expected = await valueInNode(code, by);
      expect(Math.abs(value - expected), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
      expect(await page.getByRole("radio", { name: by }).isChecked()).toBe(true);
      found[name] = await page.locator("[data-check]").getAttribute("data-check");
    }
    expect(found).toEqual({
      dice: "passed",
      weighted: "passed",
      focal: "passed",
      boundary: "passed",
      composed: "passed",
      hinge: "failed",
      derivative: "failed",
      logarithm: "passed",
      threshold: "passed",
    });
    // The last one has no gradient, and the one before no value where it should be best.
    expect(await page.locator(".write-result").innerText()).toContain("nothing would be learned");
    await page.getByLabel("Start from an example").selectOption("logarithm");
    await page.locator("[data-extreme=perfect]", { hasText: "NaN" }).waitFor(PATIENT);
    expect(complaints).toEqual([]);
    await close();
  });

  test("a value that is no number is traced to its line", async () => {
    const { page, complaints, close } = await open();
    await paste(page, SQUARES.replace("wrong.square()", "wrong.sub(2).log()"));
    const note = page.locator(".write-result .trouble");
    await note.waitFor(PATIENT);
    expect(await note.innerText()).toMatch(/log gave NaN at element 0 .*in the value\. Go to line 3/);
    expect(complaints).toEqual([]);
    await close();
  });

  test("the graph is drawn, with its gradient if asked; a box knows its line", async () => {
    const { page, complaints, close } = await open();
    await page.locator(".graph-box").first().waitFor(PATIENT);
    const forward = await page.locator(".graph-box").count();
    expect(await page.locator(".graph-box[data-op=sigmoid]").count()).toBe(1);
    expect(await page.locator(".graph-box.backward").count()).toBe(0);
    await page.locator(".graph-box[data-op=sigmoid]").dispatchEvent("click");
    await page.locator(".cm-activeLine").filter({ hasText: "sigmoid(prediction)" }).waitFor(PATIENT);
    await page.getByRole("radio", { name: "value and gradient" }).check({ force: true });
    await page.locator(".graph-box.backward").first().waitFor(PATIENT);
    expect(await page.locator(".graph-box").count()).toBeGreaterThan(forward + 5);
    expect(complaints).toEqual([]);
    await close();
  });

  test("a graph too large to be drawn is listed", async () => {
    const { page, complaints, close } = await open();
    const chain = "let x = wrong;\n  for (let i = 0; i < 200; i++) x = x.tanh();\n  return x.mean();";
    await paste(page, SQUARES.replace("return wrong.square().mean();", chain));
    await page.getByText(/20\d operations are too many for a drawing/).waitFor(PATIENT);
    expect(await page.locator(".graph-list li").count()).toBeGreaterThan(200);
    expect(complaints).toEqual([]);
    await close();
  });

  test("the generated kernels can be read, in both languages", async () => {
    const { page, complaints, close } = await open();
    const panel = page.getByRole("region", { name: "Generated kernels" });
    await panel.locator("summary").first().waitFor(PATIENT);
    expect(await panel.locator(".kernel").first().innerText()).toContain("Math.exp");
    await panel.getByRole("radio", { name: "WebAssembly" }).check({ force: true });
    await panel.locator(".kernel").first().waitFor();
    expect(await panel.locator(".kernel").first().innerText()).toMatch(/^\(func \$step0 [\s\S]*f32x4\.mul/);
    expect(complaints).toEqual([]);
    await close();
  });

  test("names are completed: methods after a point, exports with their import", async () => {
    const { page, complaints, close } = await open();
    await paste(page, "export default (prediction, target) => ");
    await page.keyboard.type("focalLo");
    await page.locator(".cm-tooltip-autocomplete", { hasText: "focalLoss" }).waitFor();
    await page.locator(".cm-completionInfo").waitFor();
    expect(await page.locator(".cm-completionInfo").innerText()).toMatch(/^Focal loss/);
    await page.waitForTimeout(120); // completion takes no key in its first moments
    await page.keyboard.press("Enter");
    expect(await page.locator(".cm-content").innerText()).toMatch(/^import \{ focalLoss \} from "segtape";/);
    await page.keyboard.type("(prediction.sigm");
    await page.locator(".cm-tooltip-autocomplete", { hasText: "sigmoid" }).waitFor();
    await page.waitForTimeout(120);
    await page.keyboard.press("Enter");
    expect(await page.locator(".cm-content").innerText()).toContain("focalLoss(prediction.sigmoid");
    expect(complaints).toEqual([]);
    await close();
  });

  test("the link carries the loss", async () => {
    const first = await open();
    const value = await valueAfter(first.page, () => paste(first.page, `// Grüße\n${SQUARES}`));
    await expect.poll(() => first.page.url(), PATIENT).toContain("code=");
    const { hash } = new URL(first.page.url());
    await first.close();
    const second = await studio.open(hash);
    await second.page.locator(VALUE).waitFor(PATIENT);
    expect(await second.page.locator(".cm-content").innerText()).toContain("// Grüße");
    expect(Number(await second.page.locator(VALUE).getAttribute("data-value"))).toBe(value);
    // And so does a link that is followed within the page.
    await second.page.evaluate("location.hash = '#/write'");
    await second.page.locator(".cm-content", { hasText: "twice the overlap" }).waitFor();
    expect(second.complaints).toEqual([]);
    await second.close();
  });

  test("the keyboard leaves the editor by Escape and Tab, and runs it by Ctrl+Enter", async () => {
    const { page, complaints, close } = await open();
    await paste(page, SQUARES.replace("return", "while (true);\n  return"));
    await page.getByRole("status").filter({ hasText: "Running" }).waitFor(PATIENT);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(SQUARES);
    await page.keyboard.press("Control+Enter");
    await page.locator(VALUE).waitFor(PATIENT);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.classList.contains('cm-content')")).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('.cm-editor')")).toBe(null);
    expect(complaints).toEqual([]);
    await close();
  });

  test("it fits a phone", async () => {
    const { page, complaints, close } = await open("?limit=60", 360);
    await page.locator(".kernel-list").waitFor(PATIENT);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(complaints).toEqual([]);
    await close();
  });
});
