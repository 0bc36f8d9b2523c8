/** Chromium as tests and benchmarks drive it. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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

/** Starts it; without the software GPU, pages are drawn without any, and faster. */
export function launch({ gpu = true }: { readonly gpu?: boolean } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--headless=new", ...QUIET, ...(gpu ? SOFTWARE_GPU : ["--disable-gpu"])],
  });
}
