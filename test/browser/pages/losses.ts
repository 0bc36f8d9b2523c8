/** A page that computes the scene of a loss on an executor, for a test to compare. */
import { type BackendId, evaluate, setBackend, type Tensor, valueAndGrad } from "../../../src/index.ts";
import { SCENES, sceneOf } from "../../support/loss-scenes.ts";

/** Value first, then the gradient. */
async function run(mode: BackendId, name: string, channels: number): Promise<number[]> {
  const [, , one] = SCENES.find(([loss, count]) => loss === name && count === channels) ?? [];
  if (one === undefined) throw new Error(`no scene of ${name} on ${channels} channels`);
  await setBackend(mode);
  const { logits, target } = sceneOf(one, channels);
  const { value, grad } = valueAndGrad((x: Tensor) => one.loss(x, target, one.options))(logits);
  await evaluate(value, grad);
  return [await value.item(), ...(await grad.data())];
}

Object.assign(globalThis, { run });
