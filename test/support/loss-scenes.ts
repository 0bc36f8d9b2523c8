/** One smooth scene for each loss: what executors are compared on, in Node and in a browser. */
import { type BackendId, evaluate, setBackend, type Tensor, tensor, valueAndGrad } from "../../src/index.ts";
import { sizeOf } from "../../src/shape.ts";
import { keeps, LOSS_CASES, type LossCase, needsClasses, takesClasses } from "./catalogue.ts";

/** Each loss on one channel, and on three classes, where it takes them. */
export const SCENES = LOSS_CASES.flatMap((one) => [
  ...(needsClasses(one) ? [] : [[one.name, 1, one] as const]),
  ...(takesClasses(one) ? [[one.name, 3, one] as const] : []),
]);

/** Smooth logits and a mask with a border: what a network gives, not noise. */
function sceneOf({ side }: LossCase, channels: number): { logits: Tensor; target: Tensor } {
  const [height, width] = [side + 6, side + 8];
  const shape = [2, channels, height, width];
  const logits = Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return 2.5 * Math.sin(0.7 * x + 0.3 * Math.floor(i / (width * height))) * Math.cos(0.5 * y) + 0.11;
  });
  const classes = Math.max(2, channels);
  const labels = Float64Array.from({ length: 2 * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return Math.floor((classes * (x + y)) / (width + height - 1));
  });
  const target = channels === 1 ? tensor(labels, shape) : tensor(labels, [2, height, width]);
  return { logits: tensor(logits, shape), target };
}

/** What a function and its gradient come to at x, on an executor. */
export async function valueAndSlope(
  mode: BackendId,
  f: (x: Tensor) => Tensor,
  x: Tensor,
): Promise<{ value: number; slope: number[] }> {
  await setBackend(mode);
  const { value, grad } = valueAndGrad(f)(x);
  await evaluate(value, grad);
  return { value: await value.item(), slope: Array.from(await grad.data()) };
}

/** The same of a loss on its scene. */
export function computeScene(
  mode: BackendId,
  one: LossCase,
  channels: number,
): ReturnType<typeof valueAndSlope> {
  const { logits, target } = sceneOf(one, channels);
  return valueAndSlope(mode, (x) => one.loss(x, target, one.options), logits);
}

/**
 * Largest error, relative to the largest entry. OpenGL's exp and log are good to about 4e-6 on a software rasteriser
 * (kernels/README.md), and a loss takes several of them.
 */
const TOLERANCE: Readonly<Partial<Record<BackendId, number>>> = {
  headlessgl: 5e-5,
  webgl2: 5e-5,
  webgpu: 5e-5,
};

export const toleranceOf = (mode: BackendId, one?: LossCase): number =>
  Math.max(TOLERANCE[mode] ?? 1e-5, one === undefined || keeps(one, "float32") ? 0 : 5e-5);
