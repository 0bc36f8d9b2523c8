/** `segtape/study`: measuring, checking and drawing losses. */
export {
  type ColoredImage,
  type Colormap,
  type ColorOptions,
  colorAt,
  divergingMap,
  gradientImage,
  magnitudeImage,
  NOT_A_NUMBER_COLOR,
  type Rgb,
  sequentialMap,
} from "./colormap.ts";
export {
  type Aspect,
  type ComparedData,
  type ComparedExample,
  type ComparedLoss,
  type ComparedMetric,
  type ComparedRun,
  type Comparison,
  type Finding,
  findingsOf,
  metricSpread,
  type OneClassPrediction,
  oneClassDice,
  oneClassPredictions,
  overviewColumns,
  renderComparison,
  type Spread,
  spreadOf,
  spreadText,
  verdictOf,
} from "./comparison/index.ts";
export { type CurveOptions, gradientChart, lossChart } from "./curves.ts";
export { computesRight, type ExecutorFinding, examineExecutors } from "./examine.ts";
export { lossCurves } from "./loss-curves.ts";
export { checkedError, logitsOf, type Measurement, measure, type StudyPair } from "./measure.ts";
export { lesionPhantom, type Phantom, type PhantomOptions } from "./phantom.ts";
export * from "./recommend/index.ts";
export { renderReport } from "./report.ts";
export { type ReportFacts, runStudy, type StudiedLoss, type StudyOptions, studyReport } from "./study.ts";
export * from "./tools/index.ts";
export { renderTraining, type TrainingReport } from "./training-report.ts";
export type { LossCurves, StudyLoss, StudyReport } from "./types.ts";
