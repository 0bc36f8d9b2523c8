/** A fresh process: jax-js trains the same network on its WebAssembly device, one line of JSON a step. */
import { readFileSync } from "node:fs";
import { decodeSafetensors } from "../../../src/io/safetensors.ts";
import { type JaxArray, type JaxRecord, loadJax } from "../../rivals/libraries.ts";

const [weightsFile, batchesFile, count] = process.argv.slice(2);
const jax = await loadJax();
const { numpy: np, nn, lax, jit, valueAndGrad } = jax;

const arraysOf = (file: string) =>
  Object.entries(decodeSafetensors(readFileSync(file), file).arrays).map(
    ([name, { shape, data }]) => [name, shape, data as Float32Array] as const,
  );

/** Arrays are used up by whatever takes them; `ref` is one more reference. */
function unet(variables: JaxRecord, images: JaxArray, size: number): JaxArray {
  const conv = (x: JaxArray, name: string) => {
    const bias = variables[`${name}.bias`].reshape([1, -1, 1, 1]);
    return lax.conv(x, variables[`${name}.weight`], [1, 1], "SAME").add(bias);
  };
  const block = (x: JaxArray, name: string) =>
    nn.relu(conv(nn.relu(conv(x, `${name}.conv1`)), `${name}.conv2`));
  const half = (x: JaxArray, side: number) => np.max(x.reshape([4, -1, side / 2, 2, side / 2, 2]), [3, 5]);
  const double = (x: JaxArray) => np.repeat(np.repeat(x, 2, 2), 2, 3);
  const first = block(images, "encoder.0");
  const second = block(half(first.ref, size), "encoder.1");
  const bottom = block(half(second.ref, size / 2), "bottom");
  const risen = block(np.concatenate([double(bottom), second], 1), "decoder.1");
  return conv(block(np.concatenate([double(risen), first], 1), "decoder.0"), "head");
}

/** By rows first: sums of jax-js add one number after another in float32. */
const sumOfImage = (x: JaxArray) => np.sum(np.sum(x, [3]), [1, 2]);

function dice(logits: JaxArray, masks: JaxArray): JaxArray {
  const p = nn.sigmoid(logits);
  const overlap = sumOfImage(p.ref.mul(masks.ref)).mul(2).add(1);
  const total = sumOfImage(p).add(sumOfImage(masks)).add(1);
  return np.mean(np.subtract(1, overlap.div(total)));
}

interface State {
  readonly parameters: JaxRecord;
  readonly means: JaxRecord;
  readonly variances: JaxRecord;
}

const batches = Object.fromEntries(
  arraysOf(batchesFile).map(([name, shape, data]) => [name, { shape, data }]),
);
const [pool, ...shape] = batches.images.shape;
const size = shape[2];
const lossAndGradients = valueAndGrad((parameters: JaxRecord, images: JaxArray, masks: JaxArray) =>
  dice(unet(parameters, images, size), masks),
);

/** `stepSize` and `rootScale` are Adam's corrections of its running means at their beginning. */
function trainingStep(
  { parameters, means, variances }: State,
  images: JaxArray,
  masks: JaxArray,
  stepSize: JaxArray,
  rootScale: JaxArray,
): [JaxArray, State] {
  const names = Object.keys(parameters);
  const before = Object.fromEntries(names.map((name) => [name, parameters[name].ref]));
  const [loss, gradients] = lossAndGradients(before, images, masks);
  const next = names.map((name) => {
    const mean = means[name].mul(0.9).add(gradients[name].ref.mul(0.1));
    const variance = variances[name].mul(0.999).add(np.square(gradients[name]).mul(0.001));
    const root = np.sqrt(variance.ref).mul(rootScale.ref).add(1e-8);
    const parameter = parameters[name].sub(mean.ref.mul(stepSize.ref).div(root));
    return { name, parameter, mean, variance };
  });
  stepSize.dispose();
  rootScale.dispose();
  const record = (pick: (of: (typeof next)[number]) => JaxArray) =>
    Object.fromEntries(next.map((of) => [of.name, pick(of)]));
  const state = {
    parameters: record(({ parameter }) => parameter),
    means: record(({ mean }) => mean),
    variances: record(({ variance }) => variance),
  };
  return [loss, state];
}

const step = jit(trainingStep);
const parameters = Object.fromEntries(
  arraysOf(weightsFile).map(([name, shape, data]) => [name, np.array(data).reshape(shape)]),
);
const zeros = () =>
  Object.fromEntries(Object.entries(parameters).map(([name, x]) => [name, np.zerosLike(x.ref)]));
let state: State = { parameters, means: zeros(), variances: zeros() };
for (let i = 0; i < Number(count); i++) {
  const length = shape.reduce((a, b) => a * b);
  const [images, masks] = [batches.images, batches.masks].map(({ data }) =>
    data.slice((i % pool) * length, ((i % pool) + 1) * length),
  );
  const start = performance.now();
  const scalar = (x: number) => np.array(Float32Array.of(x)).reshape([]);
  const [loss, next] = step(
    state,
    np.array(images).reshape(shape),
    np.array(masks).reshape(shape),
    scalar(1e-3 / (1 - 0.9 ** (i + 1))),
    scalar(1 / Math.sqrt(1 - 0.999 ** (i + 1))),
  );
  const [value] = await loss.data();
  state = next;
  console.log(JSON.stringify({ ms: performance.now() - start, loss: value }));
}
process.exit(0);
