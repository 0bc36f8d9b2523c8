// npm run bench [-- name... [-- arguments...]]: bundles bench/<name>.ts (all of those directly in bench/ without a name) and
// runs them one after another. What follows a second "--" goes to them as it is.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const known = readdirSync("bench")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));
const words = process.argv.slice(2);
const end = words.includes("--") ? words.indexOf("--") : words.length;
const asked = words.slice(0, end).filter((argument) => !argument.startsWith("-"));
const options = [
  ...words.slice(0, end).filter((argument) => argument.startsWith("-")),
  ...words.slice(end + 1),
];
const unknown = asked.filter((name) => !existsSync(`bench/${name}.ts`));
if (unknown.length > 0 || known.length === 0) {
  console.error(`bench: no bench/${unknown[0] ?? "*"}.ts; there are: ${known.join(", ") || "none"}`);
  process.exit(2);
}

const outdir = "dist/bench";
mkdirSync(outdir, { recursive: true });
// The wasm executor looks for its worker beside the code that starts it.
copyFileSync("src/run/wasm/threads/worker.js", join(outdir, "worker.js"));
let status = 0;
for (const name of asked.length > 0 ? asked : known) {
  const outfile = join(outdir, `${name.replaceAll("/", "-")}.mjs`);
  await build({
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  console.log(`\n== bench/${name}`);
  const run = spawnSync(process.execPath, ["--expose-gc", outfile, ...options], { stdio: "inherit" });
  if (run.status !== 0) status = run.status ?? 1;
}
rmSync(outdir, { recursive: true, force: true });
process.exit(status);
