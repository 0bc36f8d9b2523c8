/** Where the time of a training step goes: `npm run bench -- train/profile`. */
import { setBackend } from "../../src/index.ts";
import { lastReport } from "../../src/run/backends.ts";
import { stopwatch } from "../../src/run/wasm/stopwatch.ts";
import { batch, parameterCount, segtapeStep } from "./network.ts";

const threads = Number(process.argv[2] ?? 2);
await setBackend("wasm", { threads });
const { run } = segtapeStep();
const first = performance.now();
console.log(
  `${parameterCount} parameters; loss ${await run(batch(0))}; first step ${(performance.now() - first).toFixed(0)} ms`,
);
const rounds = Number(process.argv[3] ?? 15);
const times: number[][] = [];
const whole: number[] = [];
for (let round = 0; round < rounds; round++) {
  const data = batch(round + 1);
  stopwatch.onStep = (step, ms) => {
    times[step] ??= [];
    times[step].push(ms);
  };
  const start = performance.now();
  await run(data);
  whole.push(performance.now() - start);
}
const least = (values: readonly number[]) => Math.min(...values);
const median = (values: readonly number[]) => values.slice().sort((a, b) => a - b)[values.length >> 1];
const report = await lastReport();
const lines = times.map((values, i) => ({
  i,
  least: least(values),
  median: median(values),
  stage: report?.stages[i] ?? "",
}));
for (const { least: low, median: mid, stage } of lines
  .slice()
  .sort((a, b) => b.least - a.least)
  .slice(0, 60)) {
  console.log(`${low.toFixed(2).padStart(7)} ${mid.toFixed(2).padStart(7)}  ${stage.slice(0, 170)}`);
}
const sum = (pick: (values: readonly number[]) => number) =>
  times.reduce((total, values) => total + pick(values), 0);
console.log(
  `step: least ${least(whole).toFixed(1)}, median ${median(whole).toFixed(1)} ms; kernels: least ${sum(least).toFixed(1)}, medians ${sum(median).toFixed(1)} ms; ${times.length} steps`,
);
console.log(
  `memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB; plan ${((report?.bytes ?? 0) / 2 ** 20).toFixed(0)} MB`,
);
process.exit(0);
