/** Chromium as tests drive it; `SEGTAPE_EXPECT` naming `chromium` makes its absence a failure. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { expect, test } from "vitest";
import { expectedModes } from "../../support/backends.ts";

const PLACES = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser's program, or `undefined` where there is none. */
export const program = PLACES.find((path) => path !== "" && existsSync(path));

/** WebGL 2 and WebGPU by SwiftShader: right, slow, and there on any machine. */
const SOFTWARE_GPU = [
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

const QUIET = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--headless=new", ...QUIET, ...SOFTWARE_GPU],
  });
}

/** Declares the tests of `body`, or says why not. */
export function withChromium(title: string, body: () => void): void {
  const reason = "no Chromium here (set CHROMIUM to its path)";
  if (program !== undefined) body();
  else if (expectedModes.includes("chromium")) {
    test(`${title} in Chromium, which SEGTAPE_EXPECT names`, () => expect.fail(reason));
  } else test.skip(`${title}: ${reason}`);
}
