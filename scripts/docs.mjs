// npm run docs [-- --no-api] [-- --only diceLoss,focalLoss] [-- --out FOLDER]: bundles scripts/docs/main.ts and runs it.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const outdir = "dist/docs";
mkdirSync(outdir, { recursive: true });
// The wasm executor looks for its worker beside the code that starts it.
copyFileSync("src/run/wasm/threads/worker.js", join(outdir, "worker.js"));
// Golden cases look for their data beside themselves.
cpSync("test/golden/data", join(outdir, "data"), { recursive: true });
const outfile = join(outdir, "main.mjs");
await build({
  entryPoints: ["scripts/docs/main.ts"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
rmSync(outdir, { recursive: true, force: true });
process.exit(status ?? 1);
