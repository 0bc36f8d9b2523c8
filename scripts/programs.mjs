// Programs of this project that are written in TypeScript (benchmarks, the documentation): made a file each for Node, and run.
// All paths are from the project's root, where this has to run.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Bundles programs, by their names, into `folder` as NAME.mjs. Packages stay imports. */
export async function bundlePrograms(entryPoints, folder) {
  await build({
    entryPoints,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  // The wasm executor looks for its worker beside the code that starts it.
  copyFileSync("src/run/wasm/threads/worker.js", join(folder, "worker.js"));
}

/** Bundles one program into `folder` and runs it with these arguments of Node, its own last; gives its exit status. */
export async function runProgram(file, folder, { flags = [], args = [] }) {
  await bundlePrograms({ main: file }, folder);
  const { status } = spawnSync(process.execPath, [...flags, join(folder, "main.mjs"), ...args], {
    stdio: "inherit",
  });
  return status ?? 1;
}
