// npm run docs [-- --no-api] [-- --no-studies] [-- --only diceLoss,focalLoss] [-- --out FOLDER]: bundles scripts/docs/main.ts and
// runs it.
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs.mjs";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), ".."));
const folder = "dist/docs";
// Golden cases look for their data beside themselves.
cpSync("test/golden/data", join(folder, "data"), { recursive: true });
const status = await runProgram("scripts/docs/main.ts", folder, { args: process.argv.slice(2) });
rmSync(folder, { recursive: true, force: true });
process.exit(status);
