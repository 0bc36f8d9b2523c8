/** The clock: subjects take turns, so that whatever else the machine does happens to all of them. */
import { median, quantile } from "./statistics.ts";
import type { Job } from "./subjects/types.ts";

export interface Timing {
  readonly calls: number;
  /** Milliseconds of single calls. */
  readonly median: number;
  readonly p25: number;
  readonly p75: number;
}

/** A turn lasts about so long. */
const TURN_MS = 200;
const MOST_CALLS = 25;
/** Who has had so long has had enough, once there are so many calls. */
const ENOUGH_MS = 6000;
const ENOUGH_CALLS = 3;
/** Faster ones get a call that does not count, at the start of each turn: others have been through the caches. */
const FAST_MS = 300;

export async function timed(job: Job): Promise<number> {
  const start = performance.now();
  await job.call();
  return performance.now() - start;
}

/** At least once, as many as four times while that is quick: compilers want to see a function often. Gives the last. */
export async function warmUp(job: Job): Promise<number> {
  await job.prepare?.();
  let spent = 0;
  let last = 0;
  for (let call = 0; call < 4 && spent < TURN_MS; call++) {
    last = await timed(job);
    spent += last;
  }
  return last;
}

export async function interleaved(jobs: readonly Job[], rounds: number): Promise<Timing[]> {
  const times = jobs.map((): number[] => []);
  const expected: number[] = [];
  for (const job of jobs) expected.push(await warmUp(job));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < jobs.length; turn++) {
      // Another one begins each round.
      const i = (turn + round) % jobs.length;
      const mine = times[i];
      const spent = mine.reduce((sum, time) => sum + time, 0);
      if (spent > ENOUGH_MS && mine.length >= ENOUGH_CALLS) continue;
      // Nobody pays for another's garbage.
      globalThis.gc?.();
      await jobs[i].prepare?.();
      if (expected[i] < FAST_MS) await jobs[i].call();
      const calls = Math.max(1, Math.min(MOST_CALLS, Math.floor(TURN_MS / expected[i])));
      for (let call = 0; call < calls; call++) mine.push(await timed(jobs[i]));
      expected[i] = median(mine);
    }
  }
  return times.map((mine) => ({
    calls: mine.length,
    median: median(mine),
    p25: quantile(mine, 0.25),
    p75: quantile(mine, 0.75),
  }));
}
