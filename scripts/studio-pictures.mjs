// Remakes docs/images/studio, each view of the studio in light and dark: `npm run build && node scripts/studio-pictures.mjs`.
// Needs Chromium (`/usr/bin/chromium`, or the path in CHROMIUM).
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const FOLDER = "docs/images/studio";
const TWO = "loss=binaryCrossEntropyLoss&loss=diceLoss";

/** What is done in each view before its picture is taken. */
const VIEWS = [
  {
    name: "compare",
    hash: `/compare?${TWO}&loss=boundaryLoss`,
    size: [1400, 1180],
    async act(page) {
      await page.locator(".loss-card").nth(2).locator(".chart path").first().waitFor();
      // A pixel of the lesion that the prediction misses.
      const box = await page.locator(".paintable canvas").boundingBox();
      await page.mouse.move(box.x + 0.685 * box.width, box.y + 0.627 * box.height);
    },
  },
  {
    name: "descend",
    hash: `/descend?${TWO}&pace=0`,
    size: [1400, 1240],
    async act(page) {
      const button = page.locator(".transport button").first();
      await button.click();
      await page.waitForFunction(() => Number(document.querySelector("[data-step]").dataset.step) >= 60);
      await button.click();
    },
  },
  {
    name: "write",
    hash: "/write",
    size: [1400, 1500],
    async act(page) {
      await page.getByText("The gradient is the derivative of the value.").waitFor();
    },
  },
  {
    name: "train",
    hash: "/train",
    size: [1400, 1050],
    async act(page) {
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.locator("button:enabled", { hasText: "Save weights" }).waitFor({ timeout: 600_000 });
    },
  },
  { name: "learn", hash: "/learn/focalTverskyLoss", size: [1400, 1100], act: async () => undefined },
];

/** Starts `segtape studio`, and gives its address. */
async function serve() {
  const child = spawn(process.execPath, ["dist/cli.js", "studio", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.trimEnd().endsWith("}")) break;
  }
  return { child, address: JSON.parse(text).addresses[0] };
}

mkdirSync(FOLDER, { recursive: true });
const { child, address } = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const { name, hash, size, act } of VIEWS) {
    for (const colorScheme of ["light", "dark"]) {
      const viewport = { width: size[0], height: size[1] };
      const context = await browser.newContext({ viewport, colorScheme });
      context.setDefaultTimeout(120_000);
      const page = await context.newPage();
      page.on("console", (message) => message.type() === "error" && console.error(name, message.text()));
      await page.goto(`${address}#${hash}`, { waitUntil: "networkidle" });
      await act(page);
      await page.waitForTimeout(1500);
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}.png` });
      await context.close();
    }
  }
} finally {
  await browser.close();
  child.kill("SIGINT");
}
