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

/**
 * Multiply-adds of forward and backward with images of this side, as direct convolutions have them: each convolution, and
 * its adjoints for weights and input. Nobody asks for the gradient of the images.
 */
export function multiplyAdds(size = SIZE): number {
  let sum = 0;
  for (const [name, { shape }] of Object.entries(network.variables)) {
    if (!name.endsWith(".weight")) continue;
    const level = name.startsWith("bottom") ? 2 : Number(name.match(/^(?:en|de)coder\.(\d)/)?.[1] ?? 0);
    const forward = BATCH * (size / 2 ** level) ** 2 * shape.reduce((a, b) => a * b);
    sum += forward * (name === "encoder.0.conv1.weight" ? 2 : 3);
  }
  return sum;
}

export interface Batch {
  /** [BATCH, 1, size, size], as the masks. */
  readonly images: Float32Array;
  readonly masks: Float32Array;
  readonly size: number;
}

/** Noise with a disc in it, and the disc. */
export function batch(seed: number, size = SIZE): Batch {
  const random = seededRandom(seed);
  const count = BATCH * size * size;
  const images = new Float32Array(count);
  const masks = new Float32Array(count);
  for (let i = 0; i < BATCH; i++) {
    const within = (low: number, high: number) => (random.uniform(low, high) * size) / 128;
    const [cx, cy, r] = [within(40, 88), within(40, 88), within(15, 35)];
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const at = (i * size + y) * size + x;
        masks[at] = Math.hypot(x - cx, y - cy) < r ? 1 : 0;
        images[at] = 0.3 + 0.4 * masks[at] + random.normal(0, 0.2);
      }
    }
  }
  return { images, masks, size };
}

/** The values that everyone begins with. */
export const initialVariables = () => initialize(network, { seed: 1 });

/** A step of ours: forward, Dice, backward and Adam in one plan; resolves to the loss. */
export function segtapeStep(): {
  run: (batch: Batch) => Promise<number>;
  training: StatefulFunction<Tensor>;
} {
  const variables = initialVariables();
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
    run: async ({ images, masks, size }) => {
      const shape = [BATCH, 1, size, size];
      return (await training.run([tensor(images, shape), tensor(masks, shape)])).item();
    },
  };
}
