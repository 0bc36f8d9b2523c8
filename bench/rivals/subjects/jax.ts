/** jax-js on its WebAssembly device: `jit(valueAndGrad(loss))`, with references counted by hand as it asks. */
import { type Jax, type JaxArray, loadJax } from "../libraries.ts";
import { gaussian, type Scene } from "../scene.ts";
import { isShared, type SharedLoss, type Subject } from "./types.ts";

type JaxLoss = (x: JaxArray, g: JaxArray, down: JaxArray, across: JaxArray) => JaxArray;

function lossesOf({ numpy: np, nn, lax }: Jax): Readonly<Record<SharedLoss, JaxLoss>> {
  // Sums of jax-js add one number after another in float32: in one go they would be off by 1e-3. Rows first, then the rest.
  const mean = (x: JaxArray) => np.mean(np.mean(x, [3]));
  const sumOfImage = (x: JaxArray) => np.sum(np.sum(x, [3]), [1, 2]);
  const entropyOf = (x: JaxArray, g: JaxArray) => nn.softplus(x.ref).sub(x.mul(g));
  return {
    bce: (x, g) => mean(entropyOf(x, g)),
    focal(x, g) {
      const entropy = entropyOf(x.ref, g.ref);
      const missed = np.square(g.ref.sub(nn.sigmoid(x)));
      const alpha = g.ref.mul(0.25).add(np.subtract(1, g).mul(0.75));
      return mean(alpha.mul(missed).mul(entropy));
    },
    focalTversky(x, g) {
      const p = nn.sigmoid(x);
      const hits = sumOfImage(p.ref.mul(g.ref));
      const alarms = sumOfImage(p.ref.mul(np.subtract(1, g.ref)));
      const misses = sumOfImage(np.subtract(1, p).mul(g));
      const total = hits.ref.add(alarms.mul(0.3)).add(misses.mul(0.7)).add(1);
      return np.mean(np.power(np.subtract(1, hits.add(1).div(total)), 0.75));
    },
    dice(x, g) {
      const p = nn.sigmoid(x);
      const overlap = sumOfImage(p.ref.mul(g.ref)).mul(2).add(1);
      const total = sumOfImage(p).add(sumOfImage(g)).add(1);
      return np.mean(np.subtract(1, overlap.div(total)));
    },
    ssim(x, g, down, across) {
      const blur = (z: JaxArray) =>
        lax.conv(lax.conv(z, down.ref, [1, 1], "VALID"), across.ref, [1, 1], "VALID");
      const p = nn.sigmoid(x);
      const [meanP, meanG] = [blur(p.ref), blur(g.ref)];
      const product = meanP.ref.mul(meanG.ref);
      const power = np.square(meanP).add(np.square(meanG));
      const spread = blur(np.square(p.ref))
        .add(blur(np.square(g.ref)))
        .sub(power.ref);
      const shared = blur(p.mul(g)).sub(product.ref);
      down.dispose();
      across.dispose();
      const above = product.mul(2).add(1e-4).mul(shared.mul(2).add(9e-4));
      return np.subtract(1, mean(above.div(power.add(1e-4).mul(spread.add(9e-4)))));
    },
  };
}

export async function jaxSubject(): Promise<Subject> {
  const jax = await loadJax();
  const { numpy: np, jit, valueAndGrad } = jax;
  const losses = lossesOf(jax);
  return {
    name: "jax-js wasm, jit",
    group: "rival",
    // Its pool is of web workers, which Node does not have.
    threads: 1,
    open(loss, { logits, target, shape }: Scene) {
      if (!isShared(loss)) return null;
      const window = gaussian();
      const x = np.array(logits).reshape(shape);
      const g = np.array(target).reshape(shape);
      // Only what the loss takes: an argument that nobody consumes would leak.
      const windows =
        loss === "ssim"
          ? [np.array(window).reshape([1, 1, 11, 1]), np.array(window).reshape([1, 1, 1, 11])]
          : [];
      const rest = [g, ...windows];
      const f = losses[loss];
      const step = jit(valueAndGrad((x, g, down, across) => f(x, g, down, across)));
      return {
        async call() {
          const [value, grad] = step(x.ref, ...rest.map((y) => y.ref));
          const [[scalar], slope] = await Promise.all([value.data(), grad.data()]);
          return { value: scalar, grad: slope };
        },
        close() {
          for (const array of [x, ...rest]) array.dispose();
        },
      };
    },
  };
}
