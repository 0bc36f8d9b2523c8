/** Adam and AdamW: one rule, which differs in where the weight decay goes. */
import type { Tensor } from "../tensor.ts";
import { blend, DECAYS, type Optimizer, type OptimizerOptions, optimizerOf, penalised } from "./optimizer.ts";
import { flag, notNegative, positive, readOptions, type Specs, share } from "./options.ts";

/** Options of {@link adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Learning rate where `update` is given none, above 0. @defaultValue 0.001 */
  readonly learningRate?: number;
  /** Share of the running mean that is kept from step to step, from 0, below 1. @defaultValue 0.9 */
  readonly beta1?: number;
  /** Share of the running mean of squares that is kept, from 0, below 1. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Added to the root in the denominator, above 0. @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Whether to divide by the largest running mean of squares so far instead of the present one. @defaultValue false */
  readonly amsgrad?: boolean;
}

/** Options of {@link adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Share of each parameter, times the learning rate, that is taken from it, from 0. @defaultValue 0.01 */
  readonly weightDecay?: number;
}

const specs = (weightDecay: number, doc: string): Specs<AdamOptions> => ({
  learningRate: positive(0.001, "learning rate where update is given none"),
  beta1: share(0.9, "share of the running mean that is kept"),
  beta2: share(0.999, "share of the running mean of squares that is kept"),
  epsilon: positive(1e-8, "added to the root in the denominator"),
  amsgrad: flag("whether to divide by the largest running mean of squares so far"),
  weightDecay: notNegative(weightDecay, doc),
  decays: DECAYS,
});

const ADAM = specs(0, "share of each parameter that is added to its gradient");
const ADAM_W = specs(0.01, "share of each parameter, times the learning rate, that is taken from it");

/** `1 - beta^step`. As written it would lose all digits of float32 for beta near 1. */
function correction(step: Tensor, beta: number): Tensor | number {
  return beta === 0 ? 1 : step.mul(Math.log(beta)).expm1().neg();
}

interface Factors {
  /** r / (1 - beta1^t). */
  readonly stepSize: Tensor;
  /** 1 / sqrt(1 - beta2^t). */
  readonly rootScale: Tensor | number;
  /** r, for the decoupled decay. */
  readonly rate: Tensor;
}

type Slot = "mean" | "variance" | "largestVariance";

function adamLike(
  name: string,
  decoupled: boolean,
  filled: Required<Omit<AdamOptions, "decays">> & Pick<AdamOptions, "decays">,
): Optimizer {
  const { beta1, beta2, epsilon, amsgrad } = filled;
  return optimizerOf<Factors, Slot>({
    name,
    options: filled,
    slots: amsgrad ? ["mean", "variance", "largestVariance"] : ["mean", "variance"],
    factors: (step, rate) => {
      const second = correction(step, beta2);
      return {
        rate,
        stepSize: rate.div(correction(step, beta1)),
        rootScale: typeof second === "number" ? 1 : second.sqrt().pow(-1),
      };
    },
    turn: (turn) => {
      const { parameter, slots, factors, decay } = turn;
      const gradient = decoupled ? turn.gradient : penalised(turn);
      const mean = blend(slots.mean, gradient, beta1);
      const variance = blend(slots.variance, gradient.square(), beta2);
      const largestVariance = amsgrad ? slots.largestVariance.maximum(variance) : variance;
      const root = largestVariance.sqrt().mul(factors.rootScale).add(epsilon);
      const change = mean.mul(factors.stepSize).div(root);
      const decayed =
        decoupled && decay > 0 ? parameter.sub(parameter.mul(factors.rate.mul(decay))) : parameter;
      return { parameter: decayed.sub(change), slots: { mean, variance, largestVariance } };
    },
  });
}

/**
 * Adam: each parameter's step is its mean gradient over the root of its mean squared gradient.
 *
 * `m <- b1 m + (1 - b1) g`, `v <- b2 v + (1 - b2) g^2`, `p <- p - r / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + e)`,
 * with `g + w p` in place of g for weight decay.
 *
 * Symbols: p parameter, g gradient, m and v running means, t the count of steps, from 1, r `learningRate`, b1 `beta1`,
 * b2 `beta2`, e `epsilon`, w `weightDecay`. `amsgrad` takes the largest v so far in place of v. The corrections
 * `1 - b^t` are computed as `-expm1(t log b)`, right to float32's last places at every t. State: `step`,
 * `adam.mean/<parameter>`, `adam.variance/<parameter>`, with amsgrad `adam.largestVariance/<parameter>`.
 *
 * @throws {@link OptionError} for options out of range
 * @see Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015; amsgrad: Reddi et al., ICLR 2018
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { adam } from "segtape/optim";
 * const optimizer = adam({ learningRate: 0.5 });
 * const weights = { w: tensor([1, 2]) };
 * const slopes = { w: tensor([100, -0.01]) };
 * const { parameters } = optimizer.update(slopes, optimizer.init(weights), weights);
 * await parameters.w.data(); // [0.50000..., 2.49999...]
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamLike("adam", false, readOptions<AdamOptions, "decays">("adam", ADAM, options));
}

/**
 * AdamW: {@link adam} with weight decay apart from the gradient, so that it does not enter the running means.
 *
 * `p <- p - r w p - r / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + e)`; symbols and options as there.
 *
 * State: as Adam's, under `adamW.`.
 *
 * @throws {@link OptionError} for options out of range
 * @see Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { adamW } from "segtape/optim";
 * const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5, decays: (name) => name.endsWith("weight") });
 * const variables = { "head.weight": tensor([2]), "head.bias": tensor([2]) };
 * const slopes = { "head.weight": tensor([0]), "head.bias": tensor([0]) };
 * const { parameters } = optimizer.update(slopes, optimizer.init(variables), variables);
 * await parameters["head.weight"].item(); // 2 - 0.1 * 0.5 * 2
 * await parameters["head.bias"].item(); // 2
 * ```
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  return adamLike("adamW", true, readOptions<AdamWOptions, "decays">("adamW", ADAM_W, options));
}
