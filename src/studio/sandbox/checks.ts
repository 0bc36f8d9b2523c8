/** Whether a written loss can be trusted: its gradient against differences, and what it says of extreme predictions. */
import { seededRandom } from "../../random.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import { gradcheck } from "../../transform/gradcheck.ts";
import { targetOf } from "../subject/picture.ts";
import type { Check, Extreme, Trial } from "./findings.ts";
import { patchOf } from "./patch.ts";

/** A loss whose result is known to be a scalar. */
export type ScalarLoss = (prediction: Tensor, target: Tensor) => Tensor;

/** Pixels a side of the patch that gradients are checked on: a window of 11 fits, and it takes a moment. */
const SIDE = 16;
const TOLERANCE = 1e-6;
/** Logits so certain that float32 knows no probability between theirs and 0 or 1. */
const CERTAIN = 80;

/** Numbers without ties, away from where losses have kinks: pixels of a picture are often equal. */
function randomPrediction(by: Trial["by"], count: number): Float64Array {
  const random = seededRandom(7);
  return Float64Array.from({ length: count }, () =>
    by === "logits" ? random.uniform(-2, 2) : random.uniform(0.1, 0.9),
  );
}

export async function checkGradient(loss: ScalarLoss, trial: Trial): Promise<Check> {
  const shape = [1, 1, SIDE, SIDE];
  const target = tensor(patchOf(trial, SIDE), shape);
  const prediction = tensor(randomPrediction(trial.by, SIDE * SIDE), shape);
  const f = (x: Tensor) => loss(x, target);
  const options = { tolerance: TOLERANCE, elements: 24 };
  const { ok, maxError, worst } = await gradcheck(f, [prediction], options);
  const held = ok ? null : await gradcheck(f, [prediction], { ...options, holdConstants: true });
  const { index, analytic, numeric } = worst;
  return {
    ok,
    okHeld: held?.ok ?? null,
    maxError,
    tolerance: TOLERANCE,
    index,
    analytic,
    numeric,
    side: SIDE,
  };
}

/** What is predicted of a pixel in each case, by its target. */
const PREDICTIONS: Readonly<Record<Extreme["name"], (inside: number) => number>> = {
  perfect: (inside) => inside,
  undecided: () => 0.5,
  wrong: (inside) => 1 - inside,
};

export async function extremesOf(loss: ScalarLoss, trial: Trial): Promise<Extreme[]> {
  const shape = [1, 1, trial.height, trial.width];
  const inside = targetOf(trial.mask);
  const target = tensor(inside, shape);
  const found: Extreme[] = [];
  for (const name of ["perfect", "undecided", "wrong"] as const) {
    const p = inside.map(PREDICTIONS[name]);
    const x = trial.by === "probabilities" ? p : p.map((one) => CERTAIN * (2 * one - 1));
    const { value, grad } = valueAndGrad((prediction: Tensor) => loss(prediction, target))(tensor(x, shape));
    await evaluate(value, grad);
    found.push({
      name,
      value: await value.item(),
      finiteGradient: (await grad.data()).every(Number.isFinite),
    });
  }
  return found;
}
