// Builds dist/studio: static files, for `segtape studio` or any host. Another folder may be named.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { studioBundle } from "./bundles.mjs";

const outdir = process.argv[2] ?? join(studioBundle.absWorkingDir, "dist", "studio");
rmSync(outdir, { recursive: true, force: true });
await build({ ...studioBundle, outdir }).catch(() => process.exit(1)); // esbuild has said what is wrong
for (const file of ["index.html", "icon.svg"])
  cpSync(join(studioBundle.absWorkingDir, "src/studio/page", file), join(outdir, file));
