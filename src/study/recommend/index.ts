/** Which losses suit a data set: its masks measured, and the losses on scenes with the same numbers. */
export {
  type ClassMeasures,
  type MaskMeasures,
  type MeanAndRange,
  measureMasks,
  type ObjectMeasures,
} from "./measures.ts";
export type { NeedFound, NeedName } from "./needs.ts";
export type { LabelMask } from "./objects.ts";
export { type RecommendationFacts, renderRecommendation } from "./page.ts";
export {
  type Addition,
  type ChosenOptions,
  type MeasuredLoss,
  type Need,
  type RankedLoss,
  type Recommendation,
  type RecommendSettings,
  recommendLosses,
  type Suggestion,
} from "./recommend.ts";
export { callText, MEASURE_COLUMNS, measureRows, sceneText, sizeText } from "./text.ts";
export type { LossTraits } from "./traits.ts";
