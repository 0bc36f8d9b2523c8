/** Every study tool by name, and a tool's whole answer. */
import { agreement } from "./agreement.ts";
import { curvature } from "./curvature.ts";
import { curves } from "./curves.ts";
import { gradients } from "./gradients.ts";
import { health } from "./health.ts";
import { imbalance } from "./imbalance.ts";
import { landscape } from "./landscape.ts";
import { missedObjects } from "./missed-objects.ts";
import { noise } from "./noise.ts";
import { shift } from "./shift.ts";
import type { PictureOptions, StudyTool, ToolData, ToolResult, ToolSubject } from "./tool.ts";

/** Every study tool by its name. */
export const studyTools = Object.freeze({
  curves,
  gradients,
  imbalance,
  missedObjects,
  shift,
  noise,
  agreement,
  landscape,
  curvature,
  health,
});

/** The tools as a list, in the order in which they are read. */
export const toolList: readonly StudyTool[] = Object.values(studyTools);

/**
 * Runs a tool, draws its data and says what they show.
 *
 * @throws `OptionError` for an empty list of losses, options of others, or settings out of range
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { runTool, studyTools } from "segtape/study";
 * const subject = { losses: [losses.diceLoss, losses.binaryCrossEntropyLoss] };
 * const { findings } = await runTool(studyTools.imbalance, subject, { side: 16, shares: [0.5, 0.01] });
 * findings[0].losses[0]; // "binaryCrossEntropyLoss": it counts by the pixel
 * ```
 */
export async function runTool<Data extends ToolData, Settings extends object>(
  tool: StudyTool<Data, Settings>,
  subject: ToolSubject,
  settings?: Settings,
  pictures?: PictureOptions,
): Promise<ToolResult<Data>> {
  const data = await tool.run(subject, settings);
  const { name, title, question, reading } = tool;
  return {
    tool: { name, title, question, reading },
    data,
    pictures: tool.pictures(data, pictures),
    findings: tool.findings(data),
  };
}
