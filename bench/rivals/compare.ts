/** One loss at one size: who is right, how long each takes, and how they stand to one another. */
import { interleaved, type Timing } from "./measure.ts";
import { scene } from "./scene.ts";
import { type Errors, errorsOf, within } from "./statistics.ts";
import { reference } from "./subjects/segtape.ts";
import type { Group, Job, LossName, Subject } from "./subjects/types.ts";
import { KERNEL_ALONE, WITH_COPIES } from "./subjects/yardstick.ts";

export interface Row {
  readonly subject: string;
  readonly group: Group;
  readonly threads: number;
  /** "wrong" results and "failed" calls are not timed. */
  readonly status: "timed" | "wrong" | "failed";
  readonly reason: string;
  readonly errors: Errors | null;
  readonly timing: Timing | null;
  readonly nanosecondsPerPixel: number | null;
  /** Median over that of the fastest rival, of the yardstick with copies, of the yardstick's kernel alone. */
  readonly timesFastestRival: number | null;
  readonly timesYardstick: number | null;
  readonly timesYardstickKernel: number | null;
}

export interface Case {
  readonly loss: LossName;
  readonly shape: readonly number[];
  readonly fastestRival: string | null;
  readonly rows: readonly Row[];
}

const LIMITS: Readonly<Record<Group, number>> = { segtape: 1e-4, rival: 1e-4, yardstick: 1e-5 };

type Entry = Pick<Row, "subject" | "group" | "threads" | "status" | "reason" | "errors"> & {
  job: Job | null;
};

const messageOf = (error: unknown) => (error instanceof Error ? error.message.split("\n")[0] : String(error));

/** Opens a subject and holds its value and gradient to the reference. */
async function check(
  subject: Subject,
  loss: LossName,
  data: ReturnType<typeof scene>,
  exact: Awaited<ReturnType<typeof reference>>,
): Promise<Entry | null> {
  const { name, group, threads } = subject;
  const entry = { subject: name, group, threads, job: null, errors: null, reason: "" };
  let job: Job | null = null;
  try {
    job = await subject.open(loss, data);
    if (job === null) return null;
    await job.prepare?.();
    const errors = errorsOf(await job.call(), exact);
    if (within(errors, LIMITS[group])) return { ...entry, job, errors, status: "timed" };
    await job.close();
    const [value, grad] = [errors.value, errors.grad].map((error) => error.toExponential(1));
    const reason = `value off by ${value}, gradient by ${grad}, allowed ${LIMITS[group]}`;
    return { ...entry, errors, status: "wrong", reason };
  } catch (error) {
    await job?.close();
    return { ...entry, status: "failed", reason: messageOf(error) };
  }
}

export async function compare(
  subjects: readonly Subject[],
  loss: LossName,
  side: number,
  rounds: number,
): Promise<Case> {
  const data = scene(side);
  const exact = await reference(loss, data);
  const entries: Entry[] = [];
  for (const subject of subjects) {
    const entry = await check(subject, loss, data, exact);
    if (entry !== null) entries.push(entry);
  }
  const running = entries.filter((entry) => entry.job !== null);
  const timings = await interleaved(
    running.map(({ job }) => job!),
    rounds,
  );
  for (const { job } of running) await job!.close();

  const timingOf = new Map(running.map(({ subject }, i) => [subject, timings[i]]));
  const medianOf = (name: string) => timingOf.get(name)?.median ?? null;
  const rivals = running.filter(({ group }) => group === "rival").map(({ subject }) => subject);
  const [fastest] = rivals.sort((a, b) => medianOf(a)! - medianOf(b)!);
  const over = (subject: string, other: string | undefined) => {
    const [mine, its] = [medianOf(subject), other === undefined ? null : medianOf(other)];
    return mine === null || its === null ? null : mine / its;
  };
  const rows = entries.map(({ job: _, ...entry }): Row => {
    const timing = timingOf.get(entry.subject) ?? null;
    return {
      ...entry,
      timing,
      nanosecondsPerPixel: timing && (timing.median * 1e6) / data.pixels,
      timesFastestRival: over(entry.subject, fastest),
      timesYardstick: over(entry.subject, WITH_COPIES),
      timesYardstickKernel: over(entry.subject, KERNEL_ALONE),
    };
  });
  return { loss, shape: data.shape, fastestRival: fastest ?? null, rows };
}
