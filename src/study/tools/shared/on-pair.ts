/** The given pair, and what a loss says of it. */
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { evaluate, tensor } from "../../../tensor.ts";
import { valueAndGrad } from "../../../transform/grad.ts";
import { type LogitPair, lossOfLogits } from "../../measure.ts";
import { type Answer, finiteAnswer } from "./probe.ts";
import type { OwnOptions } from "./subject.ts";

/**
 * Value and gradient on the pair, recorded as a study records them: where there was one, its plan is found again.
 *
 * @throws what the loss throws; an error where value or gradient is not finite
 */
export async function askOnPair(
  loss: Loss,
  options: OwnOptions,
  { pair, logits }: LogitPair,
): Promise<Answer> {
  const shape = [1, 1, pair.height, pair.width];
  const f = valueAndGrad(lossOfLogits(loss, tensor(pair.target, shape), options));
  const { value, grad } = f(tensor(logits, shape));
  await evaluate(value, grad);
  return finiteAnswer(loss, { value: await value.item(), gradient: await grad.data() });
}
