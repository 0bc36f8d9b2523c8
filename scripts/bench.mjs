// npm run bench [-- name... [-- arguments...]]: bundles bench/<name>.ts (all of those directly in bench/ without a name) and
// runs them one after another. What follows a second "--" goes to them as it is.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs.mjs";

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

const folder = "dist/bench";
let status = 0;
for (const name of asked.length > 0 ? asked : known) {
  console.log(`\n== bench/${name}`);
  const ended = await runProgram(`bench/${name}.ts`, folder, { flags: ["--expose-gc"], args: options });
  if (ended !== 0) status = ended;
}
rmSync(folder, { recursive: true, force: true });
process.exit(status);
