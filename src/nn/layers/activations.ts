/** Activations as layers: element by element, without variables but for `prelu`. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { formatShape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { constant } from "../initializers.ts";
import type { Module } from "../module.ts";
import { alongChannels, checkCount, layer, stateless, trained } from "./layer.ts";

/** max(x, 0); slope 0 at 0. */
export const relu = (): Module => stateless((x) => x.relu());

/**
 * x where positive, else slope * x.
 *
 * @param slope - below 0; any finite number
 * @throws {@link OptionError} for a slope that is not finite
 * @see Maas et al. 2013
 */
export function leakyRelu(slope = 0.01): Module {
  if (!Number.isFinite(slope)) refuse(OptionError, "leakyRelu", "slope", String(slope), "a finite number");
  return stateless((x) => x.greater(0).where(x, x.mul(slope)));
}

/**
 * x where positive, else a * x with a trained slope `weight`, one for all channels or one each; first 0.25.
 *
 * @param channels - 1, or as many as the input has
 * @throws {@link OptionError} where `channels` is no positive integer; {@link ShapeError} at `apply`, for other channels
 * @see He et al. 2015
 */
export function prelu(channels = 1): Module {
  checkCount("prelu", "channels", channels);
  return layer("prelu", { weight: trained([channels], constant(0.25)) }, ({ weight }, x) => {
    if (channels > 1 && x.shape[1] !== channels)
      refuse(ShapeError, "prelu", "input", formatShape(x.shape), `[n, ${channels}, ...space]`);
    return x.greater(0).where(x, x.mul(alongChannels(weight, x.rank)));
  });
}

/**
 * x where positive, else alpha * (exp(x) - 1).
 *
 * @param alpha - what it goes to for very negative x, with the sign turned
 * @throws {@link OptionError} for an alpha that is not finite
 * @see Clevert et al. 2016
 */
export function elu(alpha = 1): Module {
  if (!Number.isFinite(alpha)) refuse(OptionError, "elu", "alpha", String(alpha), "a finite number");
  return stateless((x) => {
    const positive = x.greater(0);
    // The branch that is not taken must not overflow.
    return positive.where(x, positive.where(0, x).expm1().mul(alpha));
  });
}

const GELU_SCALE = Math.sqrt(2 / Math.PI);

/**
 * x * Phi(x) in the form `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`, within 5e-4 of the exact one.
 *
 * @see Hendrycks and Gimpel 2016
 */
export const gelu = (): Module =>
  stateless((x) => {
    const inner = x.square().mul(0.044715).add(1).mul(x).mul(GELU_SCALE);
    return inner.tanh().add(1).mul(x).mul(0.5);
  });

/**
 * x * sigmoid(x), also known as swish.
 *
 * @see Elfwing et al. 2018
 */
export const silu = (): Module => stateless((x) => x.mul(x.sigmoid()));

/** 1 / (1 + exp(-x)). */
export const sigmoid = (): Module => stateless((x) => x.sigmoid());

/** Hyperbolic tangent. */
export const tanh = (): Module => stateless((x) => x.tanh());

/** log(1 + exp(x)). */
export const softplus = (): Module => stateless((x) => x.softplus());

/** x itself: where a layer is asked for and none is wanted. */
export const identity = (): Module => stateless((x: Tensor) => x);

/**
 * The activations by name, each with its defaults.
 *
 * @example
 * ```ts
 * import { activations } from "segtape/nn";
 * import { tensor } from "segtape";
 * await activations.leakyRelu().apply({}, tensor([-2, 3])).data(); // [-0.02, 3]
 * ```
 */
export const activations = {
  relu,
  leakyRelu,
  prelu,
  elu,
  gelu,
  silu,
  sigmoid,
  tanh,
  softplus,
  identity,
} as const;

/** The name of an activation. */
export type ActivationName = keyof typeof activations;
