/** Values and gradients of one loss on many images at once. */
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { evaluate, type Tensor, tensor } from "../../../tensor.ts";
import { valueAndGrad } from "../../../transform/grad.ts";
import { lossOfLogits } from "../../measure.ts";
import type { OwnOptions } from "./subject.ts";

/** An image that losses are asked about. */
export interface Scene {
  readonly logits: Float64Array;
  readonly target: Float64Array;
}

/** What a loss says of a scene, as though it were the only image. */
export interface Answer {
  readonly value: number;
  /** d value / d logit of each pixel. */
  readonly gradient: ArrayLike<number>;
}

export function isFiniteAnswer({ value, gradient }: Answer): boolean {
  for (let i = 0; i < gradient.length; i++) if (!Number.isFinite(gradient[i])) return false;
  return Number.isFinite(value);
}

/** The answer, where all of it is finite; an error otherwise. */
export function finiteAnswer(loss: Loss, answer: Answer): Answer {
  if (!isFiniteAnswer(answer)) throw new Error(`${loss.name}: value or gradient is not finite`);
  return answer;
}

/**
 * Images of one run. Every tool asks in batches of this many, filled up where need be: plans depend on shapes, and making
 * one costs more than running it.
 */
const BATCH = 8;

/** The shape of each image. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

function stack(scenes: readonly Scene[], part: keyof Scene, count: number, { width, height }: Frame): Tensor {
  const size = width * height;
  const data = new Float64Array(count * size);
  for (let i = 0; i < count; i++) data.set(scenes[Math.min(i, scenes.length - 1)][part], i * size);
  return tensor(data, [count, 1, height, width]);
}

/** `null` where the loss has no value of each image. */
async function askBatch(
  loss: Loss,
  options: OwnOptions,
  scenes: readonly Scene[],
  count: number,
  frame: Frame,
): Promise<Answer[] | null> {
  const f = lossOfLogits(loss, stack(scenes, "target", count, frame), { ...options, reduction: "image" });
  let values: Tensor | undefined;
  const total = (logits: Tensor) => {
    values = f(logits);
    return values.sum();
  };
  // Images do not touch each other's values, so the gradient of the sum is that of each.
  const { grad } = valueAndGrad(total)(stack(scenes, "logits", count, frame));
  await evaluate(values as Tensor, grad);
  const [each, slopes] = [await (values as Tensor).data(), await grad.data()];
  if (each.length !== count) return null;
  const size = frame.width * frame.height;
  return scenes.map((_, i) =>
    finiteAnswer(loss, { value: each[i], gradient: slopes.slice(i * size, (i + 1) * size) }),
  );
}

/** Whether a loss, with these options, values an image whatever stands beside it: found out once. */
const known = new WeakMap<Loss, WeakMap<OwnOptions, boolean>>();

const same = (a: number | null, b: number | null) =>
  a !== null && b !== null && Math.abs(a - b) <= 1e-5 * (Math.abs(a) + Math.abs(b));

/**
 * Whether a loss values an image whatever stands beside it.
 *
 * @param among - value of an image among others; `null` where images have no values
 * @param alone - its value among copies of itself: as good as alone, and the plan is the same
 */
export async function isPerImage(
  loss: Loss,
  options: OwnOptions,
  among: () => Promise<number | null>,
  alone: () => Promise<number | null>,
): Promise<boolean> {
  const answers = known.get(loss) ?? new WeakMap<OwnOptions, boolean>();
  known.set(loss, answers);
  const found = answers.get(options) ?? same(await among(), await alone());
  answers.set(options, found);
  return found;
}

/**
 * What a loss says of each scene. Scenes are asked in batches, unless an image's value depends on the others (statistics
 * of the batch): then one by one.
 *
 * @throws what the loss throws; an error where its value or gradient is not finite
 */
export async function probe(
  loss: Loss,
  options: OwnOptions,
  scenes: readonly Scene[],
  frame: Frame,
): Promise<Answer[]> {
  const first = async (length: number) =>
    (await askBatch(loss, options, scenes.slice(0, length), BATCH, frame))?.[0].value ?? null;
  const batched =
    scenes.length > 1 &&
    (await isPerImage(
      loss,
      options,
      () => first(BATCH),
      () => first(1),
    ));
  const count = batched ? BATCH : 1;
  const answers: Answer[] = [];
  for (let at = 0; at < scenes.length; at += count) {
    const batch = await askBatch(loss, options, scenes.slice(at, at + count), count, frame);
    if (batch === null) throw new Error(`${loss.name}: no value for each image`);
    answers.push(...batch);
  }
  return answers;
}
