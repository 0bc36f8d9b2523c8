/** From a plan and data to what `fit` takes. */
import { zeros } from "../../create.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import { type UNet, type UNetOptions, unet } from "../../nn/index.ts";
import {
  adam,
  adamW,
  clipByGlobalNorm,
  constant,
  cosine,
  type Optimizer,
  type Plateau,
  plateau,
  polynomial,
  rmsProp,
  type Schedule,
  sgd,
  warmup,
} from "../../optim/index.ts";
import { epochSteps } from "../../train/setup.ts";
import type { FitLoss, FitOptions } from "../../train/types.ts";
import type { TrainingData } from "./data.ts";
import type { Plan } from "./plan.ts";

/** A loss with the options that were set. */
export interface ChosenLoss {
  readonly loss: Loss;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Longest side of a crop that nobody asked for. */
const USUAL_CROP = 128;

/** Outputs of the network: one is enough for two classes. */
export const outputsOf = ({ labels }: Pick<TrainingData, "labels">) =>
  labels.classes.length === 2 ? 1 : labels.classes.length;

/** Everything about the network, so that it can be built again from a file. */
export const networkOf = (
  { network }: Plan,
  data: Pick<TrainingData, "labels" | "channels">,
): UNetOptions => ({
  dimensions: 2,
  channels: data.channels,
  classes: outputsOf(data),
  ...network,
});

/** The loss as training calls it. */
export const fitLossOf = ({ loss, options }: ChosenLoss): FitLoss =>
  // The name is part of what a resumed run must have in common with the one before.
  Object.defineProperties(
    (...[logits, target, more]: Parameters<FitLoss>) => loss(logits, target, { ...options, ...more }),
    { name: { value: loss.name }, options: { value: loss.options } },
  );

function optimizerOf({ optimizer, learningRate }: Plan): Optimizer {
  const options = learningRate === null ? {} : { learningRate };
  switch (optimizer) {
    case "adamW":
      return adamW(options);
    case "sgd":
      // Without momentum it is hardly ever what one wants.
      return sgd({ learningRate: 0.01, momentum: 0.9, ...options });
    case "rmsProp":
      return rmsProp(options);
    default:
      return adam(options);
  }
}

/** Steps that a schedule spans; `Infinity` where only time ends the run. */
export function totalSteps({ length: { steps = Infinity, epochs = Infinity } }: Plan, epoch: number): number {
  return Math.min(steps, epochs * epoch);
}

function scheduleOf(
  plan: Plan,
  learningRate: number,
  epoch: number,
  better: "min" | "max",
): Schedule | Plateau {
  if (plan.schedule === "plateau") return plateau({ learningRate, mode: better });
  const steps = Math.max(1, totalSteps(plan, epoch) - plan.warmup);
  const base =
    plan.schedule === "cosine"
      ? cosine({ learningRate, steps })
      : plan.schedule === "polynomial"
        ? polynomial({ learningRate, steps })
        : constant(learningRate);
  return plan.warmup === 0 ? base : warmup(base, { steps: plan.warmup });
}

/** Sides of the crops: what was asked for, else what every image has, in multiples that the network takes. */
function cropOf({ crop, augmentation }: Plan, { train }: TrainingData, divisor: number): [number, number] {
  const side = (wanted: number) => Math.max(divisor, wanted - (wanted % divisor));
  // fit refuses a size that was asked for and does not fit.
  if (crop !== null) return [crop, crop];
  const [height, width] = [0, 1].map((axis) =>
    side(Math.min(USUAL_CROP, ...train.map(({ size }) => size[axis]))),
  );
  const square = Math.min(height, width);
  return augmentation.quarterTurns ? [square, square] : [height, width];
}

/** A training that may begin. */
export interface Setup {
  readonly network: UNetOptions;
  readonly model: UNet;
  readonly loss: FitLoss;
  readonly options: FitOptions;
}

/**
 * Makes model, loss and options. Everything that loss and network refuse is refused here, before anything is written.
 *
 * @param better - which way the first metric gets better
 */
export function setupOf(
  plan: Plan,
  data: TrainingData,
  chosen: ChosenLoss,
  seed: number,
  better: "min" | "max",
): Setup {
  const network = networkOf(plan, data);
  const model = unet(network);
  const optimizer = optimizerOf(plan);
  const crop = cropOf(plan, data, model.divisor);
  const epoch = epochSteps(data.train, crop, plan.batch);
  const measured = data.validation.length > 0;
  const loss = fitLossOf(chosen);
  const outputs = outputsOf(data);
  const logits = zeros([plan.batch, outputs, ...crop]);
  loss(logits, outputs === 1 ? zeros(logits.shape) : zeros([plan.batch, ...crop]));
  return {
    network,
    model,
    loss,
    options: {
      ...plan.length,
      batchSize: plan.batch,
      crop,
      stepsPerEpoch: epoch,
      optimizer,
      schedule: scheduleOf(plan, optimizer.learningRate, epoch, measured ? better : "min"),
      ...(plan.clipNorm === null ? {} : { gradientTransform: clipByGlobalNorm(plan.clipNorm) }),
      augmentation: plan.augmentation,
      normalization: data.normalization,
      seed,
      ...(measured ? { metrics: plan.metrics } : {}),
    },
  };
}
