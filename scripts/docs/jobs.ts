/** Parts of the build that need nothing of each other, in processes of their own: as many at a time as there are processors. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** One process of this program, by its arguments. */
export type Job = readonly string[];

async function run(job: Job): Promise<void> {
  const child = spawn(process.execPath, [process.argv[1], ...job], { stdio: "inherit" });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`docs: ${job.join(" ")} failed, see above`);
}

/** Runs all of them; the first that fails is an error once the others have ended. */
export async function runJobs(jobs: readonly Job[], told: (job: Job) => void): Promise<void> {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      told(job);
      await run(job);
    }
  };
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, worker);
  for (const result of await Promise.allSettled(workers)) {
    if (result.status === "rejected") throw result.reason;
  }
}
