/** Every loss, value and gradient, on every executor that works here, against the float64 reference. */
import { beforeAll, expect, test } from "vitest";
import { type BackendId, evaluate, setBackend, type Tensor, valueAndGrad } from "../../src/index.ts";
import { describeModes, relativeError } from "../support/backends.ts";
import {
  keeps,
  LOSS_CASES,
  type LossCase,
  needsClasses,
  sizeOf,
  takesClasses,
  tensorOf,
} from "../support/catalogue.ts";

/**
 * Largest error, relative to the largest entry. OpenGL's exp and log are good to about 4e-6 on a software rasteriser
 * (kernels/README.md), and a loss takes several of them.
 */
const TOLERANCE: Readonly<Partial<Record<BackendId, number>>> = {
  headlessgl: 5e-5,
  webgl2: 5e-5,
  webgpu: 5e-5,
};

/** Smooth logits and a mask with a border: what a network gives, not noise. */
function scene({ side }: LossCase, channels: number) {
  const [height, width] = [side + 6, side + 8];
  const shape = [2, channels, height, width];
  const logits = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return 2.5 * Math.sin(0.7 * x + 0.3 * Math.floor(i / (width * height))) * Math.cos(0.5 * y) + 0.11;
  });
  const classes = Math.max(2, channels);
  const labels = Array.from({ length: 2 * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return Math.floor((classes * (x + y)) / (width + height - 1));
  });
  const target = channels === 1 ? tensorOf(labels, shape) : tensorOf(labels, [2, height, width]);
  return { logits: tensorOf(logits, shape), target };
}

const toleranceOf = (mode: BackendId, one: LossCase) =>
  Math.max(TOLERANCE[mode] ?? 1e-5, keeps(one, "float32") ? 0 : 5e-5);

async function run(
  mode: BackendId,
  one: LossCase,
  channels: number,
): Promise<{ value: number[]; slope: ArrayLike<number> }> {
  await setBackend(mode);
  const { logits, target } = scene(one, channels);
  const { value, grad } = valueAndGrad((x: Tensor) => one.loss(x, target, one.options))(logits);
  await evaluate(value, grad);
  return { value: Array.from(await value.data()), slope: await grad.data() };
}

const CASES = LOSS_CASES.flatMap((one) => [
  ...(needsClasses(one) ? [] : [[one.name, 1, one] as const]),
  ...(takesClasses(one) ? [[one.name, 3, one] as const] : []),
]);

await describeModes("losses", (mode) => {
  beforeAll(() => setBackend(mode));

  test.each(CASES)("%s, %d channels", async (_name, channels, one) => {
    const exact = await run("reference", one, channels);
    const actual = await run(mode, one, channels);
    const tolerance = toleranceOf(mode, one);
    expect(relativeError(actual.value, exact.value)).toBeLessThan(tolerance);
    expect(relativeError(actual.slope, exact.slope)).toBeLessThan(tolerance);
  });
});
