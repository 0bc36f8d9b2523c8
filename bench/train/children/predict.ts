/** A fresh process: probabilities of images that are larger than a tile. */
import { setBackend } from "../../../src/index.ts";
import { seededRandom } from "../../../src/random.ts";
import { predictImage } from "../../../src/train/index.ts";
import { initialVariables, network } from "../network.ts";

export interface Predict {
  readonly images: number;
  readonly side: number;
  readonly totalMs: number;
  /** With planning and compiling. */
  readonly firstMs: number;
  readonly laterMs: number;
}

const [threads, images, side] = process.argv.slice(2).map(Number);
await setBackend("wasm", { threads });
const variables = initialVariables();
const times: number[] = [];
for (let i = 0; i < images; i++) {
  const random = seededRandom(i);
  const image = Float32Array.from({ length: side * side }, () => random.uniform(0, 1));
  const start = performance.now();
  const probabilities = await predictImage(network, variables, { image, channels: 1, size: [side, side] });
  times.push(performance.now() - start);
  if (probabilities.length !== side * side || !probabilities.every((p) => p >= 0 && p <= 1))
    throw new Error("predictImage: no probabilities");
}
const totalMs = times.reduce((a, b) => a + b);
const result: Predict = {
  images,
  side,
  totalMs,
  firstMs: times[0],
  laterMs: (totalMs - times[0]) / (images - 1),
};
console.log(JSON.stringify(result));
process.exit(0);
