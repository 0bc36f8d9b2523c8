/** A fresh process that does nothing but train: its first step, its later ones, its peak of memory. */
import { setBackend } from "../../../src/index.ts";
import { lastReport } from "../../../src/run/backends.ts";
import { median } from "../../rivals/statistics.ts";
import { peakSinceReset, resetPeak } from "../../support/peak.ts";
import { batch, segtapeStep } from "../network.ts";

export interface Fresh {
  readonly chooseMs: number;
  /** Recording, planning and compiling are part of it. */
  readonly firstStepMs: number;
  readonly laterStepMs: number;
  /** Resident memory of the whole process; `null` where the system does not tell. */
  readonly peakBytes: number | null;
  readonly planBytes: number | null;
}

const tells = resetPeak();
const [threads, size, steps] = process.argv.slice(2).map(Number);
const start = performance.now();
await setBackend("wasm", { threads });
const chooseMs = performance.now() - start;
const timed = async (seed: number) => {
  const data = batch(seed, size);
  const start = performance.now();
  await run(data);
  return performance.now() - start;
};
const recording = performance.now();
const { run } = segtapeStep();
const setUp = performance.now() - recording;
const firstStepMs = setUp + (await timed(0));
const later: number[] = [];
for (let i = 1; i < steps; i++) later.push(await timed(i));
const result: Fresh = {
  chooseMs,
  firstStepMs,
  laterStepMs: median(later),
  peakBytes: tells ? peakSinceReset() : null,
  planBytes: (await lastReport())?.bytes ?? null,
};
console.log(JSON.stringify(result));
process.exit(0);
