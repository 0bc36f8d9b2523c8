/** What a page has to load: the package as a bundler sees it, with one loss and the wasm executor. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moduleBundle } from "../../scripts/bundles.mjs";
import { losses } from "../../src/index.ts";
import { ROOT } from "../support/sources.ts";

const PAGE = `
  import { diceLoss, setBackend, tensor, valueAndGrad } from "segtape";
  await setBackend("wasm");
  const g = tensor([1, 0, 1, 0], [1, 1, 2, 2]);
  const { value, grad } = valueAndGrad((p) => diceLoss(p, g))(tensor([2, -1, 0.5, -3], [1, 1, 2, 2]));
  document.body.textContent = [await value.item(), ...(await grad.data())].join(" ");
`;

/** Compressed kilobytes of one loss, its gradient and wasm: what README promises. */
const MOST = 60;

const folder = mkdtempSync(join(tmpdir(), "segtape-bundle-"));
let outputs: Metafile["outputs"];

beforeAll(async () => {
  const home = join(folder, "node_modules", "segtape");
  mkdirSync(home, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  await build({ ...moduleBundle, outdir: join(home, "dist/modules") });
  for (const name of ["ndarray", "gpu.js", "iota-array", "is-buffer"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "page.js"), PAGE);
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ["page.js"],
    outdir: "out",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    metafile: true,
    external: ["node:*"],
    logLevel: "error",
  });
  outputs = metafile.outputs;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (path: string) => readFileSync(join(folder, path), "utf8");

/** A file and all that it imports before it runs. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind } of outputs[path].imports)
    if (kind === "import-statement" && next in outputs) closure(next, seen);
  return seen;
}

/** The chunk that a dynamic import of a source's chunk became. */
function chunkWith(word: RegExp): string {
  const found = Object.keys(outputs).filter((path) => word.test(text(path)));
  expect(found.map((path) => basename(path))).toHaveLength(1);
  return found[0];
}

test("one loss on wasm is small, and brings no other loss", () => {
  const executor = chunkWith(/WebAssembly SIMD/);
  const loaded = new Set([...closure("out/page.js"), ...closure(executor)]);
  const bytes = [...loaded].reduce((sum, path) => sum + gzipSync(text(path)).length, 0);
  expect(bytes / 1024).toBeLessThan(MOST);
  expect(bytes / 1024).toBeGreaterThan(20);
  const all = [...loaded].map(text).join("\n");
  expect(all).toContain('"diceLoss"');
  const others = Object.keys(losses).filter((name) => name !== "diceLoss" && all.includes(`"${name}"`));
  expect(others).toEqual([]);
});

test("what is not asked for stands in chunks of its own", () => {
  const loaded = new Set([...closure("out/page.js"), ...closure(chunkWith(/WebAssembly SIMD/))]);
  const left = Object.keys(outputs).filter((path) => !loaded.has(path));
  const sources = left.flatMap((path) => Object.keys(outputs[path].inputs));
  for (const part of ["node_modules/gpu.js/", "chunks/convolution-", "chunks/order-"])
    expect(
      sources.filter((path) => path.includes(part)),
      part,
    ).not.toEqual([]);
});
