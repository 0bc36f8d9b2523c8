/** Convolutions with their weights. */

import { OptionError, refuse } from "../../errors.ts";
import type { ConvolutionOptions, TransposedConvolutionOptions } from "../../ops/contract.ts";
import type { Tensor } from "../../tensor.ts";
import { heNormal, type Initializer, transposed, zeros } from "../initializers.ts";
import type { Module } from "../module.ts";
import { alongChannels, checkCount, layer, trained } from "./layer.ts";

/** What a layer of weights has beside the settings of its operation. */
export interface WeightOptions {
  /** Whether a number is added to each output channel. @defaultValue true */
  readonly bias?: boolean;
  /** First values of the weight. @defaultValue `heNormal()`, of transposed convolutions with swapped fans */
  readonly weightInitializer?: Initializer;
  /** First values of the bias. @defaultValue `zeros()` */
  readonly biasInitializer?: Initializer;
}

/** Options of {@link conv2d} and {@link conv3d}. */
export interface ConvolutionLayerOptions extends ConvolutionOptions, WeightOptions {}

/** Options of {@link convTranspose2d} and {@link convTranspose3d}. */
export interface TransposedConvolutionLayerOptions extends TransposedConvolutionOptions, WeightOptions {}

/** One length for all taps, or one an axis. */
export type KernelSize = number | readonly number[];

function tapsOf(op: string, rank: number, kernelSize: KernelSize): readonly number[] {
  const taps = typeof kernelSize === "number" ? new Array<number>(rank).fill(kernelSize) : kernelSize.slice();
  if (taps.length !== rank || !taps.every((length) => Number.isInteger(length) && length >= 1))
    refuse(OptionError, op, "kernelSize", String(kernelSize), `a positive integer, or ${rank} of them`);
  return taps;
}

/** Channels in and out, and groups that divide both. */
function checkChannels(op: string, inChannels: number, outChannels: number, groups: number): void {
  checkCount(op, "inChannels", inChannels);
  checkCount(op, "outChannels", outChannels);
  if (!Number.isInteger(groups) || groups < 1 || inChannels % groups !== 0 || outChannels % groups !== 0)
    refuse(OptionError, op, "groups", String(groups), `a divisor of ${inChannels} and ${outChannels}`);
}

/** The layer around an operation on x and `weight`. */
function weighted(
  op: string,
  shape: readonly number[],
  outChannels: number,
  initializer: Initializer,
  { bias = true, biasInitializer = zeros() }: WeightOptions,
  operation: (x: Tensor, weight: Tensor) => Tensor,
): Module {
  const weight = { weight: trained(shape, initializer) };
  if (!bias) return layer(op, weight, (values, x) => operation(x, values.weight));
  return layer(op, { ...weight, bias: trained([outChannels], biasInitializer) }, (values, x) =>
    operation(x, values.weight).add(alongChannels(values.bias, x.rank)),
  );
}

function convolution(
  op: "conv2d" | "conv3d",
  rank: number,
  inChannels: number,
  outChannels: number,
  kernelSize: KernelSize,
  options: ConvolutionLayerOptions,
): Module {
  const { bias, weightInitializer = heNormal(), biasInitializer, ...settings } = options;
  const { groups = 1 } = settings;
  checkChannels(op, inChannels, outChannels, groups);
  const shape = [outChannels, inChannels / groups, ...tapsOf(op, rank, kernelSize)];
  return weighted(op, shape, outChannels, weightInitializer, { bias, biasInitializer }, (x, weight) =>
    x[op](weight, settings),
  );
}

function transposedConvolution(
  op: "convTranspose2d" | "convTranspose3d",
  rank: number,
  inChannels: number,
  outChannels: number,
  kernelSize: KernelSize,
  options: TransposedConvolutionLayerOptions,
): Module {
  const { bias, weightInitializer = transposed(heNormal()), biasInitializer, ...settings } = options;
  const { groups = 1 } = settings;
  checkChannels(op, inChannels, outChannels, groups);
  const shape = [inChannels, outChannels / groups, ...tapsOf(op, rank, kernelSize)];
  return weighted(op, shape, outChannels, weightInitializer, { bias, biasInitializer }, (x, weight) =>
    x[op](weight, settings),
  );
}

/**
 * Convolution of images: [n, inChannels, h, w] to [n, outChannels, h', w'].
 *
 * Variables: `weight` [outChannels, inChannels / groups, kh, kw] and, by default, `bias` [outChannels]. The weight
 * starts as He's normal, the bias as 0: what trains well under ReLU. PyTorch's own start is
 * `weightInitializer: heUniform({ gain: Math.sqrt(1 / 6) })`.
 *
 * @throws {@link OptionError} for channels, a kernel size or groups that do not fit; {@link ShapeError} at `apply`
 * @example
 * ```ts
 * import { conv2d, initialize } from "segtape/nn";
 * import { zeros } from "segtape";
 * const layer = conv2d(3, 8, 3, { padding: "same" });
 * layer.apply(initialize(layer), zeros([2, 3, 10, 12])).shape; // [2, 8, 10, 12]
 * ```
 */
export const conv2d = (
  inChannels: number,
  outChannels: number,
  kernelSize: KernelSize,
  options: ConvolutionLayerOptions = {},
): Module => convolution("conv2d", 2, inChannels, outChannels, kernelSize, options);

/**
 * Convolution of volumes: [n, inChannels, d, h, w] to [n, outChannels, d', h', w']. See {@link conv2d}.
 *
 * @throws {@link OptionError} for channels, a kernel size or groups that do not fit; {@link ShapeError} at `apply`
 */
export const conv3d = (
  inChannels: number,
  outChannels: number,
  kernelSize: KernelSize,
  options: ConvolutionLayerOptions = {},
): Module => convolution("conv3d", 3, inChannels, outChannels, kernelSize, options);

/**
 * Transposed convolution of images: [n, inChannels, h, w] to [n, outChannels, h', w'] with
 * `h' = (h - 1) stride - 2 padding + dilation (k - 1) + 1 + outputPadding`. With kernel and stride 2 it doubles sizes.
 *
 * Variables, in PyTorch's layout: `weight` [inChannels, outChannels / groups, kh, kw], `bias` [outChannels].
 *
 * @throws {@link OptionError} for channels, a kernel size or groups that do not fit; {@link ShapeError} at `apply`
 * @see Dumoulin and Visin 2016
 * @example
 * ```ts
 * import { convTranspose2d, initialize } from "segtape/nn";
 * import { zeros } from "segtape";
 * const layer = convTranspose2d(8, 4, 2, { stride: 2 });
 * layer.apply(initialize(layer), zeros([1, 8, 5, 6])).shape; // [1, 4, 10, 12]
 * ```
 */
export const convTranspose2d = (
  inChannels: number,
  outChannels: number,
  kernelSize: KernelSize,
  options: TransposedConvolutionLayerOptions = {},
): Module => transposedConvolution("convTranspose2d", 2, inChannels, outChannels, kernelSize, options);

/**
 * Transposed convolution of volumes: [n, inChannels, d, h, w] to [n, outChannels, d', h', w']. See
 * {@link convTranspose2d}.
 *
 * @throws {@link OptionError} for channels, a kernel size or groups that do not fit; {@link ShapeError} at `apply`
 */
export const convTranspose3d = (
  inChannels: number,
  outChannels: number,
  kernelSize: KernelSize,
  options: TransposedConvolutionLayerOptions = {},
): Module => transposedConvolution("convTranspose3d", 3, inChannels, outChannels, kernelSize, options);
