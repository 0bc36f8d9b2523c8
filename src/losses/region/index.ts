/** Losses of overlap: ratios of sums over regions. */

export {
  type AsymmetricFocalTverskyOptions,
  asymmetricFocalTverskyLoss,
} from "./asymmetric-focal-tversky.ts";
export { type BlobOptions, blobLoss } from "./blob.ts";
export { type DiceOptions, diceLoss } from "./dice.ts";
export { type FBetaOptions, fBetaLoss } from "./f-beta.ts";
export { type FocalDiceOptions, focalDiceLoss } from "./focal-dice.ts";
export { type FocalTverskyOptions, focalTverskyLoss } from "./focal-tversky.ts";
export {
  type GeneralizedDiceOptions,
  generalizedDiceLoss,
  type VolumeWeighting,
} from "./generalized-dice.ts";
export {
  type ClassDistances,
  type GeneralizedWassersteinDiceOptions,
  generalizedWassersteinDiceLoss,
} from "./generalized-wasserstein-dice.ts";
export { type JaccardOptions, jaccardLoss } from "./jaccard.ts";
export { type LogCoshDiceOptions, logCoshDiceLoss } from "./log-cosh-dice.ts";
export { type LovaszHingeOptions, lovaszHingeLoss } from "./lovasz-hinge.ts";
export { type LovaszSoftmaxOptions, lovaszSoftmaxLoss } from "./lovasz-softmax.ts";
export { type MatthewsCorrelationOptions, matthewsCorrelationLoss } from "./matthews-correlation.ts";
export { type NoiseRobustDiceOptions, noiseRobustDiceLoss } from "./noise-robust-dice.ts";
export {
  type PenaltyGeneralizedDiceOptions,
  penaltyGeneralizedDiceLoss,
} from "./penalty-generalized-dice.ts";
export { type SensitivitySpecificityOptions, sensitivitySpecificityLoss } from "./sensitivity-specificity.ts";
export { type SoftF1Options, softF1Loss } from "./soft-f1.ts";
export { type SoftLabelDiceOptions, softLabelDiceLoss } from "./soft-label-dice.ts";
export { type SoftLabelJaccardOptions, softLabelJaccardLoss } from "./soft-label-jaccard.ts";
export { type SoftLabelTverskyOptions, softLabelTverskyLoss } from "./soft-label-tversky.ts";
export { type TverskyOptions, tverskyLoss } from "./tversky.ts";
