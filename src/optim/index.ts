/** Optimisers, gradient clipping and learning rate schedules. */
export { type AdamOptions, type AdamWOptions, adam, adamW } from "./adam.ts";
export { clipByGlobalNorm, clipByValue, type GradientTransform, globalNorm } from "./clip.ts";
export type { Optimizer, OptimizerOptions, UpdateOptions, UpdateResult } from "./optimizer.ts";
export { type RmsPropOptions, rmsProp } from "./rms-prop.ts";
export { type CosineOptions, cosine } from "./schedules/cosine.ts";
export {
  type ExponentialOptions,
  exponential,
  type PolynomialOptions,
  polynomial,
  type StepDecayOptions,
  stepDecay,
} from "./schedules/decay.ts";
export { type Plateau, type PlateauOptions, type PlateauState, plateau } from "./schedules/plateau.ts";
export type { Schedule } from "./schedules/schedule.ts";
export { constant, type WarmupOptions, warmup } from "./schedules/warmup.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
