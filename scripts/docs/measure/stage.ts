/** Where losses are tried: small images made for one question each, and their values and gradients there. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { seededRandom } from "../../../src/random.ts";
import { logit, lossOfLogits } from "../../../src/study/measure.ts";
import { onFirstWithRoom } from "../../../src/study/stages.ts";
import { evaluate, type Tensor, tensor } from "../../../src/tensor.ts";
import { valueAndGrad } from "../../../src/transform/grad.ts";

/** Sides of a stage. */
const SIDES = [96, 192] as const;

/** A square image of one number a pixel. */
export type Image = Float64Array;

/** Paints a square by rows. */
export function paint(side: number, color: (x: number, y: number) => number): Image {
  return Float64Array.from({ length: side * side }, (_, i) => color(i % side, Math.floor(i / side)));
}

/** A mask of single pixels drawn at random. */
export function speckles(side: number, share: number): Image {
  const random = seededRandom(3);
  return paint(side, () => (random.uniform(0, 1) < share ? 1 : 0));
}

/** A network that is sure of this mask: 0.999 inside, 0.001 outside. */
export const sureOf = (mask: Image): Image => mask.map((g) => (g > 0.5 ? logit(0.999) : logit(0.001)));

const squares = (images: readonly Image[], side: number): Tensor => {
  const data = new Float64Array(images.length * side * side);
  images.forEach((image, i) => {
    data.set(image, i * side * side);
  });
  return tensor(data, [images.length, 1, side, side]);
};

/** What the loss charges for each of several predictions of one target. */
export async function valuesOf(loss: Loss, logits: readonly Image[], target: Image, side: number) {
  const shape = [logits.length, 1, side, side];
  const g = squares([target], side).expand(shape);
  const values = lossOfLogits(loss, g, { reduction: "image" })(squares(logits, side));
  return Array.from(await values.data());
}

/** Value, and gradient by the logits, of one prediction. */
export async function pullOf(loss: Loss, logits: Image, target: Image, side: number) {
  const { value, grad } = valueAndGrad(lossOfLogits(loss, squares([target], side), {}))(
    squares([logits], side),
  );
  await evaluate(value, grad);
  return { value: await value.item(), gradient: Float64Array.from(await grad.data()) };
}

/** Runs `ask` on the smallest stage that the loss has room on. */
export const onStage = <T>(ask: (side: number) => Promise<T>): Promise<T> => onFirstWithRoom(SIDES, ask);
