// Builds dist/studio: static files, for `segtape studio` or any host. Another folder may be named.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { sandboxBundle, studioBundle } from "./bundles.mjs";
import { licencesOf } from "./licences.mjs";
import { apiPlugin } from "./studio/api.mjs";
import { writeLearn } from "./studio/learn.mjs";

const root = studioBundle.absWorkingDir;

/** The fonts of KaTeX, which its own licence leaves out. */
const FONTS = `The fonts in learn/fonts are KaTeX's: Copyright (c) 2009-2010, Design Science, Inc., Copyright (c) 2014-2018, Khan Academy.
They are licensed under the SIL Open Font License, Version 1.1: https://openfontlicense.org
`;

/** Builds the studio into a folder, which is emptied first. Runs at the project's root. */
export async function buildStudio(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  const [page, sandbox] = await Promise.all([
    build({ ...studioBundle, outdir, metafile: true, plugins: [apiPlugin] }),
    build({ ...sandboxBundle, outdir, metafile: true }),
    writeLearn(join(outdir, "learn")),
  ]);
  for (const file of ["index.html", "sandbox.html", "icon.svg"])
    cpSync(join(root, "src/studio/page", file), join(outdir, file));
  const inputs = { ...page.metafile.inputs, ...sandbox.metafile.inputs };
  writeFileSync(join(outdir, "LICENSES.txt"), `${licencesOf({ inputs }, root, ["katex"])}\n${FONTS}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const outdir = resolve(process.argv[2] ?? join(root, "dist", "studio"));
  process.chdir(root);
  // esbuild has said what is wrong with the code; other failures say it themselves.
  await buildStudio(outdir).catch((error) => {
    if (error.errors === undefined) console.error(error.message);
    process.exit(1);
  });
}
