/** What the engine worker computes for the page: values, gradients, curves, and what this browser can run. */
import { losses as catalogue } from "../../losses/catalogue.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import { type BackendChoice, lastReport, setBackend } from "../../run/backends.ts";
import { type ExecutorFinding, examineExecutors } from "../../study/examine.ts";
import { lossCurves } from "../../study/loss-curves.ts";
import { lossOfLogits } from "../../study/measure.ts";
import type { LossCurves } from "../../study/types.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import type { LossChoice, Variable } from "../state/choices.ts";
import { logitsOfLevels, probabilitiesOf, targetOf } from "../subject/picture.ts";
import { type RemoteError, remoteError } from "./calls.ts";
import { descendMethods } from "./descend-methods.ts";

/** A picture as it crosses: levels of 8 bits. */
export interface Maps {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
  readonly prediction: Uint8Array;
}

/** Several losses of one picture. */
export interface Evaluation extends Maps {
  readonly losses: readonly LossChoice[];
  readonly by: Variable;
}

/** What one loss says of a picture, or why it says nothing. */
export type LossReading =
  | {
      readonly value: number;
      /** By logits or by probabilities, a number a pixel. */
      readonly gradient: Float32Array;
      /** What it ran on, and for how long. */
      readonly executor: string;
      readonly milliseconds: number;
    }
  | { readonly error: RemoteError };

const lossNamed = (name: string): Loss => {
  const loss = catalogue[name];
  if (loss === undefined) throw new Error(`no loss ${JSON.stringify(name)}`);
  return loss;
};

/** What the losses of one evaluation have in common. */
interface Given {
  readonly target: Tensor;
  /** What gradients are taken by: logits or probabilities. */
  readonly variable: Tensor;
  /** The logits of that. */
  readonly logitsOf: (variable: Tensor) => Tensor;
}

function givenOf({ width, height, mask, prediction, by }: Evaluation): Given {
  const shape = [1, 1, height, width];
  const target = tensor(targetOf(mask), shape);
  if (by === "logits") {
    return { target, variable: tensor(logitsOfLevels(prediction), shape), logitsOf: (x) => x };
  }
  // Through the logit, so that losses which take logits alone can be asked as well.
  const logitsOf = (p: Tensor) => p.log().sub(p.neg().log1p());
  return { target, variable: tensor(probabilitiesOf(prediction), shape), logitsOf };
}

async function read(
  { name, options }: LossChoice,
  { target, variable, logitsOf }: Given,
): Promise<LossReading> {
  try {
    const loss = lossOfLogits(lossNamed(name), target, options);
    const { value, grad } = valueAndGrad((x: Tensor) => loss(logitsOf(x)))(variable);
    const start = performance.now();
    await evaluate(value, grad);
    const milliseconds = performance.now() - start;
    const executor = (await lastReport())?.ran ?? "nothing";
    // A copy: the engine's own results stay with it, this one moves to the page.
    const gradient = Float32Array.from(await grad.data());
    return { value: await value.item(), gradient, executor, milliseconds };
  } catch (error) {
    return { error: remoteError(error) };
  }
}

/** Everything that the page may ask of the engine. */
export const engineMethods = {
  /** Value and gradient of each loss; one that refuses the picture does not keep the others from answering. */
  async evaluate(asked: Evaluation): Promise<LossReading[]> {
    const given = givenOf(asked);
    const readings: LossReading[] = [];
    for (const choice of asked.losses) readings.push(await read(choice, given));
    return readings;
  },

  /** A loss against the probability predicted for each class. */
  curves: ({ name, options }: LossChoice): Promise<LossCurves> => lossCurves(lossNamed(name), options),

  /** Chooses the executor of everything from now on. */
  use: (backend: BackendChoice): Promise<void> => setBackend(backend),

  /** Every executor, whether it works in this browser and computes right, and why not. */
  examine: (_: null): Promise<ExecutorFinding[]> => examineExecutors(),

  ...descendMethods,
};

export type EngineMethods = typeof engineMethods;
