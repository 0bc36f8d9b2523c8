/** Every loss, value and gradient, on every executor that works here, against the float64 reference. */
import { beforeAll, expect, test } from "vitest";
import { type BackendId, evaluate, setBackend, type Tensor, valueAndGrad } from "../../src/index.ts";
import { describeModes, relativeError } from "../support/backends.ts";
import type { LossCase } from "../support/catalogue.ts";
import { SCENES, sceneOf, toleranceOf } from "../support/loss-scenes.ts";

async function run(
  mode: BackendId,
  one: LossCase,
  channels: number,
): Promise<{ value: number[]; slope: ArrayLike<number> }> {
  await setBackend(mode);
  const { logits, target } = sceneOf(one, channels);
  const { value, grad } = valueAndGrad((x: Tensor) => one.loss(x, target, one.options))(logits);
  await evaluate(value, grad);
  return { value: Array.from(await value.data()), slope: await grad.data() };
}

await describeModes("losses", (mode) => {
  beforeAll(() => setBackend(mode));

  test.each(SCENES)("%s, %d channels", async (_name, channels, one) => {
    const exact = await run("reference", one, channels);
    const actual = await run(mode, one, channels);
    const tolerance = toleranceOf(mode, one);
    expect(relativeError(actual.value, exact.value)).toBeLessThan(tolerance);
    expect(relativeError(actual.slope, exact.slope)).toBeLessThan(tolerance);
  });
});
