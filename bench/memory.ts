/** Peak memory of value and gradient at [8, 1, 1024, 1024], and growth over many calls. One executor a process. */
import { execFileSync } from "node:child_process";
import type { BackendId } from "../src/index.ts";
import {
  backends,
  binaryCrossEntropyLoss,
  evaluate,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.ts";
import { machine } from "./support/machine.ts";

const SHAPE = [8, 1, 1024, 1024];
const PIXELS = SHAPE.reduce((a, b) => a * b);
const TENSOR = PIXELS * 4;

/** Memory outside V8's heap and inside it, in bytes. */
function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure(id: BackendId): Promise<void> {
  await setBackend(id);
  const logits = tensor(new Float32Array(PIXELS).fill(0.5), SHAPE);
  const target = tensor(new Float32Array(PIXELS).fill(1), SHAPE);
  const f = valueAndGrad((x: Tensor) => binaryCrossEntropyLoss(x, target));
  const before = process.memoryUsage.rss();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss() - before);
  }, 1);
  const { value, grad } = f(logits);
  await evaluate(value, grad);
  clearInterval(timer);
  peak = Math.max(peak, process.resourceUsage().maxRSS * 1024 - before);
  console.log(
    `${id}: peak ${(peak / TENSOR).toFixed(1)} tensors of ${(TENSOR / 2 ** 20).toFixed(0)} MB above the inputs; ${(held() / 2 ** 20).toFixed(0)} MB held after`,
  );
}

const asked = process.env.SEGTAPE_BENCH_BACKEND as BackendId | undefined;
if (asked !== undefined) await measure(asked);
else {
  console.log(machine());
  for (const { id, available } of await backends()) {
    if (!available || id === "reference") continue;
    const env = { ...process.env, SEGTAPE_BENCH_BACKEND: id };
    process.stdout.write(execFileSync(process.execPath, process.argv.slice(1), { env, encoding: "utf8" }));
  }
}
