/** Study tools: questions put to every loss. */
export type { ImbalanceData, ImbalanceRow, ImbalanceSettings, SizeSeries } from "./imbalance.ts";
export { runTool, studyTools, toolList } from "./registry.ts";
export type {
  LossName,
  PictureOptions,
  StudyTool,
  ToolData,
  ToolFinding,
  ToolPicture,
  ToolResult,
  ToolSubject,
  UnmeasuredLoss,
} from "./tool.ts";
