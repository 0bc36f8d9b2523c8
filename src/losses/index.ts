/** The losses, and what is needed to make another. */

export { type BalancedCrossEntropyOptions, balancedCrossEntropyLoss } from "./balanced-cross-entropy.ts";
export { type BasnetOptions, basnetLoss } from "./basnet.ts";
export { type BinaryCrossEntropyOptions, binaryCrossEntropyLoss } from "./binary-cross-entropy.ts";
export { losses } from "./catalogue.ts";
export {
  type CategoricalCrossEntropyOptions,
  categoricalCrossEntropyLoss,
} from "./categorical-cross-entropy.ts";
export { type ComboOptions, comboLoss } from "./combo.ts";
export {
  type CorrelationMaximizedSimilarityOptions,
  correlationMaximizedSimilarityLoss,
} from "./correlation-maximized-similarity.ts";
export { type DiceOptions, diceLoss } from "./dice.ts";
export {
  type DistanceMapCrossEntropyOptions,
  distanceMapCrossEntropyLoss,
} from "./distance-map-cross-entropy.ts";
export { type ExponentialLogarithmicOptions, exponentialLogarithmicLoss } from "./exponential-logarithmic.ts";
export { type FocalOptions, focalLoss } from "./focal.ts";
export { type FocalTverskyOptions, focalTverskyLoss } from "./focal-tversky.ts";
export { type HausdorffDistanceOptions, hausdorffDistanceLoss } from "./hausdorff-distance.ts";
export { type HausdorffErosionOptions, hausdorffErosionLoss } from "./hausdorff-erosion.ts";
export { type JaccardOptions, jaccardLoss } from "./jaccard.ts";
export { type LogCoshDiceOptions, logCoshDiceLoss } from "./log-cosh-dice.ts";
export { type MsSsimOptions, msSsimLoss } from "./ms-ssim.ts";
export { type SensitivitySpecificityOptions, sensitivitySpecificityLoss } from "./sensitivity-specificity.ts";
export { type ShapeAwareOptions, shapeAwareLoss } from "./shape-aware.ts";
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
export type { Padding } from "./shared/gaussian.ts";
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
export { type SsimOptions, ssimLoss } from "./ssim.ts";
export { type TverskyOptions, tverskyLoss } from "./tversky.ts";
export { type Unet3PlusOptions, unet3PlusLoss } from "./unet3-plus.ts";
export { type WeightedCrossEntropyOptions, weightedCrossEntropyLoss } from "./weighted-cross-entropy.ts";
