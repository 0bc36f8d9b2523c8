/** Value and gradient of common losses at [8, 1, 256, 256], on every executor that works here. */
import { Bench } from "tinybench";
import {
  backends,
  binaryCrossEntropyLoss,
  diceLoss,
  evaluate,
  focalLoss,
  focalTverskyLoss,
  planReport,
  setBackend,
  ssimLoss,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.ts";
import { machine } from "./support/machine.ts";

const SHAPE = [8, 1, 256, 256];
const PIXELS = SHAPE.reduce((a, b) => a * b);
const LOSSES = [binaryCrossEntropyLoss, diceLoss, focalLoss, focalTverskyLoss, ssimLoss] as const;

const logits = tensor(
  Float32Array.from({ length: PIXELS }, (_, i) => 4 * Math.sin(i * 0.7)),
  SHAPE,
);
const target = tensor(
  Float32Array.from({ length: PIXELS }, (_, i) => Number(Math.sin(i * 0.01) > 0.3)),
  SHAPE,
);

async function step(loss: (typeof LOSSES)[number]): Promise<void> {
  const { value, grad } = valueAndGrad((x: Tensor) => loss(x, target))(logits);
  await evaluate(value, grad);
}

console.log(machine());
console.log(`value and gradient, logits [${SHAPE.join(", ")}], median of single calls`);
for (const { id, available, reason } of await backends()) {
  if (!available) {
    console.log(`\n${id}: not here (${reason.split("\n")[0]})`);
    continue;
  }
  await setBackend(id);
  const rows: Record<string, string | number>[] = [];
  for (const loss of LOSSES) {
    const slow = id === "reference";
    const bench = new Bench({
      time: slow ? 0 : 700,
      iterations: slow ? 2 : 5,
      warmupTime: 0,
      warmupIterations: 1,
    });
    bench.add(loss.name, () => step(loss));
    await bench.run();
    const { result } = bench.tasks[0];
    if (result.state !== "completed") throw new Error(`${loss.name} on ${id}: ${result.state}`);
    const { value, grad } = valueAndGrad((x: Tensor) => loss(x, target))(logits);
    const plan = await planReport(value, grad);
    const median = result.latency.p50;
    rows.push({
      loss: loss.name,
      ms: Number(median.toFixed(2)),
      "ns a pixel": Number(((median * 1e6) / PIXELS).toFixed(1)),
      nodes: plan.nodes,
      kernels: plan.kernels,
      "host stages": plan.hostStages,
      "MB held": Number((plan.bytes / 2 ** 20).toFixed(1)),
    });
  }
  console.log(`\n${id}`);
  console.table(rows);
}
