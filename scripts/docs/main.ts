/** `npm run docs`: builds the site into docs/site. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { apiPages, buildApi } from "./api.ts";
import { checkSite } from "./check/site.ts";
import { buildSite } from "./site.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs/site" },
    /** Names of losses, with commas. */
    only: { type: "string" },
    "no-api": { type: "boolean", default: false },
    "no-studies": { type: "boolean", default: false },
    /** Builds the reference and nothing else: the other processor's part. */
    "api-alone": { type: "boolean", default: false },
  },
});

const root = process.cwd();
const out = resolve(root, values.out);
const api = join(out, "api");
const started = performance.now();
const say = (text: string) => console.log(`docs: ${text}`);

/** The reference takes as long as the measurements, and needs nothing of them. */
async function apiBeside(): Promise<ReadonlyMap<string, string>> {
  const child = spawn(process.execPath, [process.argv[1], "--api-alone", "--out", values.out], {
    stdio: "inherit",
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error("docs: the reference could not be made, see above");
  return apiPages(api);
}

let told = "";
function tell(what: string, done: number, total: number): void {
  const line = `docs: ${what}: ${done + 1} of ${total}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\x1b[K${done + 1 === total ? "\n" : ""}`);
  else if (told !== what) say(what);
  told = what;
}

async function buildAll(): Promise<number> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const beside = values["no-api"] ? undefined : apiBeside();
  // Its failure is heard where it is waited for.
  beside?.catch(() => {});
  const site = await buildSite(root, {
    only: values.only?.split(","),
    ...(values["no-studies"] ? { tools: [] } : {}),
    ...(beside === undefined ? {} : { api: () => beside }),
    progress: tell,
  });
  for (const [path, content] of site) {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const { pages, problems } = checkSite(out);
  for (const problem of problems.slice(0, 40)) console.error(`docs: ${problem}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  say(`${pages} pages in ${seconds} s: ${join(values.out, "index.html")}`);
  return problems.length;
}

if (values["api-alone"]) await buildApi(api);
else if ((await buildAll()) > 0) process.exitCode = 1;
// The executor's threads would wait for more work.
process.exit();
