/** The step that everyone is measured on: a small U-Net, Dice, Adam. */
import {
  diceLoss,
  type StatefulFunction,
  stateful,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../src/index.ts";
import { countParameters, initialize, unet } from "../../src/nn/index.ts";
import { adam } from "../../src/optim/index.ts";
import { seededRandom } from "../../src/random.ts";

export const BATCH = 4;
export const SIZE = 128;

/** One channel in and out, 16, 32 and 64 channels, two 3x3 convolutions a level. */
export const network = unet({ dimensions: 2, channels: 1, classes: 1, depth: 3, baseChannels: 16 });
export const parameterCount = countParameters(network);

export interface Batch {
  readonly images: Float32Array;
  readonly masks: Float32Array;
}

/** Noise with a disc in it, and the disc. */
export function batch(seed: number): Batch {
  const random = seededRandom(seed);
  const count = BATCH * SIZE * SIZE;
  const images = new Float32Array(count);
  const masks = new Float32Array(count);
  for (let i = 0; i < BATCH; i++) {
    const [cx, cy, r] = [random.uniform(40, 88), random.uniform(40, 88), random.uniform(15, 35)];
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const at = (i * SIZE + y) * SIZE + x;
        masks[at] = Math.hypot(x - cx, y - cy) < r ? 1 : 0;
        images[at] = 0.3 + 0.4 * masks[at] + random.normal(0, 0.2);
      }
    }
  }
  return { images, masks };
}

const shape = [BATCH, 1, SIZE, SIZE];

/** A step of ours: forward, Dice, backward and Adam in one plan; resolves to the loss. */
export function segtapeStep(): {
  run: (batch: Batch) => Promise<number>;
  training: StatefulFunction<Tensor>;
} {
  const variables = initialize(network, { seed: 1 });
  const names = Object.keys(variables);
  const optimizer = adam({ learningRate: 1e-3 });
  const slots = optimizer.init(variables);
  const training = stateful({ ...variables, ...slots }, (state, [images, masks]) => {
    const own = (record: object) =>
      Object.fromEntries(Object.keys(record).map((name) => [name, state[name]]));
    const parameters = own(variables);
    const loss = (...values: Tensor[]) =>
      diceLoss(network.apply(Object.fromEntries(names.map((name, i) => [name, values[i]])), images), masks);
    const { value, grad } = valueAndGrad(loss, { argnums: names.map((_, i) => i) })(
      ...names.map((name) => parameters[name]),
    );
    const gradients = Object.fromEntries(names.map((name, i) => [name, grad[i]]));
    const next = optimizer.update(gradients, own(slots), parameters);
    return { state: { ...next.parameters, ...next.state }, value };
  });
  return {
    training,
    run: async ({ images, masks }) =>
      (await training.run([tensor(images, shape), tensor(masks, shape)])).item(),
  };
}
