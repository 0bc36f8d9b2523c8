/** The losses, and what is needed to make another. */

export type { Connectivity } from "../ops/host/connected-components.ts";
export * from "./boundary/index.ts";
export { losses } from "./catalogue.ts";
export * from "./combine/index.ts";
export * from "./compound/index.ts";
export * from "./pixel/index.ts";
export * from "./region/index.ts";
export {
  defineLoss,
  type Family,
  type Loss,
  type LossBody,
  type LossCall,
  type LossDefinition,
  type LossInfo,
  type OptionsOf,
} from "./shared/define-loss.ts";
export type { Spacing } from "./shared/distance-maps.ts";
export type {
  Aggregate,
  InputKind,
  Mode,
  OptionSpec,
  Reduction,
  SharedName,
  SharedOptions,
  SmoothOptions,
} from "./shared/options.ts";
export type { PartOptions } from "./shared/parts.ts";
export type { Pixels } from "./shared/pixels.ts";
export type { SimilarityOptions, WindowSharedOptions } from "./shared/similarity.ts";
export type { VariationForm, VariationOptions } from "./shared/variation.ts";
export type { Padding } from "./shared/windows.ts";
export * from "./structure/index.ts";
