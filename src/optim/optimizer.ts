/** What an optimiser is, and the part that all of them share: names, checks, and one rule for each parameter. */
import { zeros } from "../create.ts";
import { GradientError, OptionError, refuse, ShapeError } from "../errors.ts";
import type { OptionSpec } from "../losses/shared/options.ts";
import type { Variables } from "../nn/module.ts";
import { formatShape, type Shape, sameShape } from "../shape.ts";
import { isTensor, type Tensor, type TensorLike, tensor } from "../tensor.ts";

/** Options of {@link Optimizer.update}. */
export interface UpdateOptions {
  /**
   * The learning rate of this step: a number from 0, or a tensor of one element. As a tensor it may be an input of a
   * recorded step, so that a schedule needs no new plan.
   * @defaultValue the `learningRate` that the optimiser was made with
   */
  readonly learningRate?: TensorLike;
}

/** Result of {@link Optimizer.update}: everything under the names it had before. */
export interface UpdateResult {
  /** The new parameters. */
  readonly parameters: Record<string, Tensor>;
  /** The new state. */
  readonly state: Record<string, Tensor>;
}

/**
 * An optimiser: two pure functions of flat records of tensors. Nothing runs and nothing is kept here, so the whole
 * update can be part of one recorded step.
 */
export interface Optimizer {
  /** As in `adam`; the names of its state begin with it. */
  readonly name: string;
  /** The learning rate where `update` is given none. */
  readonly learningRate: number;
  /**
   * The state before the first step: one scalar `step` (0), and for each parameter tensors of its shape under names
   * like `adam.mean/encoder.0.weight`.
   */
  init(parameters: Variables): Record<string, Tensor>;
  /**
   * One step.
   *
   * @throws {@link GradientError} where gradients and parameters have other names or shapes;
   *   {@link OptionError} for a state of another optimiser, or a learning rate below 0
   */
  update(
    gradients: Variables,
    state: Variables,
    parameters: Variables,
    options?: UpdateOptions,
  ): UpdateResult;
}

/** Options that every optimiser has beside its own. */
export interface OptimizerOptions {
  /** Learning rate where `update` is given none, above 0. */
  readonly learningRate?: number;
  /** Share of each parameter that is added to its gradient (L2 penalty), from 0. @defaultValue 0 */
  readonly weightDecay?: number;
  /**
   * Which parameters `weightDecay` is for; biases are often left out. Refused without `weightDecay`.
   * @defaultValue all of them
   */
  readonly decays?: (name: string, shape: Shape) => boolean;
}

/** The specification of {@link OptimizerOptions.decays}. */
export const DECAYS: OptionSpec = {
  default: undefined,
  doc: "which parameters the weight decay is for",
  check: (value) => (typeof value === "function" ? null : "a function of name and shape"),
};

/** One parameter in one step. */
export interface Turn<Factors, Slot extends string> {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** What is remembered of this parameter. */
  readonly slots: Readonly<Record<Slot, Tensor>>;
  /** Scalars of this step. */
  readonly factors: Factors;
  /** The weight decay of this parameter; 0 for none. */
  readonly decay: number;
}

/** How one optimiser differs from the others. */
export interface Rule<Factors, Slot extends string> {
  readonly name: string;
  readonly options: Pick<OptimizerOptions, "decays"> & { learningRate: number; weightDecay: number };
  /** What is remembered of each parameter. */
  readonly slots: readonly Slot[];
  /** Scalars that all parameters share: recorded once a step. `step` counts this step: 1 at the first. */
  factors(step: Tensor, learningRate: Tensor): Factors;
  /** One fused elementwise expression. */
  turn(turn: Turn<Factors, Slot>): { parameter: Tensor; slots: Readonly<Record<Slot, Tensor>> };
}

/** The name of the count of steps in every state. */
export const STEP = "step";

function checkPairs(op: string, gradients: Variables, parameters: Variables): void {
  const unknown = Object.keys(gradients).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) refuse(GradientError, op, "gradients", `of ${unknown}`, "names of parameters");
  for (const [name, { shape }] of Object.entries(parameters)) {
    if (!Object.hasOwn(gradients, name))
      refuse(GradientError, op, `gradient of ${name}`, "missing", formatShape(shape));
    const given = gradients[name].shape;
    if (!sameShape(given, shape))
      refuse(GradientError, op, `gradient of ${name}`, formatShape(given), formatShape(shape));
  }
}

function remembered(op: string, state: Variables, key: string, shape: Shape): Tensor {
  const value = Object.hasOwn(state, key) ? state[key] : undefined;
  if (value === undefined)
    refuse(OptionError, op, "state", `without ${key}`, "the state that init or the last update gave");
  if (!sameShape(value.shape, shape))
    refuse(ShapeError, op, key, formatShape(value.shape), formatShape(shape));
  return value;
}

function learningRateOf(op: string, given: TensorLike): Tensor {
  if (isTensor(given)) {
    if (given.size !== 1) refuse(ShapeError, op, "learningRate", formatShape(given.shape), "one element");
    return given.reshape([]);
  }
  // Schedules may end at 0.
  if (typeof given !== "number" || !Number.isFinite(given) || given < 0)
    refuse(OptionError, op, "learningRate", String(given), "a number from 0");
  return tensor(given);
}

/** An {@link Optimizer} made of its rule. */
export function optimizerOf<Factors, Slot extends string>(rule: Rule<Factors, Slot>): Optimizer {
  const { name, options, slots } = rule;
  const op = `${name}.update`;
  const { weightDecay, decays = () => true } = options;
  if (options.decays !== undefined && weightDecay === 0)
    refuse(OptionError, name, "decays", "a function", "weightDecay above 0 with it");
  const keyOf = (slot: Slot, parameter: string) => `${name}.${slot}/${parameter}`;
  return {
    name,
    learningRate: options.learningRate,
    init: (parameters) => ({
      [STEP]: zeros([]),
      ...Object.fromEntries(
        Object.entries(parameters).flatMap(([parameter, { shape }]) =>
          slots.map((slot) => [keyOf(slot, parameter), zeros(shape)]),
        ),
      ),
    }),
    update: (gradients, state, parameters, { learningRate = options.learningRate, ...unknown } = {}) => {
      for (const option of Object.keys(unknown)) refuse(OptionError, op, "option", option, "learningRate");
      checkPairs(op, gradients, parameters);
      const step = remembered(op, state, STEP, []).add(1);
      const factors = rule.factors(step, learningRateOf(op, learningRate));
      const result: UpdateResult = { parameters: {}, state: { [STEP]: step } };
      for (const [key, parameter] of Object.entries(parameters)) {
        const { shape } = parameter;
        const before = slots.map((slot) => [slot, remembered(op, state, keyOf(slot, key), shape)]);
        const after = rule.turn({
          parameter,
          gradient: gradients[key],
          slots: Object.fromEntries(before),
          factors,
          decay: decays(key, shape) ? weightDecay : 0,
        });
        result.parameters[key] = after.parameter;
        for (const slot of slots) result.state[keyOf(slot, key)] = after.slots[slot];
      }
      return result;
    },
  };
}

/** The running mean: `keep` of the old, the rest new. One product, whose factor needs no partner that sums to 1. */
export function blend(old: Tensor, fresh: Tensor, keep: number): Tensor {
  return keep === 0 ? fresh : old.add(fresh.sub(old).mul(1 - keep));
}

/** The gradient with the slope of the penalty `decay / 2 * sum p^2`. */
export function penalised({ gradient, parameter, decay }: Turn<unknown, string>): Tensor {
  return decay === 0 ? gradient : gradient.add(parameter.mul(decay));
}
