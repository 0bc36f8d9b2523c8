// Builds dist/: one esbuild pass for the code, one tsc pass for the declarations.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** Entry points by their name under dist/; one whose source is not there yet is left out. */
const entries = {
  index: "src/index.ts",
  io: "src/io/index.ts",
  study: "src/study/index.ts",
  nn: "src/nn/index.ts",
  optim: "src/optim/index.ts",
  train: "src/train/index.ts",
  metrics: "src/metrics/index.ts",
  cli: "src/cli/main.ts",
  // Beside the chunk of the wasm executor, which looks for it there.
  "chunks/worker": "src/run/wasm/threads/worker.js",
};
const entryPoints = Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(source)));
const left = Object.keys(entries).filter((name) => !(name in entryPoints));
if (left.length > 0) console.warn(`build: no source yet for ${left.join(", ")}`);
if (Object.keys(entryPoints).length === 0) {
  console.error("build: nothing to build");
  process.exit(1);
}

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints,
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: true,
  chunkNames: "chunks/[name]-[hash]",
  define: { __SEGTAPE_VERSION__: JSON.stringify(version) },
  logLevel: "warning",
}).catch(() => process.exit(1)); // esbuild has said what is wrong
// The chunk finds the worker beside itself; an entry point that took the chunk in would not.
for (const name of readdirSync("dist").filter((file) => file.endsWith(".js"))) {
  if (readFileSync(join("dist", name), "utf8").includes('"./worker.js"'))
    throw new Error(
      `build: dist/${name} starts workers, which stand in dist/chunks: import the executor dynamically`,
    );
}
if (existsSync("dist/cli.js")) {
  const text = readFileSync("dist/cli.js", "utf8");
  if (!text.startsWith("#!")) throw new Error("build: src/cli/main.ts must begin with #!/usr/bin/env node");
  chmodSync("dist/cli.js", 0o755);
}

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const declared = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (declared.status !== 0) process.exit(declared.status ?? 1);

// tsc leaves ".ts" in the imports of declarations; ".js" is what every resolver understands.
for (const entry of readdirSync("dist/types", { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith(".d.ts")) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/((?:from|import)\s*\(?\s*"\.{1,2}\/[^"]*)\.ts"/g, '$1.js"'));
}
