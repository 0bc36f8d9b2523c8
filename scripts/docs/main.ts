/** `npm run docs`: builds the site into docs/site. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { apiPages, buildApi } from "./api.ts";
import { checkSite } from "./check/site.ts";
import { buildSite } from "./site.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "docs/site" },
    only: { type: "string" },
    "no-api": { type: "boolean", default: false },
  },
});

const root = process.cwd();
const out = resolve(root, values.out);
const started = performance.now();
const say = (text: string) => console.log(`docs: ${text}`);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
if (!values["no-api"]) {
  say("reference of the public names");
  await buildApi(join(out, "api"));
}
let told = "";
const site = await buildSite(root, {
  only: values.only?.split(","),
  api: apiPages(join(out, "api")),
  progress: (what, done, total) => {
    if (process.stdout.isTTY)
      process.stdout.write(`\rdocs: ${what}: ${done + 1} of ${total}\x1b[K${done + 1 === total ? "\n" : ""}`);
    else if (told !== what) say(what);
    told = what;
  },
});
for (const [path, content] of site) {
  const file = join(out, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
const { pages, problems } = checkSite(out);
for (const problem of problems.slice(0, 40)) console.error(`docs: ${problem}`);
say(
  `${pages} pages in ${((performance.now() - started) / 1000).toFixed(0)} s: ${join(values.out, "index.html")}`,
);
// The executor's worker threads would wait for more work.
process.exit(problems.length > 0 ? 1 : 0);
