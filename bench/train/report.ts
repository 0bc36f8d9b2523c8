/** What people read: a table of the step, and a line for each of the other figures. */
import { digits } from "../rivals/statistics.ts";
import { ASKED, type Checks } from "./checks.ts";
import type { Row } from "./compare.ts";

const cell = (x: number | null | undefined) => (x === null || x === undefined ? "" : digits(x));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const milliseconds = (ms: number) => `${digits(ms)} ms`;
const threadsOf = (count: number) => `${count} thread${count === 1 ? "" : "s"}`;
const verdict = (good: boolean) => (good ? "met" : "NOT MET");

export function printRows(rows: readonly Row[]): void {
  console.log("\nA training step, milliseconds");
  console.table(
    Object.fromEntries(
      rows.map((row) => [
        row.subject,
        {
          median: row.timing === null ? row.status : digits(row.timing.median),
          p25: cell(row.timing?.p25),
          p75: cell(row.timing?.p75),
          steps: row.timing?.steps ?? 0,
          "GMAC/s": cell(row.gigaMultiplyAddsPerSecond),
          "x segtape, same threads": cell(row.timesSegtape),
          "first loss": row.losses.length === 0 ? "" : row.losses[0].toFixed(6),
        },
      ]),
    ),
  );
  for (const { subject, status, reason } of rows)
    if (reason !== "") console.log(`${subject}: ${status}: ${reason}`);
  for (const { library, subject, timesSegtape } of rows) {
    if (library === "segtape" || timesSegtape === null) continue;
    const loses = timesSegtape < 1;
    const ratio = loses ? 1 / timesSegtape : timesSegtape;
    const times = ratio < 10 ? ratio.toFixed(2) : String(digits(ratio));
    const text = loses
      ? `segtape LOSES: it takes ${times} times as long as`
      : `segtape is ${times} times as fast as`;
    console.log(`${text} ${subject}`);
  }
}

function print<T extends object>(
  title: string,
  outcomes: readonly (T | { readonly threads: number; readonly failed: string })[],
  line: (outcome: T) => string,
): void {
  console.log(`\n${title}`);
  for (const outcome of outcomes) {
    console.log(
      `  ${"failed" in outcome ? `${threadsOf(outcome.threads)}: failed: ${outcome.failed}` : line(outcome)}`,
    );
  }
}

export function printChecks(checks: Checks): void {
  print("A fresh process that only trains", checks.fresh, (one) => {
    const peak =
      one.peakBytes === null
        ? "peak of memory: only Linux tells"
        : `peak of resident memory ${megabytes(one.peakBytes)} (asked: ${megabytes(ASKED.peakBytes)}: ${verdict(one.peakBytes <= ASKED.peakBytes)})`;
    const plan = one.planBytes === null ? "" : `, of which the plan ${megabytes(one.planBytes)}`;
    const first = `first step ${milliseconds(one.firstStepMs)}, ${milliseconds(one.firstStepMs - one.laterStepMs)} more than later ones`;
    return `${threadsOf(one.threads)}: ${first}; ${peak}${plan}`;
  });
  print("Kernels in a step, by the stopwatch, in the same steps", checks.kernels, (one) => {
    const share = `${(100 * one.share).toFixed(1)} %`;
    const asked = `asked: ${100 * ASKED.kernelShare} %: ${verdict(one.share >= ASKED.kernelShare)}`;
    return `${threadsOf(one.threads)}: ${milliseconds(one.kernelsMs)} of ${milliseconds(one.stepMs)}, ${share} (${asked}), ${one.kernels} kernels`;
  });
  print("Growth of memory in one training, MB", checks.growth, ({ size, threads, memory }) => {
    const steps = memory.map(({ step }) => step).join(", ");
    const row = (name: "residentBytes" | "heapBytes" | "bufferBytes") =>
      memory.map((one) => (one[name] / 1e6).toFixed(1)).join(", ");
    const all = `resident ${row("residentBytes")}; heap ${row("heapBytes")}; array buffers ${row("bufferBytes")}`;
    return `${size}x${size}, ${threadsOf(threads)}, after ${steps} steps: ${all}`;
  });
  print("predictImage, the same network", checks.predict, (one) => {
    const asked = `asked: ${ASKED.predictMs / 1000} s: ${verdict(one.totalMs < ASKED.predictMs)}`;
    const parts = `the first ${milliseconds(one.firstMs)}, later ones ${milliseconds(one.laterMs)} each`;
    return `${threadsOf(one.threads)}: ${one.images} images of ${one.side}x${one.side} in ${digits(one.totalMs / 1000)} s (${asked}); ${parts}`;
  });
}
