/** The study tools, asked about the losses of the site. */
import { setBackend } from "../../src/index.ts";
import type { Loss } from "../../src/losses/shared/define-loss.ts";
import { runTool, type StudyTool, type ToolResult } from "../../src/study/tools/index.ts";
import type { Sample } from "./measure/sample.ts";

/** What a tool is asked with, where its defaults would take many minutes for all losses. */
const SETTINGS: Readonly<Record<string, object>> = {
  health: { side: 96, scales: [1, 5, 20, 80, 320, 1000] },
};

/** The whole answer of one tool. */
export async function askTool(tool: StudyTool, losses: readonly Loss[], sample: Sample): Promise<ToolResult> {
  await setBackend("wasm", { threads: 1 });
  const { prediction, target, logits, side } = sample;
  const subject = { losses, pair: { prediction, target, width: side, height: side }, logits };
  return runTool(tool, subject, SETTINGS[tool.name], { id: tool.name });
}
