// npm run bench [-- name...]: bundles bench/<name>.ts (all of them without a name) and runs them one after another.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const known = readdirSync("bench")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const options = process.argv.slice(2).filter((argument) => argument.startsWith("-"));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0 || known.length === 0) {
  console.error(`bench: no bench/${unknown[0] ?? "*"}.ts; there are: ${known.join(", ") || "none"}`);
  process.exit(2);
}

const outdir = "dist/bench";
let failed = 0;
for (const name of asked.length > 0 ? asked : known) {
  await build({
    entryPoints: [`bench/${name}.ts`],
    outdir,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
  console.log(`\n== bench/${name}`);
  const run = spawnSync(process.execPath, ["--expose-gc", join(outdir, `${name}.mjs`), ...options], {
    stdio: "inherit",
  });
  if (run.status !== 0) failed += 1;
}
rmSync(outdir, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
