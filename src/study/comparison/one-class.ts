/** What losses say of predicting one class everywhere: why training may end there. */
import { tensor } from "../../tensor.ts";
import type { FitLoss, Sample } from "../../train/types.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import type { OneClassPrediction } from "./types.ts";

/** A logit that means certainty, as far as float32 trains: p = 0.9997. */
const CERTAIN = 8;

/**
 * Value and gradient of a loss where one class is predicted everywhere, beside its gradient at the undecided start.
 *
 * @param loss - as training uses it
 * @param samples - of one size
 * @param classes - 2 stands for one output and the sigmoid, more for as many outputs and the softmax
 * @returns one for each class
 *
 * @example
 * ```ts
 * import { diceLoss } from "segtape";
 * import { oneClassPredictions } from "segtape/study";
 * const target = Uint8Array.of(0, 1, 0, 0);
 * const sample = { name: "a", image: new Float32Array(4), channels: 1, size: [2, 2], target };
 * const [background, foreground] = await oneClassPredictions(diceLoss, [sample], 2);
 * foreground.gradientShare < 0.01; // true
 * ```
 */
export async function oneClassPredictions(
  loss: FitLoss,
  samples: readonly Sample[],
  classes: number,
): Promise<OneClassPrediction[]> {
  const [{ size }, count] = [samples[0], samples.length];
  const pixels = size.reduce((a, b) => a * b, 1);
  const labels = new Float32Array(count * pixels);
  for (const [at, sample] of samples.entries()) labels.set(sample.target, at * pixels);
  const outputs = classes === 2 ? 1 : classes;
  const target = tensor(labels, classes === 2 ? [count, 1, ...size] : [count, ...size]);
  const at = async (label: number | null) => {
    const logits = new Float32Array(count * outputs * pixels);
    for (let place = 0; place < logits.length; place++) {
      const output = Math.floor(place / pixels) % outputs;
      if (label === null) logits[place] = 0;
      else if (outputs === 1) logits[place] = label === 1 ? CERTAIN : -CERTAIN;
      else logits[place] = output === label ? CERTAIN : 0;
    }
    const x = tensor(logits, [count, outputs, ...size]);
    const { value, grad } = valueAndGrad((prediction) => loss(prediction, target))(x);
    let squares = 0;
    for (const slope of await grad.data()) squares += slope * slope;
    return {
      value: await value.item(),
      length: Math.sqrt(squares),
    };
  };
  const start = await at(null);
  const found: OneClassPrediction[] = [];
  for (let label = 0; label < classes; label++) {
    const { value, length } = await at(label);
    found.push({ label, value, gradientShare: start.length > 0 ? length / start.length : null });
  }
  return found;
}

/**
 * Mean over images of the Dice coefficient that predicting one class everywhere has for that class: `2 f / (1 + f)`
 * where f is the class's share of the image. Images without the class are left out.
 *
 * @returns one for each class
 * @example
 * ```ts
 * import { oneClassDice } from "segtape/study";
 * oneClassDice([Uint8Array.of(0, 1, 0, 1, 1)], 2)[1]; // 0.75
 * ```
 */
export function oneClassDice(targets: readonly Uint8Array[], classes: number): number[] {
  return Array.from({ length: classes }, (_, label) => {
    const shares = targets
      .map((target) => target.reduce((sum, one) => sum + Number(one === label), 0) / target.length)
      .filter((share) => share > 0);
    const sum = shares.reduce((all, share) => all + (2 * share) / (1 + share), 0);
    return shares.length === 0 ? 0 : sum / shares.length;
  });
}
