/** Small models and samples for tests of training. */
import { conv2d, relu, sequential } from "../../src/nn/index.ts";
import { seededRandom } from "../../src/random.ts";
import type { Sample } from "../../src/train/index.ts";

/** Noise with a bright disc; the mask is the disc. */
export function disc(seed: number, size: readonly number[] = [24, 24]): Sample {
  const random = seededRandom(seed);
  const centre = size.map((length) => random.uniform(0.3 * length, 0.7 * length));
  const radius = random.uniform(0.15, 0.3) * Math.min(...size);
  const count = size.reduce((product, length) => product * length, 1);
  const image = new Float32Array(count);
  const target = new Uint8Array(count);
  for (let flat = 0; flat < count; flat++) {
    let rest = flat;
    let distance = 0;
    for (let axis = size.length - 1; axis >= 0; axis--) {
      distance += ((rest % size[axis]) - centre[axis]) ** 2;
      rest = Math.floor(rest / size[axis]);
    }
    target[flat] = Math.sqrt(distance) < radius ? 1 : 0;
    image[flat] = Math.min(1, Math.max(0, 0.3 + 0.4 * target[flat] + random.normal(0, 0.1)));
  }
  return { name: `disc ${seed}`, image, channels: 1, size, target };
}

export const discs = (count: number, size?: readonly number[]): Sample[] =>
  Array.from({ length: count }, (_, i) => disc(i + 1, size));

/** Two convolutions: 65 parameters, five pixels wide. */
export const tinyNetwork = () =>
  sequential({
    conv: conv2d(1, 4, 3, { padding: "same" }),
    act: relu(),
    head: conv2d(4, 1, 3, { padding: "same" }),
  });
