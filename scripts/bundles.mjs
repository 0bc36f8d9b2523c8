// What esbuild makes of the sources: dist/ for Node and bundlers, dist/browser/ for a page without any.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Entry points of every place by their name, and what only Node runs. */
const LIBRARY = {
  index: "src/index.ts",
  study: "src/study/index.ts",
  nn: "src/nn/index.ts",
  optim: "src/optim/index.ts",
  train: "src/train/index.ts",
  metrics: "src/metrics/index.ts",
  // Beside the chunk of the wasm executor, which looks for it there.
  "chunks/worker": "src/run/wasm/threads/worker.js",
};
const NODE_ONLY = { io: "src/io/index.ts", cli: "src/cli/main.ts" };

/** Each loss in a file of its own: a bundler leaves out whole files without looking into them. */
const LOSSES = Object.fromEntries(
  readdirSync(join(root, "src/losses"), { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /^(?!shared|combine)\w+\/(?!index)[\w-]+\.ts$/.test(path))
    .map((path) => [`losses/${path.slice(0, -3)}`, `src/losses/${path}`]),
);

const SHARED = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  sourcemap: true,
  chunkNames: "chunks/[name]-[hash]",
  define: { __SEGTAPE_VERSION__: JSON.stringify(version) },
  logLevel: "warning",
};

/** For Node, which loads everything there is: few files, dependencies stay imports, names stay readable. */
export const nodeBundle = {
  ...SHARED,
  entryPoints: { ...LIBRARY, ...NODE_ONLY },
  outdir: "dist",
  platform: "node",
  target: "node20",
  packages: "external",
};

/** For bundlers: the same, but for a file a loss. */
export const moduleBundle = {
  ...nodeBundle,
  entryPoints: { ...LIBRARY, io: NODE_ONLY.io, ...LOSSES },
  outdir: "dist/modules",
  // The code is readable as it is.
  sourcemap: false,
};

/** For a page that loads it as it is: nothing is left to be found, and what is not used is not loaded. */
export const browserBundle = {
  ...SHARED,
  entryPoints: LIBRARY,
  outdir: "dist/browser",
  platform: "browser",
  target: "es2022",
  minify: true,
  // Maps would be four fifths of the package, most of them gpu.js's.
  sourcemap: false,
  // A worker's way into Node, which no page takes.
  external: ["node:*"],
};

/** The studio: a page and its workers, all in one folder, so that each finds the others beside itself. */
export const studioBundle = {
  ...browserBundle,
  entryPoints: {
    studio: "src/studio/main.tsx",
    engine: "src/studio/worker/engine.ts",
    train: "src/studio/worker/train.ts",
    worker: LIBRARY["chunks/worker"],
    "studio-style": "src/studio/page/studio.css",
  },
  outdir: "dist/studio",
  chunkNames: "[name]-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
};

/**
 * The worker of losses that are written in the studio. It lives where nothing can be loaded: one classic script,
 * handed over as text. Executors of gpu.js are not for it.
 */
export const sandboxBundle = {
  ...browserBundle,
  entryPoints: { "sandbox-worker": "src/studio/sandbox/worker.ts" },
  outdir: studioBundle.outdir,
  splitting: false,
  format: "iife",
  define: { ...SHARED.define, "import.meta.url": "self.location.href" },
  external: ["node:*", "gpu.js"],
};

for (const file of Object.values(nodeBundle.entryPoints))
  if (!existsSync(join(root, file))) throw new Error(`bundles: ${file}, an entry point, is not there`);
