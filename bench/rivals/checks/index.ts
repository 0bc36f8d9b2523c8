/** What does not compare with rivals: overhead, the first call, linearity, memory. */
import { Bench } from "tinybench";
import {
  type BackendChoice,
  binaryCrossEntropyLoss,
  evaluate,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../../src/index.ts";
import { interleaved } from "../measure.ts";
import { scene } from "../scene.ts";
import { digits, median } from "../statistics.ts";
import type { LossName, Subject } from "../subjects/types.ts";
import { bundle } from "./bundle.ts";
import { runChild } from "./run-child.ts";

const SIDES = [64, 128, 256, 512, 1024, 2048];
const MEMORY_LOSSES = ["binaryCrossEntropyLoss", "diceLoss", "focalLoss", "ssimLoss"];

/** The executor that the checks are about. */
export interface Checked {
  readonly id: BackendChoice;
  readonly threads: number;
}

/** On a tiny image nothing is left but recording, finding the cached plan, and running it. */
async function overhead({ id, threads }: Checked) {
  await setBackend(id, id === "wasm" ? { threads } : {});
  const { logits, target } = scene(8, 1);
  const x = tensor(logits, [1, 1, 8, 8]);
  const g = tensor(target, [1, 1, 8, 8]);
  const step = valueAndGrad((x: Tensor) => binaryCrossEntropyLoss(x, g));
  const bench = new Bench({ time: 1000, warmupTime: 300 });
  bench
    .add("record", () => {
      step(x);
    })
    .add("call", async () => {
      const { value, grad } = step(x);
      await evaluate(value, grad);
      await value.item();
      await grad.data();
    });
  await bench.run();
  const [recordMs, callMs] = bench.tasks.map(({ result }) =>
    result.state === "completed" ? result.latency.p50 : Number.NaN,
  );
  console.log(`\nRecording and a cached plan, BCE at [1, 1, 8, 8]: median ${digits(callMs)} ms a call`);
  console.log(`  of which recording takes ${digits(recordMs)} ms`);
  return { recordMs, callMs };
}

interface FirstCall {
  readonly importMs: number;
  readonly chooseMs: number;
  readonly firstCallMs: number;
  readonly laterCallMs: number;
}

function firstCall(program: string, library: string, { id, threads }: Checked): FirstCall {
  const runs = [1, 2, 3].map(() => runChild<FirstCall>(program, [library, id, String(threads)]));
  const middle = (name: keyof FirstCall) => median(runs.map((run) => run[name]));
  const result = {
    importMs: middle("importMs"),
    chooseMs: middle("chooseMs"),
    firstCallMs: middle("firstCallMs"),
    laterCallMs: middle("laterCallMs"),
  };
  console.log("\nIn a fresh process, BCE at [8, 1, 256, 256], median of three, ms:");
  console.log(`  import ${digits(result.importMs)}, setBackend ${digits(result.chooseMs)}`);
  console.log(`  first call ${digits(result.firstCallMs)}, later calls ${digits(result.laterCallMs)}`);
  return result;
}

type Line = Record<string, string | number | null>;

/** Nanoseconds a pixel by size: what is linear is a straight column. */
async function linearity(subjects: readonly Subject[], rounds: number) {
  const tables: Record<string, Line[]> = {};
  for (const loss of ["bce", "dice"] satisfies LossName[]) {
    const lines: Line[] = [];
    for (const side of SIDES) {
      const data = scene(side, 1);
      const jobs = await Promise.all(subjects.map(async (subject) => (await subject.open(loss, data))!));
      const timings = await interleaved(jobs, Math.min(3, rounds));
      for (const job of jobs) await job.close();
      const cells = subjects.map(({ name }, i) => [name, digits((timings[i].median * 1e6) / data.pixels)]);
      lines.push({ size: `${side}x${side}`, ...Object.fromEntries(cells) });
    }
    console.log(`\n${loss} at [1, 1, side, side], ns a pixel`);
    console.table(lines);
    tables[loss] = lines;
  }
  return tables;
}

interface Memory {
  readonly loss: string;
  /** `null` where the system does not tell. */
  readonly peakTensors: number | null;
  readonly planTensors: number | null;
}

function memory(program: string, library: string, { id, threads }: Checked): Memory[] {
  const rows = MEMORY_LOSSES.map((loss): Memory => {
    const args = [library, id, String(threads), loss];
    return { loss, ...runChild<Omit<Memory, "loss">>(program, args) };
  });
  console.log("\nPeak of memory above the inputs at [8, 1, 1024, 1024], in tensors of 32 MB");
  console.table(
    rows.map(({ loss, peakTensors, planTensors }) => ({
      loss,
      peak: peakTensors === null ? "Linux only" : digits(peakTensors),
      "plan, inputs included": planTensors === null ? "" : digits(planTensors),
    })),
  );
  return rows;
}

/** A check that fails says so, and the others go on. */
async function attempt<T>(name: string, check: () => T | Promise<T>): Promise<T | { failed: string }> {
  try {
    return await check();
  } catch (error) {
    const failed = error instanceof Error ? error.message.split("\n")[0] : String(error);
    console.log(`\n${name}: failed: ${failed}`);
    return { failed };
  }
}

export async function runChecks(checked: Checked, subjects: readonly Subject[], rounds: number) {
  console.log(`\nOther checks, segtape on ${checked.id}`);
  const bundles = await bundle();
  return {
    executor: checked,
    overhead: await attempt("overhead", () => overhead(checked)),
    firstCall: await attempt("first call", () => firstCall(bundles.firstCall, bundles.library, checked)),
    nanosecondsPerPixel: await attempt("linearity", () => linearity(subjects, rounds)),
    memory: await attempt("memory", () => memory(bundles.memory, bundles.library, checked)),
  };
}
