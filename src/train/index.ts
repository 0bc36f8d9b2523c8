/** Entry point `segtape/train`: fitting networks, predicting images of any size, measuring. Free of files. */
export { type EvaluateOptions, type Evaluation, evaluateModel, type SampleEvaluation } from "./evaluate.ts";
export { fit } from "./fit.ts";
export { classesOf, predictImage } from "./predict.ts";
export { epochSteps } from "./setup.ts";
export { tensorsOf } from "./state.ts";
export type {
  ArrayData,
  Arrays,
  Augmentation,
  Best,
  CheckpointEvent,
  Data,
  ElasticOptions,
  EpochEvent,
  EpochRecord,
  FitLoss,
  FitLossOptions,
  FitOptions,
  FitResult,
  Json,
  Normalization,
  Picture,
  PredictOptions,
  Progress,
  Sample,
  StepEvent,
  StopReason,
  StopSignal,
  TrainingState,
} from "./types.ts";
