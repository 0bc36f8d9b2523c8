/** A fresh process: the peak of memory of value and gradient of one loss at [8, 1, 1024, 1024], above its inputs. */
import type { BackendChoice } from "../../../src/index.ts";
import { peakSinceReset, resetPeak } from "../../support/peak.ts";

const SHAPE = [8, 1, 1024, 1024];
const PIXELS = SHAPE.reduce((a, b) => a * b);

const [library, backend, threads, name] = process.argv.slice(2);
const segtape = (await import(library)) as typeof import("../../../src/index.ts");
await segtape.setBackend(backend as BackendChoice, backend === "wasm" ? { threads: Number(threads) } : {});
const x = segtape.tensor(new Float32Array(PIXELS).fill(0.5), SHAPE);
const g = segtape.tensor(new Float32Array(PIXELS).fill(1), SHAPE);
globalThis.gc?.();
if (resetPeak()) {
  const before = process.memoryUsage.rss();
  const { value, grad } = segtape.valueAndGrad((x) => segtape.losses[name](x, g))(x);
  const plan = await segtape.planReport(value, grad);
  await segtape.evaluate(value, grad);
  const tensors = (bytes: number) => bytes / (4 * PIXELS);
  console.log(
    JSON.stringify({ peakTensors: tensors(peakSinceReset() - before), planTensors: tensors(plan.bytes) }),
  );
} else console.log(JSON.stringify({ peakTensors: null, planTensors: null }));
process.exit(0);
