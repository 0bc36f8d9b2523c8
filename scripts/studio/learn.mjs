// The files of Learn, kept from one build to the next: reading the doc comments takes seconds, and they seldom change.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { bundlePrograms } from "../programs.mjs";

const KEPT = "node_modules/.cache/segtape-learn";

/** Of all that the files are made from: the program with the catalogue in it, and the comments, which it lacks. */
function keyOf(program) {
  const hash = createHash("sha256").update(readFileSync(program));
  for (const path of readdirSync("src/losses", { recursive: true }).sort())
    if (path.endsWith(".ts")) hash.update(readFileSync(join("src/losses", path)));
  // Of the packages that typeset and render.
  return hash.update(readFileSync("package-lock.json")).digest("hex").slice(0, 32);
}

/** Puts the files into `folder`. Runs at the project's root. */
export async function writeLearn(folder) {
  mkdirSync(KEPT, { recursive: true });
  // Within the project, so that its packages are found.
  const made = mkdtempSync(join(KEPT, "new-"));
  try {
    await bundlePrograms({ main: "scripts/studio/main.ts" }, made);
    const program = join(made, "main.mjs");
    const kept = join(KEPT, keyOf(program));
    if (!existsSync(kept)) {
      const run = spawn(process.execPath, [program, join(made, "files")], { stdio: "inherit" });
      const [status] = await once(run, "exit");
      if (status !== 0) throw new Error("studio: the pages of Learn could not be made");
      // Whole or not at all; somebody else may have been faster.
      if (!existsSync(kept)) renameSync(join(made, "files"), kept);
    }
    cpSync(kept, folder, { recursive: true });
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
