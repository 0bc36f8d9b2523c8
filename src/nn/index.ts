/** Networks: layers as pure functions of their variables, and the U-Net. */
export { concat, type Parts, scoped, sequential } from "./combine.ts";
export { type CountOptions, countParameters, describe } from "./describe.ts";
export { type InitializeOptions, initialize } from "./initialize.ts";
export type { Fans, Initializer, VarianceOptions } from "./initializers.ts";
export * as initializers from "./initializers.ts";
export {
  type ActivationName,
  activations,
  elu,
  gelu,
  identity,
  leakyRelu,
  prelu,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from "./layers/activations.ts";
export {
  type ConvolutionLayerOptions,
  conv2d,
  conv3d,
  convTranspose2d,
  convTranspose3d,
  type KernelSize,
  type TransposedConvolutionLayerOptions,
  type WeightOptions,
} from "./layers/convolution.ts";
export { type DropoutOptions, dropout } from "./layers/dropout.ts";
export {
  type BatchNormOptions,
  batchNorm,
  groupNorm,
  instanceNorm,
  type NormOptions,
} from "./layers/normalization.ts";
export { avgPool, maxPool, upsample } from "./layers/resampling.ts";
export type { Context, Module, VariableSpec, Variables } from "./module.ts";
export {
  type Normalization,
  type UNet,
  type UNetOptions,
  type UNetSettings,
  type Upsampling,
  unet,
} from "./unet.ts";
