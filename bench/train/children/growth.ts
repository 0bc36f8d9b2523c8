/** A fresh process: memory early in a long training, halfway, and at its end. */
import { setBackend } from "../../../src/index.ts";
import { batch, segtapeStep } from "../network.ts";

/** The first steps fill pools and caches. */
const EARLY = 50;

export interface Memory {
  readonly step: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Array buffers, those of WebAssembly not counted. */
  readonly bufferBytes: number;
}

export interface Growth {
  /** Early, halfway, last: what garbage the allocator keeps room for shows by halfway, a leak goes on. */
  readonly memory: readonly Memory[];
}

const [threads, size, steps] = process.argv.slice(2).map(Number);
await setBackend("wasm", { threads });
const { run } = segtapeStep();

async function memory(step: number): Promise<Memory> {
  // More than once, with time after each: finalisers run between turns, and buffers are let go by another thread.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { step, residentBytes: rss, heapBytes: heapUsed, bufferBytes: arrayBuffers };
}

const points: Memory[] = [];
for (let step = 1; step <= steps; step++) {
  await run(batch(step, size));
  if ([EARLY, steps / 2, steps].includes(step)) points.push(await memory(step));
}
const result: Growth = { memory: points };
console.log(JSON.stringify(result));
process.exit(0);
