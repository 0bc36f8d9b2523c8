import { OptionError, refuse } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { DECAYS, type Optimizer, type OptimizerOptions, optimizerOf, penalised } from "./optimizer.ts";
import { flag, notNegative, positive, readOptions, type Specs, share } from "./options.ts";

/** Options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Learning rate where `update` is given none, above 0. @defaultValue 0.01 */
  readonly learningRate?: number;
  /** Share of the velocity that is kept from step to step, from 0, below 1. @defaultValue 0 */
  readonly momentum?: number;
  /** Share of each gradient that does not enter the velocity, from 0, below 1; needs momentum. @defaultValue 0 */
  readonly dampening?: number;
  /** Whether to look ahead along the velocity; needs momentum, and no dampening. @defaultValue false */
  readonly nesterov?: boolean;
}

const SPECS: Specs<SgdOptions> = {
  learningRate: positive(0.01, "learning rate where update is given none"),
  momentum: share(0, "share of the velocity that is kept"),
  dampening: share(0, "share of each gradient that does not enter the velocity"),
  nesterov: flag("whether to look ahead along the velocity"),
  weightDecay: notNegative(0, "share of each parameter that is added to its gradient"),
  decays: DECAYS,
};

/**
 * Stochastic gradient descent, with momentum, Nesterov momentum and weight decay.
 *
 * `g <- g + w p`, `u <- m u + (1 - d) g`, `p <- p - r u`; with Nesterov momentum `p <- p - r (g + m u)`, without
 * momentum `p <- p - r g`.
 *
 * Symbols: p parameter, g gradient, u velocity, r `learningRate`, m `momentum`, d `dampening`, w `weightDecay`. The
 * first gradient enters the velocity whole, whatever the dampening, and r stands outside the velocity: both as in
 * PyTorch. State: `step`, and with momentum `sgd.velocity/<parameter>`.
 *
 * @throws {@link OptionError} for options out of range, and for those that need another one
 * @see Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { sgd } from "segtape/optim";
 * const optimizer = sgd({ learningRate: 0.1 });
 * const weights = { w: tensor([1, 2]) };
 * const slopes = { w: tensor([10, -10]) };
 * const { parameters } = optimizer.update(slopes, optimizer.init(weights), weights);
 * await parameters.w.data(); // [1 - 1, 2 + 1]
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const filled = readOptions<SgdOptions, "decays">("sgd", SPECS, options);
  const { momentum, dampening, nesterov } = filled;
  if (momentum === 0) {
    if (nesterov) refuse(OptionError, "sgd", "nesterov", "true", "momentum above 0 with it");
    if (dampening > 0) refuse(OptionError, "sgd", "dampening", String(dampening), "momentum above 0 with it");
    return optimizerOf<{ rate: Tensor }, never>({
      name: "sgd",
      options: filled,
      slots: [],
      factors: (_step, rate) => ({ rate }),
      turn: (turn) => ({ parameter: turn.parameter.sub(penalised(turn).mul(turn.factors.rate)), slots: {} }),
    });
  }
  if (nesterov && dampening > 0)
    refuse(OptionError, "sgd", "dampening", String(dampening), "0 with Nesterov momentum");
  return optimizerOf<{ rate: Tensor; enters: Tensor | number }, "velocity">({
    name: "sgd",
    options: filled,
    slots: ["velocity"],
    factors: (step, rate) => ({
      rate,
      enters: dampening === 0 ? 1 : step.equal(1).where(1, 1 - dampening),
    }),
    turn: (turn) => {
      const { parameter, slots, factors } = turn;
      const gradient = penalised(turn);
      const velocity = slots.velocity.mul(momentum).add(gradient.mul(factors.enters));
      const direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
      return { parameter: parameter.sub(direction.mul(factors.rate)), slots: { velocity } };
    },
  });
}
