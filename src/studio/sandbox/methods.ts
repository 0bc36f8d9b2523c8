/** What the sandbox does for the page: reads a loss and finds out everything about it, the quickest first. */
import { setBackend } from "../../run/backends.ts";
import { formatShape } from "../../shape.ts";
import { evaluate, isTensor, type Tensor, tensor } from "../../tensor.ts";
import { detectAnomaly } from "../../transform/anomaly.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import { tape } from "../../transform/tape.ts";
import { logitsOfLevels, probabilitiesOf, targetOf } from "../subject/picture.ts";
import type { CallContext } from "../worker/calls.ts";
import { checkGradient, extremesOf, type ScalarLoss } from "./checks.ts";
import type { Birth, Finding, Findings, GraphStep, Reading, Trial, Trouble } from "./findings.ts";
import { kernelsOf } from "./kernels.ts";
import { LossError, loadLoss, troubleOf, type WrittenLoss } from "./module.ts";
import { lineOfSite } from "./place.ts";

/** What a value is, for people. */
function described(value: unknown): string {
  if (value === undefined) return "nothing (is a return missing?)";
  if (value instanceof Promise) return "a promise (a loss records operations and waits for none)";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** The loss, its result checked. */
const checked =
  (loss: WrittenLoss): ScalarLoss =>
  (prediction, target) => {
    const result = loss(prediction, target);
    if (!isTensor(result))
      throw new LossError(
        "result",
        `The loss returned ${described(result)}, expected a tensor with one number.`,
      );
    if (result.shape.length !== 0)
      throw new LossError(
        "result",
        `The loss returned a tensor of shape ${formatShape(result.shape)}, expected a single number: end with .mean() or .sum().`,
      );
    return result;
  };

async function read(f: (x: Tensor) => Tensor, x: Tensor): Promise<Reading> {
  const measure = async () => {
    const { value, grad } = valueAndGrad(f)(x);
    const start = performance.now();
    await evaluate(value, grad);
    return { value, grad, milliseconds: performance.now() - start };
  };
  await measure();
  // The first call has made the plan; what people want to know is what a step of training costs.
  const { value, grad, milliseconds } = await measure();
  return { value: await value.item(), gradient: Float32Array.from(await grad.data()), milliseconds };
}

async function birthIn(f: (x: Tensor) => Tensor, x: Tensor, script: string): Promise<Birth | null> {
  const anomaly = await detectAnomaly(f, [x]);
  if (anomaly === null) return null;
  return {
    // The place is told by its line; the address of the script says nothing to people.
    message: anomaly.message.replace(/, recorded at .*$/, ""),
    line: lineOfSite(anomaly.site, script),
  };
}

function graphOf(loss: ScalarLoss, x: Tensor, target: Tensor, script: string): GraphStep[] {
  const { steps } = tape(loss, [x, target], { names: ["prediction", "target"], argnums: 0, sites: true });
  return steps.map(({ site, ...step }) => ({ ...step, line: lineOfSite(site, script) }));
}

async function attempt<T>(work: () => Promise<T> | T, script: string): Promise<Finding<T>> {
  try {
    return await work();
  } catch (error) {
    return { trouble: troubleOf(error, script) };
  }
}

export const sandboxMethods = {
  /** Loads the executor; what the sandbox's browser lacks for WebAssembly SIMD, the reference does. */
  async start(_: null): Promise<void> {
    await setBackend("wasm").catch(() => setBackend("reference"));
  },

  /** Tries a loss; findings come as parts, each a record of one of {@link Findings}. */
  async run(trial: Trial, { part }: CallContext): Promise<Trouble | null> {
    const loaded = await loadLoss(trial.code);
    if ("trouble" in loaded) return loaded.trouble;
    const { script } = loaded;
    const send = (found: Partial<Findings>): void => part(found);
    const loss = checked(loaded.loss);
    const shape = [1, 1, trial.height, trial.width];
    const levels = trial.by === "logits" ? logitsOfLevels : probabilitiesOf;
    const x = tensor(levels(trial.prediction), shape);
    const target = tensor(targetOf(trial.mask), shape);
    const f = (prediction: Tensor) => loss(prediction, target);
    let reading: Reading;
    try {
      reading = await read(f, x);
    } catch (error) {
      return troubleOf(error, script);
    }
    const finite = Number.isFinite(reading.value) && reading.gradient.every(Number.isFinite);
    // Sent away, the gradient's memory is gone from here.
    send({ reading });
    send({ birth: finite ? null : await birthIn(f, x, script) });
    send({ graph: await attempt(() => graphOf(loss, x, target, script), script) });
    send({ kernels: await attempt(() => kernelsOf(...Object.values(valueAndGrad(f)(x))), script) });
    send({ extremes: await attempt(() => extremesOf(loss, trial), script) });
    send({ check: await attempt(() => checkGradient(loss, trial), script) });
    return null;
  },
};

export type SandboxMethods = typeof sandboxMethods;
