/** Losses made of several others. */

export {
  type AdaptivePixelIntensityOptions,
  adaptivePixelIntensityLoss,
} from "./adaptive-pixel-intensity.ts";
export { type BasnetOptions, basnetLoss } from "./basnet.ts";
export { type ComboOptions, comboLoss } from "./combo.ts";
export { type DiceClDiceOptions, diceClDiceLoss } from "./dice-cl-dice.ts";
export { type DiceCrossEntropyOptions, diceCrossEntropyLoss } from "./dice-cross-entropy.ts";
export { type DiceFocalOptions, diceFocalLoss } from "./dice-focal.ts";
export { type DiceTopKOptions, diceTopKLoss } from "./dice-top-k.ts";
export { type ExponentialLogarithmicOptions, exponentialLogarithmicLoss } from "./exponential-logarithmic.ts";
export { type GeneralizedDiceFocalOptions, generalizedDiceFocalLoss } from "./generalized-dice-focal.ts";
export { type Unet3PlusOptions, unet3PlusLoss } from "./unet3-plus.ts";
export { type UnifiedFocalOptions, unifiedFocalLoss } from "./unified-focal.ts";
