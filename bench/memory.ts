/** Peak memory of value and gradient at [8, 1, 1024, 1024]. One process an executor, so that none sees another's. */
import { execFileSync } from "node:child_process";
import type { BackendId } from "../src/index.ts";
import {
  backends,
  binaryCrossEntropyLoss,
  diceLoss,
  evaluate,
  planReport,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.ts";
import { machine } from "./support/machine.ts";
import { peakSinceReset, resetPeak } from "./support/peak.ts";

const SHAPE = [8, 1, 1024, 1024];
const PIXELS = SHAPE.reduce((a, b) => a * b);
const TENSOR = PIXELS * 4;

async function measure(id: BackendId): Promise<void> {
  await setBackend(id);
  const logits = tensor(new Float32Array(PIXELS).fill(0.5), SHAPE);
  const target = tensor(new Float32Array(PIXELS).fill(1), SHAPE);
  for (const loss of [binaryCrossEntropyLoss, diceLoss]) {
    globalThis.gc?.();
    if (!resetPeak()) return console.log(`${id}: the peak of memory can be read on Linux only`);
    const before = process.memoryUsage.rss();
    const { value, grad } = valueAndGrad((x: Tensor) => loss(x, target))(logits);
    const plan = await planReport(value, grad);
    await evaluate(value, grad);
    const peak = (peakSinceReset() - before) / TENSOR;
    const planned = plan.bytes / TENSOR;
    console.log(
      `${id}, ${loss.name}: peak ${peak.toFixed(1)} tensors of ${TENSOR / 2 ** 20} MB above the inputs; ` +
        `the plan holds ${planned.toFixed(1)}, inputs included`,
    );
  }
}

const asked = process.env.SEGTAPE_BENCH_BACKEND as BackendId | undefined;
if (asked !== undefined) await measure(asked);
else {
  console.log(machine());
  for (const { id, available } of await backends()) {
    if (!available || id === "reference") continue;
    const env = { ...process.env, SEGTAPE_BENCH_BACKEND: id };
    process.stdout.write(
      execFileSync(process.execPath, ["--expose-gc", ...process.argv.slice(1)], { env, encoding: "utf8" }),
    );
  }
}
