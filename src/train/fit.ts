import type { Module } from "../nn/module.ts";
import { Run } from "./run.ts";
import { prepare } from "./setup.ts";
import type { Data, FitLoss, FitOptions, FitResult } from "./types.ts";

/**
 * Trains a network on images and masks.
 *
 * A step takes a batch of random crops; forward pass, loss, backward pass and the optimiser's update are one recorded
 * plan, and variables stay with the executor. The learning rate is an input of it, so schedules cost nothing. All
 * randomness (variables, order of samples, crops, augmentation, dropout) follows from the seed and the number of the
 * step: the same seed gives the same run, and a run that goes on from any state has the same bits as one without a
 * break, on the same executor.
 *
 * A loss that changes over the training, such as a `rampedSum`, is told how far it is, `step / steps` (of `epochs`, their
 * steps), as another input. The run can then be resumed with the same number of steps only. Where `minutes` alone end
 * the run, the clock tells, and no two runs are alike.
 *
 * Samples are drawn without replacement: each comes once before any comes again. Images are given to the network as
 * they are, in 0..1, unless `normalization` says otherwise.
 *
 * @param model - to logits of its input's size; a model with `outputs` is trained on all of them (deep supervision)
 * @param data - `train`, and `validation` to measure on
 * @param loss - of logits and target, such as `diceLoss`, a `weightedSum`, or a function of one's own
 * @throws {@link OptionError}, {@link ShapeError} before the first step, for options, samples or a model that do not fit
 * @throws {@link TrainingError} where the loss or the gradient is no longer finite, naming the operation at fault
 * @example
 * ```ts
 * import { binaryCrossEntropyLoss } from "segtape";
 * import { conv2d } from "segtape/nn";
 * import { sgd } from "segtape/optim";
 * import { fit } from "segtape/train";
 * const image = Float32Array.of(0, 0, 1, 1);
 * const sample = { name: "half", image, channels: 1, size: [2, 2], target: Uint8Array.of(0, 0, 1, 1) };
 * const { state, stopped } = await fit(conv2d(1, 1, 1), { train: [sample] }, binaryCrossEntropyLoss, {
 *   steps: 10,
 *   batchSize: 1,
 *   optimizer: sgd({ learningRate: 1 }),
 * });
 * stopped; // "steps"
 * state.history.length; // 10
 * state.history[9].loss < state.history[0].loss; // true
 * ```
 */
export async function fit(model: Module, data: Data, loss: FitLoss, options: FitOptions): Promise<FitResult> {
  const run = new Run(model, data, loss, prepare(model, data, loss, options));
  try {
    return await run.go();
  } finally {
    run.release();
  }
}
