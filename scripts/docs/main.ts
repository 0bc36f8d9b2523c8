/** `npm run docs`: builds the site into docs/site. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type ToolResult, toolList } from "../../src/study/tools/index.ts";
import { apiPages, buildApi } from "./api.ts";
import { checkSite } from "./check/site.ts";
import { runJobs } from "./jobs.ts";
import { sampleOf } from "./measure/sample.ts";
import { lossesOf, SIDE } from "./prepare.ts";
import { buildSite, writeSite } from "./site.ts";
import { askTool } from "./studies.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs/site" },
    /** Names of losses, with commas. */
    only: { type: "string" },
    "no-api": { type: "boolean", default: false },
    "no-studies": { type: "boolean", default: false },
    // A part of the build, in a process of its own: the file or folder that it writes.
    "api-into": { type: "string" },
    study: { type: "string" },
    "study-into": { type: "string" },
  },
});

const root = process.cwd();
const out = resolve(root, values.out);
const only = values.only?.split(",");
const started = performance.now();
const say = (text: string) => console.log(`docs: ${text}`);

let told = "";
function tell(what: string, done: number, total: number): void {
  const line = `docs: ${what}: ${done + 1} of ${total}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\x1b[K${done + 1 === total ? "\n" : ""}`);
  else if (told !== what) say(what);
  told = what;
}

async function buildAll(folder: string): Promise<number> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const api = join(out, "api");
  const tools = values["no-studies"] ? [] : toolList.map(({ name }) => name);
  const fileOf = (name: string) => join(folder, `${name}.json`);
  const named = values.only === undefined ? [] : ["--only", values.only];
  const jobs = [
    ...(values["no-api"] ? [] : [["--api-into", api, ...(tools.length > 0 ? [] : ["--no-studies"])]]),
    ...tools.map((name) => ["--study", name, "--study-into", fileOf(name), ...named]),
  ];
  const beside = runJobs(jobs, ([kind, name]) => say(kind === "--study" ? `study: ${name}` : "reference"));
  // A failure is heard where it is waited for.
  beside.catch(() => {});
  const site = await buildSite(root, {
    only,
    progress: tell,
    studies: async () => {
      await beside;
      return tools.map((name) => JSON.parse(readFileSync(fileOf(name), "utf8")) as ToolResult);
    },
    api: async () => apiPages(api),
  });
  writeSite(site, out);
  const { pages, problems } = checkSite(out);
  for (const problem of problems.slice(0, 40)) console.error(`docs: ${problem}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  say(`${pages} pages in ${seconds} s: ${join(values.out, "index.html")}`);
  return problems.length;
}

async function study(name: string, file: string | undefined): Promise<void> {
  const tool = toolList.find((one) => one.name === name);
  if (tool === undefined || file === undefined)
    throw new Error(`docs: --study ${name} --study-into ${file}, expected a study tool and a file`);
  writeFileSync(file, JSON.stringify(await askTool(tool, lossesOf(only), sampleOf(SIDE))));
}

if (values["api-into"] !== undefined)
  await buildApi(values["api-into"], values["no-studies"] ? ["studies"] : []);
else if (values.study !== undefined) await study(values.study, values["study-into"]);
else {
  const folder = mkdtempSync(join(tmpdir(), "segtape-docs-"));
  try {
    if ((await buildAll(folder)) > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
// The executor's threads would wait for more work.
process.exit();
