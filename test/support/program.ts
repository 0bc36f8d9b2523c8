/** The `segtape` program, bundled from the sources as the build does it, and run as a user would. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Inside the project, so that packages are found. */
const FOLDER = "node_modules/.cache/segtape-test";

let built: Promise<string> | null = null;

async function bundle(): Promise<string> {
  const outdir = join(FOLDER, String(process.pid));
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: { cli: "src/cli/main.ts" },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  // Beside the chunk of the wasm executor, which looks for it under this name.
  copyFileSync("src/run/wasm/threads/worker.js", join(outdir, "worker.js"));
  return join(outdir, "cli.mjs");
}

/** Path of the program, built at the first call. */
export function program(): Promise<string> {
  built ??= bundle();
  return built;
}

/** Runs the program; never rejects for an exit code. */
export async function segtape(...args: string[]): Promise<Run> {
  const path = await program();
  return new Promise((resolve) => {
    execFile(process.execPath, [path, ...args], { maxBuffer: 2 ** 26 }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}
