/** Study tools: questions put to every loss. */
export type { AgreementData, AgreementRow } from "./agreement.ts";
export type { CurvatureData, CurvatureRow, CurvatureSettings } from "./curvature.ts";
export type { CurvesData, CurvesRow } from "./curves.ts";
export type { GradientsData, GradientsRow, GradientsSettings, KindShares } from "./gradients.ts";
export type { HealthData, HealthRow, WrongPull } from "./health/measure.ts";
export type { SizeLimits } from "./health/size-limits.ts";
export type { HealthSettings } from "./health.ts";
export type { ImbalanceData, ImbalanceRow, ImbalanceSettings, SizeSeries } from "./imbalance.ts";
export type { LandscapeData, LandscapeRow, LandscapeSettings, LossPlane } from "./landscape.ts";
export type { MissedObjectsData, MissedObjectsRow, MissedObjectsSettings } from "./missed-objects.ts";
export type { NoiseData, NoiseRow, NoiseSeries, NoiseSettings } from "./noise.ts";
export { runTool, studyTools, toolList } from "./registry.ts";
export type { ShiftDistances } from "./shared/shifted.ts";
export type { ShiftData, ShiftRow, ShiftSeries, ShiftSettings } from "./shift.ts";
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
