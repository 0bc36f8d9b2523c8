/** Comparing losses: what trainings with each of them came to. */
export { type Finding, findingsOf, verdictOf } from "./findings.ts";
export { oneClassDice, oneClassPredictions } from "./one-class.ts";
export { renderComparison } from "./report.ts";
export { type Aspect, metricSpread, overviewColumns, type Spread, spreadOf, spreadText } from "./spread.ts";
export type {
  ComparedData,
  ComparedExample,
  ComparedLoss,
  ComparedMetric,
  ComparedRun,
  Comparison,
  OneClassPrediction,
} from "./types.ts";
