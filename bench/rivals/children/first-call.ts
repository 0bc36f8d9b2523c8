/** A fresh process: how long until segtape is there, until its first result, and from then on. */
import type { BackendChoice } from "../../../src/index.ts";
import { scene } from "../scene.ts";

const [library, backend, threads] = process.argv.slice(2);
const { shape, logits, target } = scene(256);

const start = performance.now();
const segtape = (await import(library)) as typeof import("../../../src/index.ts");
const imported = performance.now();
const options = backend === "wasm" ? { threads: Number(threads) } : {};
await segtape.setBackend(backend as BackendChoice, options);
const [x, g] = [segtape.tensor(logits, shape), segtape.tensor(target, shape)];
const call = async () => {
  const began = performance.now();
  const { value, grad } = segtape.valueAndGrad((x) => segtape.binaryCrossEntropyLoss(x, g))(x);
  await segtape.evaluate(value, grad);
  await value.item();
  await grad.data();
  return performance.now() - began;
};
const chosen = performance.now();
await call();
const first = performance.now();
const later: number[] = [];
for (let i = 0; i < 20; i++) later.push(await call());
later.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    importMs: imported - start,
    chooseMs: chosen - imported,
    firstCallMs: first - chosen,
    laterCallMs: later[10],
  }),
);
process.exit(0);
