import type { Tensor } from "../tensor.ts";
import { blend, DECAYS, type Optimizer, type OptimizerOptions, optimizerOf, penalised } from "./optimizer.ts";
import { flag, notNegative, positive, readOptions, type Specs, share } from "./options.ts";

/** Options of {@link rmsProp}. */
export interface RmsPropOptions extends OptimizerOptions {
  /** Learning rate where `update` is given none, above 0. @defaultValue 0.01 */
  readonly learningRate?: number;
  /** Share of the running mean of squares that is kept from step to step, from 0, below 1. @defaultValue 0.99 */
  readonly smoothing?: number;
  /** Share of the velocity that is kept, from 0, below 1; 0 means none. @defaultValue 0 */
  readonly momentum?: number;
  /** Whether to divide by the deviation from the running mean, not from 0. @defaultValue false */
  readonly centered?: boolean;
  /** Added to the root in the denominator, above 0. @defaultValue 1e-8 */
  readonly epsilon?: number;
}

const SPECS: Specs<RmsPropOptions> = {
  learningRate: positive(0.01, "learning rate where update is given none"),
  smoothing: share(0.99, "share of the running mean of squares that is kept"),
  momentum: share(0, "share of the velocity that is kept"),
  centered: flag("whether to divide by the deviation from the running mean"),
  epsilon: positive(1e-8, "added to the root in the denominator"),
  weightDecay: notNegative(0, "share of each parameter that is added to its gradient"),
  decays: DECAYS,
};

type Slot = "variance" | "mean" | "velocity";

/**
 * RMSprop: each gradient over the root of its running mean square.
 *
 * `v <- a v + (1 - a) g^2`, `q = g / (sqrt(v) + e)`, `p <- p - r q`; with momentum `u <- m u + q`, `p <- p - r u`;
 * centered, `v - n^2` in place of v, where `n <- a n + (1 - a) g`; for weight decay `g + w p` in place of g.
 *
 * Symbols: p parameter, g gradient, v and n running means, u velocity, r `learningRate`, a `smoothing` (PyTorch's
 * `alpha`), m `momentum`, e `epsilon`, w `weightDecay`. e is added outside the root, as in PyTorch; Keras adds it
 * inside. Rounding cannot make `v - n^2` negative here. State: `step`, `rmsProp.variance/<parameter>`, centered
 * `rmsProp.mean/<parameter>`, with momentum `rmsProp.velocity/<parameter>`.
 *
 * @throws {@link OptionError} for options out of range
 * @see Tieleman and Hinton, "Lecture 6.5 - rmsprop", 2012; centered: Graves, arXiv 1308.0850
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { rmsProp } from "segtape/optim";
 * const optimizer = rmsProp({ learningRate: 0.1, smoothing: 0.75 });
 * const weights = { w: tensor([1]) };
 * const slopes = { w: tensor([3]) };
 * const { parameters } = optimizer.update(slopes, optimizer.init(weights), weights);
 * await parameters.w.item(); // 1 - 0.1 * 3 / 1.5 = 0.80000...
 * ```
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const filled = readOptions<RmsPropOptions, "decays">("rmsProp", SPECS, options);
  const { smoothing, momentum, centered, epsilon } = filled;
  return optimizerOf<Tensor, Slot>({
    name: "rmsProp",
    options: filled,
    slots: [
      "variance",
      ...(centered ? ["mean" as const] : []),
      ...(momentum > 0 ? ["velocity" as const] : []),
    ],
    factors: (_step, rate) => rate,
    turn: (turn) => {
      const { parameter, slots, factors: rate } = turn;
      const gradient = penalised(turn);
      const variance = blend(slots.variance, gradient.square(), smoothing);
      const mean = centered ? blend(slots.mean, gradient, smoothing) : gradient;
      const spread = centered ? variance.sub(mean.square()).maximum(0) : variance;
      const scaled = gradient.div(spread.sqrt().add(epsilon));
      const velocity = momentum > 0 ? slots.velocity.mul(momentum).add(scaled) : scaled;
      return { parameter: parameter.sub(velocity.mul(rate)), slots: { variance, mean, velocity } };
    },
  });
}
