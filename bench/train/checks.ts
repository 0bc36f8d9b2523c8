/** What does not compare with rivals: first step and peak of memory, kernels against step, growth, prediction. */
import type { Programs } from "./bundle.ts";
import { answerOf } from "./child.ts";
import type { Fresh } from "./children/fresh.ts";
import type { Growth } from "./children/growth.ts";
import type { Kernels } from "./children/kernels.ts";
import type { Predict } from "./children/predict.ts";
import { messageOf } from "./compare.ts";
import type { Options } from "./options.ts";

/** What is asked for at the full size. */
export const ASKED = { peakBytes: 600 * 1e6, kernelShare: 0.95, predictMs: 10_000 } as const;

/** Growth over so many steps of images with so few pixels that a thousand are soon done, and over some of the full size. */
const SMALL = { size: 32, steps: 1000 };
const FULL_STEPS = 200;

type Outcome<T> = (T & { readonly threads: number }) | { readonly threads: number; readonly failed: string };

export interface GrowthOf {
  readonly size: number;
  readonly steps: number;
}

export interface Checks {
  readonly fresh: readonly Outcome<Fresh>[];
  readonly kernels: readonly Outcome<Kernels>[];
  readonly growth: readonly Outcome<Growth & GrowthOf>[];
  readonly predict: readonly Outcome<Predict>[];
}

/** A check that fails says so, and the others go on. */
async function attempt<T>(threads: number, check: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ...(await check()), threads };
  } catch (error) {
    return { threads, failed: messageOf(error) };
  }
}

/** One after another: each is a process that would disturb the next. */
async function forEach<T>(
  threads: readonly number[],
  check: (count: number) => Promise<T>,
): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = [];
  for (const count of threads) outcomes.push(await attempt(count, () => check(count)));
  return outcomes;
}

export async function runChecks(programs: Programs, { threads, size, long }: Options): Promise<Checks> {
  const fresh = await forEach(threads, (count) => answerOf<Fresh>(programs.fresh, [count, size, 20]));
  const kernels = await forEach(threads, (count) => answerOf<Kernels>(programs.kernels, [count, size, 30]));
  const growth: Checks["growth"][number][] = [];
  for (const of of [SMALL, { size, steps: long ? 1000 : FULL_STEPS }]) {
    const most = Math.max(...threads);
    const measure = async () => ({
      ...of,
      ...(await answerOf<Growth>(programs.growth, [most, of.size, of.steps])),
    });
    growth.push(await attempt(most, measure));
  }
  const predict = await forEach(threads, (count) => answerOf<Predict>(programs.predict, [count, 10, 512]));
  return { fresh, kernels, growth, predict };
}
