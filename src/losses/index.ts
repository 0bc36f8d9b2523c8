/** The losses, and what is needed to make another. */
export { type BinaryCrossEntropyOptions, binaryCrossEntropyLoss } from "./binary-cross-entropy.ts";
export { losses } from "./catalogue.ts";
export { type DiceOptions, diceLoss } from "./dice.ts";
export { defineLoss, type Family, type Loss, type LossBody, type LossCall, type LossDefinition, type LossInfo } from "./shared/define-loss.ts";
export type { Aggregate, InputKind, Mode, OptionSpec, Reduction, SharedName, SharedOptions, SmoothOptions } from "./shared/options.ts";
export type { Pixels } from "./shared/pixels.ts";
