/** One training step as a recorded function of its state: forward, loss, backward and update in one plan. */
import { GradientError, OptionError, refuse, TrainingError } from "../errors.ts";
import { levelShares, sumOfLevels } from "../losses/combine/levels.ts";
import type { Module, Variables } from "../nn/module.ts";
import { globalNorm, type Optimizer } from "../optim/index.ts";
import { seededRandom } from "../random.ts";
import { sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { detectAnomaly } from "../transform/anomaly.ts";
import { valueAndGrad } from "../transform/grad.ts";
import type { Noise, StepResult, TensorRecord } from "../transform/stateful.ts";
import type { FitLoss, FitLossOptions, FitOptions } from "./types.ts";

/** What a step is made of. */
export interface StepParts {
  readonly model: Module;
  readonly loss: FitLoss;
  readonly optimizer: Optimizer;
  readonly options: Pick<FitOptions, "gradientTransform" | "ignoreIndex" | "levelWeights">;
}

/** What a step tells: two scalars. */
export type StepValue = { readonly loss: Tensor; readonly gradientNorm: Tensor };

const MODEL = "model/";
const OPTIMIZER = "optimizer/";

/** Largest magnitude that counts as finite: float32's. */
const LARGEST = 3.4e38;

const withPrefix = (prefix: string, record: TensorRecord): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));

const underPrefix = (prefix: string, record: TensorRecord): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );

/** Both parts of a run's state in one record. */
export const joinState = (variables: TensorRecord, optimizer: TensorRecord): TensorRecord => ({
  ...withPrefix(MODEL, variables),
  ...withPrefix(OPTIMIZER, optimizer),
});

/** The parts of {@link joinState}. */
export const splitState = (state: TensorRecord) => ({
  variables: underPrefix(MODEL, state),
  optimizer: underPrefix(OPTIMIZER, state),
});

/** Names of the variables that the optimiser changes. */
export function trainableOf(model: Module): string[] {
  const names = Object.keys(model.variables).filter((name) => model.variables[name].trainable);
  if (names.length === 0) refuse(OptionError, "fit", "model", "without trainable variables", "at least one");
  return names;
}

type Outputs = (variables: Variables, x: Tensor, context?: object) => readonly Tensor[];

/** Logits of a model, those of the full size first. */
function logitsOf(model: Module, variables: Variables, x: Tensor, context: object): readonly Tensor[] {
  const { outputs } = model as { readonly outputs?: Outputs };
  return outputs === undefined ? [model.apply(variables, x, context)] : outputs(variables, x, context);
}

/** The loss of a batch, over all outputs of the model. */
function lossOf(
  { model, loss, options }: StepParts,
  variables: Variables,
  inputs: readonly Tensor[],
  context: object,
) {
  const [x, target, , progress] = inputs;
  const all = logitsOf(model, variables, x, context);
  const words = { op: "fit", weights: "levelWeights" };
  const shares = levelShares(words, options.levelWeights, all.length);
  const { ignoreIndex } = options;
  const told = {
    ...(ignoreIndex === undefined ? {} : { ignoreIndex }),
    ...(progress === undefined ? {} : { progress }),
  } satisfies FitLossOptions;
  // A function that takes no options may have another third parameter.
  const lossOptions = Object.keys(told).length === 0 ? undefined : told;
  return sumOfLevels(loss, words, shares, all, target, lossOptions);
}

/**
 * The step for `stateful`. Inputs: images, target, learning rate, and the progress for a loss that asks for it. Where the
 * loss or a gradient is not finite, the next state is the present one: nothing is spoilt, and the step can be looked
 * into.
 */
export function trainingStep(parts: StepParts) {
  const { model, optimizer, options } = parts;
  const names = trainableOf(model);
  return (state: TensorRecord, inputs: readonly Tensor[], noise: Noise): StepResult<StepValue> => {
    const [, , learningRate] = inputs;
    const before = splitState(state);
    const updates: Record<string, Tensor> = {};
    const differentiated = valueAndGrad(
      (...trained: Tensor[]) =>
        lossOf(parts, { ...before.variables, ...named(names, trained) }, inputs, {
          training: true,
          noise,
          updates,
        }),
      { argnums: names.map((_, i) => i) },
    );
    const trained = names.map((name) => before.variables[name]);
    const { value: loss, grad } = differentiated(...trained);
    const gradients = named(names, grad);
    const gradientNorm = globalNorm(gradients);
    const changed = optimizer.update(
      options.gradientTransform?.(gradients) ?? gradients,
      before.optimizer,
      named(names, trained),
      { learningRate },
    );
    checkUpdates(model, updates);
    const next = joinState({ ...before.variables, ...updates, ...changed.parameters }, changed.state);
    const finite = loss.abs().add(gradientNorm).lessEqual(LARGEST);
    const kept = Object.entries(next).map(([name, value]) => [name, finite.where(value, state[name])]);
    return { state: Object.fromEntries(kept), value: { loss, gradientNorm } };
  };
}

function named(names: readonly string[], values: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

function checkUpdates(model: Module, updates: TensorRecord): void {
  for (const name of Object.keys(updates)) {
    if (model.variables[name]?.trainable !== false)
      refuse(GradientError, "fit", "updates", `of ${name}`, "variables that are not trained");
  }
}

/** The noise of a run with this seed, drawn at once instead of recorded: the same numbers as in the step itself. */
function drawnNoise(seed: number): Noise {
  const random = seededRandom(seed);
  return {
    uniform: (shape) =>
      tensor(
        Float32Array.from({ length: sizeOf(shape) }, () => (random.uint32() >>> 8) / 2 ** 24),
        shape,
      ),
  };
}

/** Runs a step again, operation by operation, to name the one where it went wrong. */
export async function explainFailure(
  parts: StepParts,
  variables: Variables,
  inputs: readonly Tensor[],
  { step, seed, loss, gradientNorm }: { step: number; seed: number; loss: number; gradientNorm: number },
): Promise<TrainingError> {
  const names = trainableOf(parts.model);
  const anomaly = await detectAnomaly(
    (...trained: Tensor[]) =>
      lossOf(parts, { ...variables, ...named(names, trained) }, inputs, {
        training: true,
        noise: drawnNoise(seed),
        updates: {},
      }),
    names.map((name) => variables[name]),
  );
  const what = Number.isFinite(loss) ? "the gradient's norm" : "loss";
  const given = String(Number.isFinite(loss) ? gradientNorm : loss);
  const where = anomaly === null ? "no single operation gave it" : anomaly.message;
  const message = `fit: ${what} is ${given} at step ${step}, expected a finite number (${where})`;
  return new TrainingError(message, step, anomaly?.op, {
    op: "fit",
    argument: what,
    given,
    expected: "a finite number",
  });
}
