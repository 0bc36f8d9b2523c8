/** The library as it is published, and the programs of child processes, built where both find their packages. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const OUT = join("dist", "bench", "rivals-children");
/** The wasm executor looks for its worker beside the code that starts it. */
const WORKER = join("src", "run", "wasm", "threads", "worker.js");
const COMMON = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
} as const;

export interface Bundles {
  /** The address of the library's entry. */
  readonly library: string;
  readonly firstCall: string;
  readonly memory: string;
}

export async function bundle(): Promise<Bundles> {
  await build({
    ...COMMON,
    entryPoints: { index: "src/index.ts" },
    outdir: join(OUT, "library"),
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
  });
  copyFileSync(WORKER, join(OUT, "library", "chunks", "worker.js"));
  const children = join("bench", "rivals", "children");
  const entryPoints = [join(children, "first-call.ts"), join(children, "memory.ts")];
  await build({ ...COMMON, entryPoints, outdir: OUT });
  return {
    library: pathToFileURL(join(OUT, "library", "index.js")).href,
    firstCall: join(OUT, "first-call.js"),
    memory: join(OUT, "memory.js"),
  };
}
