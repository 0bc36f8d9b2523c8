/** A fresh process: how much of a step is kernels, by the stopwatch, in the same steps. */
import { setBackend } from "../../../src/index.ts";
import { stopwatch } from "../../../src/run/wasm/stopwatch.ts";
import { median, quantile } from "../../rivals/statistics.ts";
import { batch, segtapeStep } from "../network.ts";

export interface Kernels {
  readonly stepMs: number;
  readonly kernelsMs: number;
  /** Of single steps: median and quartiles of kernels over step. */
  readonly share: number;
  readonly shareQuartiles: readonly [number, number];
  /** Kernels that a step runs. */
  readonly kernels: number;
}

const [threads, size, steps] = process.argv.slice(2).map(Number);
await setBackend("wasm", { threads });
const { run } = segtapeStep();
for (let i = 0; i < 4; i++) await run(batch(i, size));
const wholes: number[] = [];
const sums: number[] = [];
let kernels = 0;
for (let i = 0; i < steps; i++) {
  const data = batch(i, size);
  let sum = 0;
  kernels = 0;
  stopwatch.onStep = (_, ms) => {
    sum += ms;
    kernels++;
  };
  const start = performance.now();
  await run(data);
  wholes.push(performance.now() - start);
  sums.push(sum);
}
const shares = wholes.map((whole, i) => sums[i] / whole);
const result: Kernels = {
  stepMs: median(wholes),
  kernelsMs: median(sums),
  share: median(shares),
  shareQuartiles: [quantile(shares, 0.25), quantile(shares, 0.75)],
  kernels,
};
console.log(JSON.stringify(result));
process.exit(0);
