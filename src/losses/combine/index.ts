/** Losses made of losses: sums, several resolutions, masks. They stand beside the catalogue. */

export { type DeepSupervision, deepSupervision } from "./deep-supervision.ts";
export type { AnyLoss } from "./levels.ts";
export { type MaskedLoss, maskedLoss } from "./masked-loss.ts";
export { type MultiScaleOptions, multiScale } from "./multi-scale.ts";
export type { ProgressOptions } from "./progress.ts";
export { type Ramp, type RampOptions, ramp } from "./ramp.ts";
export { rampedSum } from "./ramped-sum.ts";
export type { LossPart, LossParts, SumNaming, SumOptions } from "./sum.ts";
export { type NamedSumOptions, weightedSum } from "./weighted-sum.ts";
