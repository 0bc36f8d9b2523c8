/** Losses of neighbourhoods: windows and what is seen through them. */

export { type AffinityOptions, affinityLoss } from "./affinity.ts";
export { type CbDiceOptions, cbDiceLoss, type RadiusWeight } from "./cb-dice.ts";
export { type ClDiceOptions, clDiceLoss } from "./cl-dice.ts";
export {
  type CorrelationMaximizedSimilarityOptions,
  correlationMaximizedSimilarityLoss,
} from "./correlation-maximized-similarity.ts";
export { type MsSsimOptions, msSsimLoss } from "./ms-ssim.ts";
export {
  type RegionMutualInformationOptions,
  regionMutualInformationLoss,
} from "./region-mutual-information.ts";
export { type SsimOptions, ssimLoss } from "./ssim.ts";
export { type TotalVariationOptions, totalVariationLoss } from "./total-variation.ts";
