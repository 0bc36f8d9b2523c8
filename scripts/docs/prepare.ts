/** Everything the pages are made of, read and measured: what takes time is done here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { losses as catalogue } from "../../src/losses/catalogue.ts";
import type { Loss } from "../../src/losses/shared/define-loss.ts";
import type { ToolResult } from "../../src/study/tools/index.ts";
import { studyNumbers } from "./measure/from-studies.ts";
import { measureLosses, type Progress } from "./measure/measured.ts";
import { sampleOf } from "./measure/sample.ts";
import type { Model } from "./model.ts";
import { findGuides } from "./pages/guide.ts";
import { peersOf } from "./peers.ts";
import { readLossDocs } from "./read/losses.ts";

/** Pixels a side of the sample; losses of five scales need 161. */
export const SIDE = 192;

export interface SiteOptions {
  /** Names of losses; all of the catalogue by default. */
  readonly only?: readonly string[];
  /** Pixels a side of the sample. @defaultValue 192 */
  readonly side?: number;
  /** What the study tools found, asked for at the end. @defaultValue nothing */
  readonly studies?: () => Promise<readonly ToolResult[]>;
  /** Pages of the reference by the name that they document, asked for at the end. @defaultValue none */
  readonly api?: () => Promise<ReadonlyMap<string, string>>;
  readonly progress?: Progress;
}

/** Losses of the catalogue by their names; all of them where none are named. */
export function lossesOf(names: readonly string[] = Object.keys(catalogue)): Loss[] {
  return names.map((name) => {
    const loss = catalogue[name];
    if (loss === undefined) throw new Error(`docs: no loss ${name}`);
    return loss;
  });
}

/** Reads the sources of the project at `root` and measures its losses. */
export async function prepareModel(root: string, options: SiteOptions): Promise<Model> {
  const { only, side = SIDE, studies: ask = async () => [], api = async () => new Map() } = options;
  const losses = lossesOf(only);
  const names = losses.map(({ name }) => name);
  const sample = sampleOf(side);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const measured = await measureLosses(losses, sample, options.progress);
  const studies = await ask();
  return {
    version,
    losses,
    docs: readLossDocs(root, names),
    measured: new Map(
      [...measured].map(([name, numbers]) => [name, { ...numbers, ...studyNumbers(studies, name) }]),
    ),
    peers: peersOf(names),
    sample,
    studies,
    guides: findGuides(root),
    api: await api(),
  };
}
