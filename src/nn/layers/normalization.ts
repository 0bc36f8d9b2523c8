/** Normalisation: values of a batch, a group of channels or a channel, brought to mean 0 and variance 1. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { formatShape, sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { ones, zeros } from "../initializers.ts";
import type { Context, Module, VariableSpec, Variables } from "../module.ts";
import { alongChannels, checkCount, layer, noOthers, trained, type VariableSpecs } from "./layer.ts";

/** Options of {@link groupNorm} and {@link instanceNorm}. */
export interface NormOptions {
  /** Added to the variance. @defaultValue 1e-5 */
  readonly epsilon?: number;
  /** Whether each channel is then scaled by a trained `weight` (first 1) and moved by a `bias` (first 0). @defaultValue true */
  readonly affine?: boolean;
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends NormOptions {
  /** Share of the new statistics in the running ones. @defaultValue 0.1 */
  readonly momentum?: number;
}

function checkNorm(op: string, channels: number, epsilon: number): void {
  checkCount(op, "channels", channels);
  if (!(epsilon >= 0 && Number.isFinite(epsilon)))
    refuse(OptionError, op, "epsilon", String(epsilon), "a number from 0");
}

function checkInput(op: string, x: Tensor, channels: number): void {
  if (x.rank < 3 || x.shape[1] !== channels)
    refuse(ShapeError, op, "input", formatShape(x.shape), `[n, ${channels}, ...space]`);
}

/** Of one value alone, mean and value are the same and nothing is left. */
function checkCountOf(op: string, x: Tensor, count: number): void {
  if (count < 2)
    refuse(ShapeError, op, "input", formatShape(x.shape), "more than one value to take a variance of");
}

const affineSpecs = (channels: number, affine: boolean): VariableSpecs =>
  affine ? { weight: trained([channels], ones()), bias: trained([channels], zeros()) } : {};

/** x, already centred, over its deviation. */
const standardized = (centred: Tensor, variance: Tensor, epsilon: number): Tensor =>
  centred.div(variance.add(epsilon).sqrt());

function affinely(x: Tensor, { weight, bias }: Variables): Tensor {
  if (weight === undefined) return x;
  return x.mul(alongChannels(weight, x.rank)).add(alongChannels(bias, x.rank));
}

/** Puts the running statistics after this batch into `updates`; a layer applied twice moves them twice. */
function track(
  updates: Record<string, Tensor>,
  values: Variables,
  momentum: number,
  batch: Readonly<Record<string, Tensor>>,
): void {
  for (const [name, value] of Object.entries(batch)) {
    const before = updates[name] ?? values[name];
    updates[name] = stopGradient(before.mul(1 - momentum).add(value.reshape(before.shape).mul(momentum)));
  }
}

const running = (channels: number, initializer: VariableSpec["initializer"]): VariableSpec => ({
  shape: [channels],
  initializer,
  trainable: false,
});

/**
 * Batch normalisation of [n, channels, ...space]: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`, mean and
 * variance of each channel over images and space.
 *
 * While training they are the batch's own, and running ones are put into `context.updates`, where it is given:
 * `(1 - momentum) * running + momentum * batch`, of the variance with the unbiased estimate, as PyTorch does.
 * Otherwise the running ones are used.
 *
 * Variables: `weight`, `bias`, and, not trained, `runningMean` (first 0), `runningVariance` (first 1).
 *
 * @throws {@link OptionError} for channels or options out of range
 * @throws {@link ShapeError} at `apply`, for other channels, or while training with a single value a channel
 * @see Ioffe and Szegedy 2015
 * @example
 * ```ts
 * import { batchNorm, initialize } from "segtape/nn";
 * import { tensor } from "segtape";
 * const layer = batchNorm(1, { epsilon: 0 });
 * const updates = {};
 * const x = tensor([[[1, 3]]]);
 * const y = layer.apply(initialize(layer), x, { training: true, updates });
 * await y.data(); // [-1, 1]
 * await updates.runningMean.data(); // [0.2]
 * await updates.runningVariance.data(); // [1.1]
 * ```
 */
export function batchNorm(channels: number, options: BatchNormOptions = {}): Module {
  const { epsilon = 1e-5, affine = true, momentum = 0.1, ...unknown } = options;
  noOthers("batchNorm", unknown, "epsilon, affine or momentum");
  checkNorm("batchNorm", channels, epsilon);
  if (!(momentum >= 0 && momentum <= 1))
    refuse(OptionError, "batchNorm", "momentum", String(momentum), "a number in 0 .. 1");
  const specs = {
    ...affineSpecs(channels, affine),
    runningMean: running(channels, zeros()),
    runningVariance: running(channels, ones()),
  };
  const own = (values: Variables, x: Tensor, updates: Context["updates"]): Tensor => {
    const axes = [0, ...x.shape.slice(2).map((_, i) => i + 2)];
    const count = x.size / channels;
    checkCountOf("batchNorm", x, count);
    const mean = x.mean(axes, true);
    const centred = x.sub(mean);
    const variance = centred.square().mean(axes, true);
    if (updates !== undefined) {
      const unbiased = variance.mul(count / (count - 1));
      track(updates, values, momentum, { runningMean: mean, runningVariance: unbiased });
    }
    return standardized(centred, variance, epsilon);
  };
  return layer("batchNorm", specs, (values, x, { training = false, updates }) => {
    checkInput("batchNorm", x, channels);
    if (training) return affinely(own(values, x, updates), values);
    const centred = x.sub(alongChannels(values.runningMean, x.rank));
    return affinely(standardized(centred, alongChannels(values.runningVariance, x.rank), epsilon), values);
  });
}

function grouped(op: string, groups: number, channels: number, options: NormOptions): Module {
  const { epsilon = 1e-5, affine = true, ...unknown } = options;
  noOthers(op, unknown, "epsilon or affine");
  checkNorm(op, channels, epsilon);
  return layer(op, affineSpecs(channels, affine), (values, x) => {
    checkInput(op, x, channels);
    const [n, , ...space] = x.shape;
    checkCountOf(op, x, (channels / groups) * sizeOf(space));
    const parts = x.reshape([n, groups, channels / groups, ...space]);
    const axes = parts.shape.slice(2).map((_, i) => i + 2);
    const centred = parts.sub(parts.mean(axes, true));
    const variance = centred.square().mean(axes, true);
    return affinely(standardized(centred, variance, epsilon).reshape(x.shape), values);
  });
}

/**
 * Group normalisation of [n, channels, ...space]: as {@link batchNorm}, with mean and variance of each image and group
 * of neighbouring channels, in training and out of it. Variables: `weight`, `bias`.
 *
 * @param groups - a divisor of `channels`; 1 is layer normalisation
 * @throws {@link OptionError} for channels, groups or options out of range
 * @throws {@link ShapeError} at `apply`, for other channels, or a single value a group
 * @see Wu and He 2018
 * @example
 * ```ts
 * import { groupNorm, initialize } from "segtape/nn";
 * import { tensor } from "segtape";
 * const layer = groupNorm(1, 2, { epsilon: 0 });
 * await layer.apply(initialize(layer), tensor([[[5], [9]]])).data(); // [-1, 1]
 * ```
 */
export function groupNorm(groups: number, channels: number, options: NormOptions = {}): Module {
  checkCount("groupNorm", "groups", groups);
  checkCount("groupNorm", "channels", channels);
  if (channels % groups !== 0)
    refuse(OptionError, "groupNorm", "groups", String(groups), `a divisor of ${channels} channels`);
  return grouped("groupNorm", groups, channels, options);
}

/**
 * Instance normalisation of [n, channels, ...space]: mean and variance of each channel of each image, in training
 * and out of it. Variables: `weight`, `bias`, which PyTorch leaves out by default (`affine: false`).
 *
 * @throws {@link OptionError} for channels or options out of range
 * @throws {@link ShapeError} at `apply`, for other channels, or a single value a channel
 * @see Ulyanov et al. 2016
 */
export const instanceNorm = (channels: number, options: NormOptions = {}): Module =>
  grouped("instanceNorm", channels, channels, options);
