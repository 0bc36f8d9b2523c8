/** Optimisers as the page offers them: names, options, and what they are made of. */
import { adam, adamW, type Optimizer, rmsProp, sgd } from "../../optim/index.ts";

export type OptimizerName = "sgd" | "momentum" | "adam" | "adamW" | "rmsProp";

/** An optimiser and the options that differ from their defaults. */
export interface OptimizerChoice {
  readonly name: OptimizerName;
  readonly options: Readonly<Record<string, unknown>>;
}

/** An option as a control: a number from 0, up to `max`; or yes and no. */
export type OptimizerOption =
  | { readonly label: string; readonly hint: string; readonly default: number; readonly max: number }
  | { readonly label: string; readonly hint: string; readonly default: boolean };

interface Offered {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** Learning rate to begin with. */
  readonly rate: number;
  readonly options: Readonly<Record<string, OptimizerOption>>;
  readonly make: (options: Readonly<Record<string, unknown>>) => Optimizer;
}

/** Shares of the past end below 1, where nothing new would ever count. */
const MOST_KEPT = 0.999;

const kept = (label: string, fallback: number, hint: string): OptimizerOption => ({
  label,
  hint,
  default: fallback,
  max: MOST_KEPT,
});

const decay = (fallback: number, hint: string): OptimizerOption => ({
  label: "weight decay",
  hint,
  default: fallback,
  max: 0.5,
});

const PENALTY = decay(
  0,
  "Added to each gradient: this share of the logit. Pulls every pixel towards undecided.",
);

const MOMENTS = {
  beta1: kept("beta 1", 0.9, "Share of the mean gradient that is kept from step to step."),
  beta2: kept("beta 2", 0.999, "Share of the mean squared gradient that is kept from step to step."),
  amsgrad: {
    label: "amsgrad",
    hint: "Divides by the largest mean square so far instead of the present one.",
    default: false,
  },
};

/** Every optimiser on offer. */
export const OPTIMIZERS: Readonly<Record<OptimizerName, Offered>> = {
  sgd: {
    title: "plain steps (SGD)",
    summary: "Each pixel moves by its gradient, so strong and weak pulls show as they are.",
    rate: 0.2,
    options: { weightDecay: PENALTY },
    make: sgd,
  },
  momentum: {
    title: "steps with momentum",
    summary: "A pixel goes on in the direction of its past steps.",
    rate: 0.05,
    options: {
      momentum: kept("momentum", 0.9, "Share of the velocity that is kept from step to step."),
      nesterov: { label: "Nesterov", hint: "Looks ahead along the velocity.", default: false },
      weightDecay: PENALTY,
    },
    make: ({ momentum = 0.9, ...others }) => sgd({ ...others, momentum: momentum as number }),
  },
  adam: {
    title: "Adam",
    summary: "Each pixel's step is scaled by its own past gradients: weak pulls move as far as strong ones.",
    rate: 0.1,
    options: { ...MOMENTS, weightDecay: PENALTY },
    make: adam,
  },
  adamW: {
    title: "AdamW",
    summary: "Adam, with a decay of the logits that no scaling touches.",
    rate: 0.1,
    options: {
      ...MOMENTS,
      weightDecay: decay(
        0.01,
        "Share of each logit, times the learning rate, that is taken away at each step.",
      ),
    },
    make: adamW,
  },
  rmsProp: {
    title: "RMSprop",
    summary: "Each pixel's gradient is divided by the root of its mean square.",
    rate: 0.05,
    options: {
      smoothing: kept(
        "smoothing",
        0.99,
        "Share of the mean squared gradient that is kept from step to step.",
      ),
      momentum: kept("momentum", 0, "Share of the velocity that is kept; 0 for none."),
      centered: {
        label: "centered",
        hint: "Divides by the deviation from the mean instead.",
        default: false,
      },
      weightDecay: PENALTY,
    },
    make: rmsProp,
  },
};

/** The optimiser of a choice. */
export const optimizerOf = ({ name, options }: OptimizerChoice, learningRate: number): Optimizer =>
  OPTIMIZERS[name].make({ ...options, learningRate });
