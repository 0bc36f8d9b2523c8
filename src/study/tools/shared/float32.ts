/** A loss on executors of a tool's own choice. Which one the user has chosen stays as it was. */
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { currentRunner, runnerOf } from "../../../run/backends.ts";
import type { Runner } from "../../../run/plan-cache.ts";
import { type Tensor, tensor } from "../../../tensor.ts";
import { valueAndGrad } from "../../../transform/grad.ts";
import { lossOfLogits } from "../../measure.ts";
import type { Answer, Frame, Scene } from "./probe.ts";
import type { OwnOptions } from "./subject.ts";

/** The executors of both precisions. */
export interface Precisions {
  readonly float32: Runner;
  readonly float64: Runner;
}

/** `wasm`, with the user's settings where it is theirs; `cpu` where it does not work. */
export async function precisions(): Promise<Precisions> {
  const current = await currentRunner();
  const float32 =
    current.executor.id === "wasm" ? current : await runnerOf("wasm").catch(() => runnerOf("cpu"));
  return { float32, float64: await runnerOf("reference") };
}

/** Numbers that both precisions hold: what is compared then is the computing alone. */
export const inFloat32 = (data: Float64Array): Float64Array => data.map(Math.fround);

/** How often a scene stands side by side, and one above the other. */
export type Repeats = readonly [across: number, down: number];

/** Value and gradient as recorded, not run; of the scene laid out several times. */
export function recordOn(
  loss: Loss,
  options: OwnOptions,
  { logits, target }: Scene,
  { width, height }: Frame,
  [across, down]: Repeats = [1, 1],
): { readonly value: Tensor; readonly grad: Tensor } {
  const shape = [1, 1, height * down, width * across];
  const laidOut = (data: Float64Array) =>
    Float64Array.from({ length: data.length * across * down }, (_, i) => {
      const [x, y] = [i % (width * across), Math.floor(i / (width * across))];
      return data[(y % height) * width + (x % width)];
    });
  const f = lossOfLogits(loss, tensor(laidOut(target), shape), options);
  return valueAndGrad(f)(tensor(laidOut(logits), shape));
}

/** What a loss says of a scene on an executor; numbers that are not finite included. */
export async function askOn(
  runner: Runner,
  loss: Loss,
  options: OwnOptions,
  scene: Scene,
  frame: Frame,
): Promise<Answer> {
  const { value, grad } = recordOn(loss, options, scene, frame);
  const [number, gradient] = await runner.compute([value.node, grad.node]);
  return { value: number[0], gradient };
}
