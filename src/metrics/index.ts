/** How good a segmentation is: overlap, borders, calibration. Pure functions of typed arrays. */
export { calibrationError, expectedCalibrationError } from "./calibration.ts";
export { type EvaluateMetricsOptions, evaluateMetrics, metrics } from "./catalogue.ts";
export { addConfusions, type ConfusionMatrix, type ConfusionOptions, confusionMatrix } from "./confusion.ts";
export { averageSurfaceDistance, boundaryF1, hausdorff95 } from "./distance.ts";
export type { Metric, MetricInfo, MetricResult } from "./metric.ts";
export type { ClassMap, MetricOptions } from "./options.ts";
export {
  accuracy,
  balancedAccuracy,
  dice,
  iou,
  matthewsCorrelation,
  pixelAccuracy,
  precision,
  sensitivity,
  specificity,
} from "./overlap.ts";
