/** Losses of single pixels: cross entropies and their kin. */

export { type AsymmetricFocalOptions, asymmetricFocalLoss } from "./asymmetric-focal.ts";
export { type BalancedCrossEntropyOptions, balancedCrossEntropyLoss } from "./balanced-cross-entropy.ts";
export { type BiTemperedLogisticOptions, biTemperedLogisticLoss } from "./bi-tempered-logistic.ts";
export { type BinaryCrossEntropyOptions, binaryCrossEntropyLoss } from "./binary-cross-entropy.ts";
export {
  type BootstrappedCrossEntropyOptions,
  type Bootstrapping,
  bootstrappedCrossEntropyLoss,
} from "./bootstrapped-cross-entropy.ts";
export {
  type CategoricalCrossEntropyOptions,
  categoricalCrossEntropyLoss,
} from "./categorical-cross-entropy.ts";
export { type FocalOptions, focalLoss } from "./focal.ts";
export {
  type GeneralizedCrossEntropyOptions,
  generalizedCrossEntropyLoss,
} from "./generalized-cross-entropy.ts";
export {
  type NeighborAwareCrossEntropyOptions,
  neighborAwareCrossEntropyLoss,
} from "./neighbor-aware-cross-entropy.ts";
export { type NormalizedFocalOptions, normalizedFocalLoss } from "./normalized-focal.ts";
export { type OhemCrossEntropyOptions, ohemCrossEntropyLoss } from "./ohem-cross-entropy.ts";
export { type PolyCrossEntropyOptions, polyCrossEntropyLoss } from "./poly-cross-entropy.ts";
export { type PolyFocalOptions, polyFocalLoss } from "./poly-focal.ts";
export { type QualityFocalOptions, qualityFocalLoss } from "./quality-focal.ts";
export { type ReducedFocalOptions, reducedFocalLoss } from "./reduced-focal.ts";
export { type SymmetricCrossEntropyOptions, symmetricCrossEntropyLoss } from "./symmetric-cross-entropy.ts";
export { type TopKCrossEntropyOptions, topKCrossEntropyLoss } from "./top-k-cross-entropy.ts";
export { type WeightedCrossEntropyOptions, weightedCrossEntropyLoss } from "./weighted-cross-entropy.ts";
