/** Who is right, and how long each takes, by turns: whatever else the machine does happens to all of them. */
import { setTimeout as sleep } from "node:timers/promises";
import { median, quantile } from "../rivals/statistics.ts";
import type { Step, Subject } from "./subjects/types.ts";

/** A turn lasts about so long, after a step that does not count: others have been through the caches. */
const TURN_MS = 1500;
const MOST_STEPS = 10;
/** Threads that wait for work go on looking for it for a while, on a core that the next one needs. */
const PAUSE_MS = 30;

/** Of losses to segtape's, at the first step and at the second, whose weights are no longer the same bits. */
export const LIMITS: readonly number[] = [1e-4, 1e-3];

export interface Timing {
  readonly steps: number;
  /** Milliseconds of single steps. */
  readonly median: number;
  readonly p25: number;
  readonly p75: number;
}

export function timingOf(ms: readonly number[]): Timing {
  return { steps: ms.length, median: median(ms), p25: quantile(ms, 0.25), p75: quantile(ms, 0.75) };
}

/** Why these losses of the first steps are not those expected; `null` where they are. A NaN is never right. */
export function disagreement(steps: readonly Step[], expected: readonly number[]): string | null {
  for (const [i, { loss }] of steps.slice(0, LIMITS.length).entries()) {
    const off = Math.abs(loss - expected[i]);
    if (!(off <= LIMITS[i]))
      return `loss of step ${i + 1} is ${loss}, expected ${expected[i]}, allowed ${LIMITS[i]}`;
  }
  return null;
}

export async function byTurns(subjects: readonly Subject[], rounds: number): Promise<Timing[]> {
  const times = subjects.map((): number[] => []);
  const expected: number[] = [];
  for (const subject of subjects) expected.push(median((await subject.steps(3)).map(({ ms }) => ms)));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      // Another one begins each round.
      const i = (turn + round) % subjects.length;
      // Nobody pays for another's garbage.
      globalThis.gc?.();
      await sleep(PAUSE_MS);
      const count = Math.max(1, Math.min(MOST_STEPS, Math.round(TURN_MS / expected[i])));
      const [, ...counted] = await subjects[i].steps(1 + count);
      times[i].push(...counted.map(({ ms }) => ms));
      expected[i] = median(times[i]);
    }
  }
  return times.map(timingOf);
}
