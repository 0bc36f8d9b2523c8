/** What is bundled goes with its licence. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { browserBundle } from "../../scripts/bundles.mjs";
import { licencesOf } from "../../scripts/licences.mjs";
import { ROOT } from "../support/sources.ts";

/** `name version (licence)` of each part. */
const packagesOf = (text: string) =>
  [...text.matchAll(/^(\S+) \d+\.\d+\.\d+ \((.+)\)$/gm)].map(([, name]) => name);

test("every package of a bundle is named once, with the text of its licence", async () => {
  const { metafile } = await build({ ...browserBundle, absWorkingDir: ROOT, write: false, metafile: true });
  const text = licencesOf(metafile, ROOT, ["katex"]);
  const expected = [
    "fast-png",
    "fflate",
    "gpu.js",
    "iobuffer",
    "iota-array",
    "is-buffer",
    "katex",
    "ndarray",
  ];
  expect(packagesOf(text)).toEqual(expected);
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(expected.length);
  expect(text).toContain("Khan Academy");
});

test("a package without a text stops the build", () => {
  const root = mkdtempSync(join(tmpdir(), "segtape-licences-"));
  const home = join(root, "node_modules/@odd/one");
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, "package.json"),
    JSON.stringify({ name: "@odd/one", version: "1.2.3", license: "MIT" }),
  );
  const inputs = {
    "node_modules/@odd/one/lib/index.js": { bytes: 0, imports: [] },
    "src/own.ts": { bytes: 0, imports: [] },
  };
  try {
    expect(() => licencesOf({ inputs }, root)).toThrow("@odd/one (MIT) is bundled");
    writeFileSync(join(home, "LICENSE.md"), "Do as you please.");
    const text = licencesOf({ inputs }, root);
    expect(packagesOf(text)).toEqual(["@odd/one"]);
    expect(text).toContain("Do as you please.");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
