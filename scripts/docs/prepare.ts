/** Everything the pages are made of, read and measured: what takes time is done here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { losses as catalogue } from "../../src/losses/catalogue.ts";
import type { Loss } from "../../src/losses/shared/define-loss.ts";
import { runTool, type StudyTool, type ToolResult, toolList } from "../../src/study/tools/index.ts";
import { studyNumbers } from "./measure/from-studies.ts";
import { measureLosses, type Progress } from "./measure/measured.ts";
import { sampleOf } from "./measure/sample.ts";
import type { Model } from "./model.ts";
import { findGuides } from "./pages/guide.ts";
import { peerCalls } from "./peers.ts";
import { readLossDocs } from "./read/losses.ts";

export interface SiteOptions {
  /** Names of losses; all of the catalogue by default. */
  readonly only?: readonly string[];
  /** Pixels a side of the sample. @defaultValue 192 */
  readonly side?: number;
  /** Study tools to ask. @defaultValue all */
  readonly tools?: readonly StudyTool[];
  /** Pages of the reference by the name that they document, asked for at the end. @defaultValue none */
  readonly api?: () => Promise<ReadonlyMap<string, string>>;
  readonly progress?: Progress;
}

async function runStudies(losses: readonly Loss[], tools: readonly StudyTool[], progress: Progress) {
  const results: ToolResult[] = [];
  for (const tool of tools) {
    const onProgress = (done: number, total: number) => progress(`study: ${tool.title}`, done, total);
    results.push(await runTool(tool, { losses, onProgress }, undefined, { id: tool.name }));
  }
  return results;
}

/** Reads the sources of the project at `root` and measures its losses. */
export async function prepareModel(root: string, options: SiteOptions): Promise<Model> {
  const { only, side = 192, tools = toolList, api = async () => new Map(), progress = () => {} } = options;
  const names = only ?? Object.keys(catalogue);
  const losses = names.map((name) => {
    const loss = catalogue[name];
    if (loss === undefined) throw new Error(`docs: no loss ${name}`);
    return loss;
  });
  const sample = sampleOf(side);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const measured = await measureLosses(losses, sample, progress);
  const studies = await runStudies(losses, tools, progress);
  return {
    version,
    losses,
    docs: readLossDocs(root, names),
    measured: new Map(
      [...measured].map(([name, numbers]) => [name, { ...numbers, ...studyNumbers(studies, name) }]),
    ),
    peers: peerCalls(root),
    sample,
    studies,
    guides: findGuides(root),
    api: await api(),
  };
}
