/** segtape's `wasm`, with one executor for each number of threads. */
import { setBackend } from "../../../src/index.ts";
import { segtapeStep } from "../network.ts";
import { fresh, type Scene } from "../scene.ts";
import type { Step, Subject } from "./types.ts";

export function segtapeSubject({ batches }: Scene, threads: number): Subject {
  const { run, training } = segtapeStep();
  let at = 0;
  return {
    name: `segtape wasm, ${threads} thread${threads === 1 ? "" : "s"}`,
    library: "segtape",
    threads,
    async steps(count) {
      // The state stays where it is, as long as the executor at its turn is always the same one.
      await setBackend("wasm", { threads });
      const steps: Step[] = [];
      for (let i = 0; i < count; i++) {
        const batch = fresh(batches[at++ % batches.length]);
        const start = performance.now();
        const loss = await run(batch);
        steps.push({ ms: performance.now() - start, loss });
      }
      return steps;
    },
    close: () => training.release(),
  };
}
