/** Gradients held within bounds before an optimiser sees them. */
import { GradientError, OptionError, refuse } from "../errors.ts";
import type { Variables } from "../nn/module.ts";
import type { Tensor } from "../tensor.ts";

/** From gradients to gradients, under the same names: a pure function, part of the recorded step. */
export type GradientTransform = (gradients: Variables) => Record<string, Tensor>;

function checkBound(op: string, name: string, bound: number): void {
  if (typeof bound !== "number" || !(bound > 0) || bound === Infinity)
    refuse(OptionError, op, name, String(bound), "a number above 0");
}

const mapped = (gradients: Variables, f: (gradient: Tensor) => Tensor): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, f(gradient)]));

/**
 * The Euclidean norm of all tensors of a record together: `sqrt(sum over tensors of sum g^2)`.
 *
 * @returns a scalar
 * @throws {@link GradientError} where there is no tensor
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { globalNorm } from "segtape/optim";
 * await globalNorm({ a: tensor([3, 0]), b: tensor([[4]]) }).item(); // 5
 * ```
 */
export function globalNorm(gradients: Variables): Tensor {
  const squares = Object.values(gradients).map((gradient) => gradient.square().sum());
  if (squares.length === 0)
    refuse(GradientError, "globalNorm", "gradients", "an empty record", "at least one tensor");
  return squares.reduce((sum, square) => sum.add(square)).sqrt();
}

/**
 * Scales all gradients together so that their global norm is at most `limit`: `g min(1, limit / (norm + 1e-6))`, as
 * PyTorch's `clip_grad_norm_` has it. Their directions stay.
 *
 * Where the norm is beyond float32 (gradients from about 1e19), the gradients become 0, or NaN if they are infinite
 * themselves.
 *
 * @param limit - above 0
 * @throws {@link OptionError} for another limit
 * @see Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { clipByGlobalNorm } from "segtape/optim";
 * const { a, b } = clipByGlobalNorm(1)({ a: tensor([3, 0]), b: tensor([4]) });
 * await a.data(); // [0.59999..., 0]
 * await b.data(); // [0.79999...]
 * ```
 */
export function clipByGlobalNorm(limit: number): GradientTransform {
  checkBound("clipByGlobalNorm", "limit", limit);
  return (gradients) => {
    const scale = globalNorm(gradients).add(1e-6).pow(-1).mul(limit).minimum(1);
    return mapped(gradients, (gradient) => gradient.mul(scale));
  };
}

/**
 * Holds every element of every gradient within -limit .. limit, as PyTorch's `clip_grad_value_` does.
 *
 * @param limit - above 0
 * @throws {@link OptionError} for another limit
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { clipByValue } from "segtape/optim";
 * await clipByValue(1)({ a: tensor([3, -0.5]) }).a.data(); // [1, -0.5]
 * ```
 */
export function clipByValue(limit: number): GradientTransform {
  checkBound("clipByValue", "limit", limit);
  return (gradients) => mapped(gradients, (gradient) => gradient.clamp(-limit, limit));
}
