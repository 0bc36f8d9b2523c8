/** A fresh process: whether tfjs has the gradient of a convolution's weights on its WebAssembly device. */
import { loadTf } from "../../rivals/libraries.ts";

const { tf } = await loadTf();
const image = tf.tensor4d(new Float32Array(64).fill(1), [1, 8, 8, 1]);
const weights = tf.tensor4d(new Float32Array(9).fill(1), [3, 3, 1, 1]);
let error: string | null = null;
try {
  const { grad } = tf.valueAndGrad((filter) => tf.sum(tf.conv2d(image, filter, 1, "valid")))(weights);
  await grad.data();
} catch (thrown) {
  error = thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown);
}
console.log(JSON.stringify({ error }));
process.exit(0);
