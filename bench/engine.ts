/** What the engine costs beside the arithmetic: recording, planning, the first call. */
import { Bench } from "tinybench";
import {
  backends,
  compile,
  evaluate,
  focalTverskyLoss,
  setBackend,
  type Tensor,
  tape,
  tensor,
  valueAndGrad,
} from "../src/index.ts";
import { machine } from "./support/machine.ts";

const SHAPE = [1, 1, 8, 8];
const logits = tensor(
  Float32Array.from({ length: 64 }, (_, i) => 4 * Math.sin(i * 0.7)),
  SHAPE,
);
const target = tensor(
  Float32Array.from({ length: 64 }, (_, i) => i % 2),
  SHAPE,
);
const loss = (x: Tensor) => focalTverskyLoss(x, target);

console.log(machine());
console.log(
  `focal Tversky on [${SHAPE.join(", ")}]: ${tape(loss, [logits]).length} recorded operations, forward and backward`,
);

const recording = new Bench({ time: 500 });
recording.add("record value and gradient", () => {
  valueAndGrad(loss)(logits);
});
await recording.run();
console.table(recording.table());

const rows: Record<string, string | number>[] = [];
for (const { id, available } of await backends()) {
  if (!available) continue;
  await setBackend(id);
  const call = async () => {
    const { value, grad } = valueAndGrad(loss)(logits);
    await evaluate(value, grad);
  };
  const start = performance.now();
  await call();
  const first = performance.now() - start;
  const replay = compile(valueAndGrad(loss));
  const bench = new Bench({ time: 500 });
  bench.add("call", call).add("replay", async () => {
    await replay(logits);
  });
  await bench.run();
  const [cached, replayed] = bench.tasks.map(({ result }) =>
    result.state === "completed" ? result.latency.p50 : Number.NaN,
  );
  rows.push({
    executor: id,
    "first call, ms": Number(first.toFixed(1)),
    "cached plan, ms": Number(cached.toFixed(3)),
    "compiled, ms": Number(replayed.toFixed(3)),
  });
}
console.table(rows);
