/** The programs of child processes, built where they find their packages. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundlePrograms } from "../../scripts/programs.mjs";

const NAMES = ["fresh", "growth", "jax", "kernels", "predict", "tfjs"] as const;

export type Programs = Readonly<Record<(typeof NAMES)[number], string>>;

/** Where nothing else is built, and where packages are found: a build in between would take dist away. */
const CACHE = join("node_modules", ".cache");

/** In a folder of this run alone, which is gone when this process ends. */
export async function programs(): Promise<Programs> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "bench-train-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  await bundlePrograms(
    Object.fromEntries(NAMES.map((name) => [name, join("bench", "train", "children", `${name}.ts`)])),
    folder,
  );
  return Object.fromEntries(NAMES.map((name) => [name, join(folder, `${name}.mjs`)])) as Programs;
}
