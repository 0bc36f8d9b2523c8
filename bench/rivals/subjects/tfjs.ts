/** TensorFlow.js on its WebAssembly backend: eager ops, `tf.valueAndGrad`, `tf.tidy`. Images are [n, rows, columns, 1]. */
import { loadTf, type Tf, type TfTensor } from "../libraries.ts";
import { gaussian, type Scene } from "../scene.ts";
import { isShared, type SharedLoss, type Subject } from "./types.ts";

type TfLoss = (x: TfTensor, g: TfTensor) => TfTensor;

function lossesOf(tf: Tf, down: TfTensor, across: TfTensor): Readonly<Record<SharedLoss, TfLoss>> {
  const blur = (x: TfTensor) => tf.conv2d(tf.conv2d(x, down, 1, "valid"), across, 1, "valid");
  // Sums of tfjs add one number after another in float32: in one go they would be off by 1e-3. Rows first, then the rest.
  const mean = (x: TfTensor) => tf.mean(tf.mean(x, [2, 3]));
  const sumOfImage = (x: TfTensor) => tf.sum(tf.sum(x, [2, 3]), [1]);
  const entropyOf = (x: TfTensor, g: TfTensor) =>
    tf.losses.sigmoidCrossEntropy(g, x, undefined, 0, tf.Reduction.NONE);
  return {
    bce: (x, g) => mean(entropyOf(x, g)),
    focal(x, g) {
      const p = tf.sigmoid(x);
      const missed = g.sub(p).square();
      const alpha = g.mul(0.25).add(tf.sub(1, g).mul(0.75));
      return mean(alpha.mul(missed).mul(entropyOf(x, g)));
    },
    focalTversky(x, g) {
      const p = tf.sigmoid(x);
      const hits = sumOfImage(p.mul(g));
      const alarms = sumOfImage(p.mul(tf.sub(1, g)));
      const misses = sumOfImage(tf.sub(1, p).mul(g));
      const index = hits.add(1).div(hits.add(alarms.mul(0.3)).add(misses.mul(0.7)).add(1));
      return tf.mean(tf.sub(1, index).pow(0.75));
    },
    dice(x, g) {
      const p = tf.sigmoid(x);
      const overlap = sumOfImage(p.mul(g)).mul(2).add(1);
      const total = sumOfImage(p).add(sumOfImage(g)).add(1);
      return tf.mean(tf.sub(1, overlap.div(total)));
    },
    ssim(x, g) {
      const p = tf.sigmoid(x);
      const [meanP, meanG] = [blur(p), blur(g)];
      const power = meanP.square().add(meanG.square());
      const product = meanP.mul(meanG);
      const spread = blur(p.square()).add(blur(g.square())).sub(power);
      const shared = blur(p.mul(g)).sub(product);
      const above = product.mul(2).add(1e-4).mul(shared.mul(2).add(9e-4));
      const below = power.add(1e-4).mul(spread.add(9e-4));
      return tf.sub(1, mean(above.div(below)));
    },
  };
}

export async function tfjsSubject(): Promise<Subject> {
  const { tf, wasm } = await loadTf();
  if (tf.getBackend() !== "wasm" || tf.env().get("WASM_HAS_SIMD_SUPPORT") !== true) {
    throw new Error(`tfjs runs on ${tf.getBackend()}, expected wasm with SIMD`);
  }
  const window = gaussian();
  const losses = lossesOf(tf, tf.tensor4d(window, [11, 1, 1, 1]), tf.tensor4d(window, [1, 11, 1, 1]));
  return {
    name: "tfjs wasm",
    group: "rival",
    threads: wasm.getThreadsCount(),
    open(loss, { logits, target, shape: [images, , rows, columns] }: Scene) {
      if (!isShared(loss)) return null;
      const x = tf.tensor4d(logits, [images, rows, columns, 1]);
      const g = tf.tensor4d(target, [images, rows, columns, 1]);
      const step = tf.valueAndGrad((logits) => losses[loss](logits, g));
      return {
        async call() {
          const { value, grad } = tf.tidy(() => step(x));
          const [[scalar], slope] = await Promise.all([value.data(), grad.data()]);
          value.dispose();
          grad.dispose();
          return { value: scalar, grad: slope };
        },
        close() {
          x.dispose();
          g.dispose();
        },
      };
    },
  };
}
