/** The public surface of segtape. */
export type { HostArray, NestedNumbers, NumericNdArray, TensorData, TypedArray } from "./array.ts";
export { arange, concat, full, oneHot, ones, type RandomOptions, random, stack, zeros } from "./create.ts";
export {
  AxisError,
  BackendError,
  DTypeError,
  type ErrorDetails,
  FileError,
  GradientError,
  KernelError,
  OptionError,
  SegtapeError,
  ShapeError,
  TrainingError,
} from "./errors.ts";
export * from "./functions.ts";
export type { Tape, TapeStep } from "./graph/tape.ts";
export * from "./losses/index.ts";
export type { PoolOptions } from "./ops/compose.ts";
export type { ConvolutionOptions, TransposedConvolutionOptions } from "./ops/contract.ts";
export type { UpsampleMode } from "./ops/resize.ts";
export {
  type BackendChoice,
  type BackendOptions,
  type BackendStatus,
  backends,
  setBackend,
} from "./run/backends.ts";
export type { BackendId, PlanReport } from "./run/executor.ts";
export type { Shape } from "./shape.ts";
export {
  type Axes,
  evaluate,
  isTensor,
  planReport,
  Tensor,
  type TensorLike,
  type TensorOptions,
  tensor,
} from "./tensor.ts";
export { type Anomaly, type AnomalyOptions, detectAnomaly } from "./transform/anomaly.ts";
export { compile } from "./transform/compile.ts";
export {
  customVjp,
  type Gradients,
  type GradOptions,
  grad,
  hvp,
  type ScalarFunction,
  stopGradient,
  valueAndGrad,
  vjpOf,
} from "./transform/grad.ts";
export {
  type GradcheckOptions,
  type GradcheckResult,
  type GradcheckWorst,
  gradcheck,
} from "./transform/gradcheck.ts";
export { type HessianDiagonalOptions, hessianDiagonal } from "./transform/hessian.ts";
export {
  type Noise,
  type RunOptions,
  type StatefulFunction,
  type StepResult,
  stateful,
  type TensorRecord,
} from "./transform/stateful.ts";
export { type TapeOptions, tape } from "./transform/tape.ts";
export type { TensorTree } from "./transform/tree.ts";
