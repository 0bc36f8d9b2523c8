// Builds dist/: three esbuild passes for the code (scripts/bundles.mjs), one tsc pass for the declarations, and the studio.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { browserBundle, moduleBundle, nodeBundle } from "./bundles.mjs";
import { licencesOf } from "./licences.mjs";
import { buildStudio } from "./studio.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

rmSync("dist", { recursive: true, force: true });
const bundled = (bundle) => build(bundle).catch(() => process.exit(1)); // esbuild has said what is wrong
await bundled(nodeBundle);
await bundled(moduleBundle);
const { metafile } = await bundled({ ...browserBundle, metafile: true });
writeFileSync("dist/browser/LICENSES.txt", licencesOf(metafile, root));
// The chunk finds the worker beside itself; an entry point that took the chunk in would not.
for (const file of ["dist", "dist/modules", "dist/browser"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .map((name) => `${folder}/${name}`),
)) {
  if (readFileSync(file, "utf8").includes('"./worker.js"'))
    throw new Error(
      `build: ${file} starts workers, which stand in dist/chunks: import the executor dynamically`,
    );
}
if (existsSync("dist/cli.js")) {
  const text = readFileSync("dist/cli.js", "utf8");
  if (!text.startsWith("#!")) throw new Error("build: src/cli/main.ts must begin with #!/usr/bin/env node");
  chmodSync("dist/cli.js", 0o755);
}

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const declared = once(
  spawn(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" }),
  "exit",
);
// Beside it: each keeps a core busy.
await buildStudio("dist/studio");
const [status] = await declared;
if (status !== 0) process.exit(status ?? 1);

// tsc leaves ".ts" in the imports of declarations; ".js" is what every resolver understands.
for (const entry of readdirSync("dist/types", { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith(".d.ts")) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/((?:from|import)\s*\(?\s*"\.{1,2}\/[^"]*)\.ts"/g, '$1.js"'));
}
