/** Bits of a training step do not depend on who computes what. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { diceLoss, setBackend, stateful, type Tensor, tensor, valueAndGrad } from "../../src/index.ts";
import { initialize, unet } from "../../src/nn/index.ts";
import { adam } from "../../src/optim/index.ts";
import { seededRandom } from "../../src/random.ts";
import { sharing } from "../../src/run/wasm/team.ts";
import { values } from "../support/values.ts";

const usual = sharing.from;
beforeAll(() => {
  // Everything that has parts is shared.
  sharing.from = 0;
});
afterAll(() => {
  sharing.from = usual;
});

async function trained(threads: number): Promise<Record<string, number[]>> {
  await setBackend("wasm", { threads });
  const model = unet({ dimensions: 2, channels: 1, classes: 1, depth: 3, baseChannels: 6 });
  const variables = initialize(model, { seed: 3 });
  const names = Object.keys(variables);
  const optimizer = adam({ learningRate: 1e-2 });
  const slots = optimizer.init(variables);
  const pick = (record: object, from: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.keys(record).map((name) => [name, from[name]]));
  const step = stateful({ ...variables, ...slots }, (state, [x, y]) => {
    const loss = (...all: Tensor[]) =>
      diceLoss(model.apply(Object.fromEntries(names.map((name, i) => [name, all[i]])), x), y);
    const { value, grad } = valueAndGrad(loss, { argnums: names.map((_, i) => i) })(
      ...names.map((name) => state[name]),
    );
    const gradients = Object.fromEntries(names.map((name, i) => [name, grad[i]]));
    const next = optimizer.update(gradients, pick(slots, state), pick(variables, state));
    return { state: { ...next.parameters, ...next.state }, value };
  });
  const random = seededRandom(5);
  const shape = [3, 1, 24, 40];
  const size = 3 * 24 * 40;
  for (let i = 0; i < 4; i++) {
    const images = Float32Array.from({ length: size }, () => random.uniform());
    const masks = images.map((x) => (x > 0.4 ? 1 : 0));
    await step.run([tensor(images, shape), tensor(masks, shape)]);
  }
  const state = await step.read();
  step.release();
  return Object.fromEntries(
    await Promise.all(Object.entries(state).map(async ([name, x]) => [name, await values(x)] as const)),
  );
}

test("one, two and three threads train the same network, bit for bit", async () => {
  const alone = await trained(1);
  expect(Object.values(alone).flat().every(Number.isFinite)).toBe(true);
  expect(await trained(2)).toEqual(alone);
  expect(await trained(3)).toEqual(alone);
});
