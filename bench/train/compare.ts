/** The training step of everyone: checked, timed, and set against segtape with as many threads. */
import { INSTALL, missing } from "../rivals/libraries.ts";
import type { Programs } from "./bundle.ts";
import { answerOf, Child } from "./child.ts";
import { multiplyAdds } from "./network.ts";
import type { Options } from "./options.ts";
import type { Scene } from "./scene.ts";
import { findTorch, pytorchSubject } from "./subjects/pytorch.ts";
import { segtapeSubject } from "./subjects/segtape.ts";
import type { Step, Subject } from "./subjects/types.ts";
import { byTurns, disagreement, LIMITS, type Timing, timingOf } from "./turns.ts";

export interface Row {
  readonly subject: string;
  readonly library: "segtape" | "pytorch" | "jax-js" | "tfjs";
  readonly threads: number;
  /** "wrong" losses are not timed, "failed" ones cannot be; "skipped" ones were not asked for or are not installed. */
  readonly status: "timed" | "wrong" | "failed" | "skipped";
  readonly reason: string;
  /** Of the first steps. */
  readonly losses: readonly number[];
  /** Whether it took turns with the others. */
  readonly interleaved: boolean;
  readonly timing: Timing | null;
  readonly gigaMultiplyAddsPerSecond: number | null;
  /** Median over that of segtape with as many threads: above 1 where segtape is faster. */
  readonly timesSegtape: number | null;
}

type Entry = Pick<
  Row,
  "subject" | "library" | "threads" | "status" | "reason" | "losses" | "interleaved" | "timing"
>;

export const messageOf = (error: unknown) =>
  error instanceof Error ? error.message.split("\n")[0] : String(error);

const absent = (entry: Pick<Entry, "subject" | "library" | "threads" | "status" | "reason">): Entry => ({
  losses: [],
  interleaved: false,
  timing: null,
  ...entry,
});

const SKIPPED = { status: "skipped", reason: "as asked" } as const;

/** PyTorch's processes; what cannot be started comes as a row. */
async function pytorch(
  scene: Scene,
  options: Options,
): Promise<{ subjects: Subject[]; rows: Entry[]; version: string | null }> {
  const row = { subject: "PyTorch", library: "pytorch", threads: 0 } as const;
  if (options.skip.includes("pytorch"))
    return { subjects: [], rows: [absent({ ...row, ...SKIPPED })], version: null };
  const found = findTorch(options.python);
  if (found.python === null)
    return {
      subjects: [],
      rows: [absent({ ...row, status: "skipped", reason: found.reason })],
      version: null,
    };
  const subjects: Subject[] = [];
  const rows: Entry[] = [];
  for (const threads of options.threads) {
    try {
      subjects.push(await pytorchSubject(scene, found.python, threads));
    } catch (error) {
      rows.push(absent({ ...row, threads, status: "failed", reason: messageOf(error) }));
    }
  }
  return { subjects, rows, version: found.version };
}

/** segtape and PyTorch, by turns. The losses of the first subject are what the others are held to. */
async function inTurns(subjects: readonly Subject[], rounds: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  const running: Subject[] = [];
  let expected: readonly number[] | null = null;
  for (const subject of subjects) {
    const { name, library, threads } = subject;
    const row = { subject: name, library, threads };
    try {
      const steps = await subject.steps(LIMITS.length);
      const losses = steps.map(({ loss }) => loss);
      expected ??= losses;
      const reason = disagreement(steps, expected);
      entries.push({
        ...absent({ ...row, status: reason === null ? "timed" : "wrong", reason: reason ?? "" }),
        losses,
      });
      if (reason === null) running.push(subject);
    } catch (error) {
      entries.push(absent({ ...row, status: "failed", reason: messageOf(error) }));
    }
  }
  const timings = await byTurns(running, rounds);
  for (const subject of subjects) subject.close();
  return entries.map((entry) => {
    const place = running.findIndex(({ name }) => name === entry.subject);
    return place < 0 ? entry : { ...entry, interleaved: true, timing: timings[place] };
  });
}

/** jax-js takes minutes: alone, at most two steps after each other, within its limit. */
async function jax(
  scene: Scene,
  program: string,
  expected: readonly number[],
  options: Options,
): Promise<Entry> {
  const row = { subject: "jax-js wasm, jit", library: "jax-js", threads: 1 } as const;
  if (options.skip.includes("jax")) return absent({ ...row, ...SKIPPED });
  if (missing().includes("@jax-js/jax"))
    return absent({ ...row, status: "skipped", reason: `not installed: ${INSTALL}` });
  const deadline = performance.now() + options.jaxLimit * 1000;
  const child = new Child(process.execPath, [program, scene.weightsFile, scene.batchesFile, "2"]);
  const steps: Step[] = [];
  let failed = "";
  try {
    while (steps.length < 2) {
      steps.push(await child.next<Step>(Math.max(0, deadline - performance.now()) / 1000));
    }
  } catch (error) {
    failed = messageOf(error);
  } finally {
    child.end();
  }
  const losses = steps.map(({ loss }) => loss);
  if (steps.length === 0) return absent({ ...row, status: "failed", reason: failed });
  const wrong = disagreement(steps, expected);
  if (wrong !== null) return { ...absent({ ...row, status: "wrong", reason: wrong }), losses };
  const reason =
    steps.length === 1 ? `first step, compilation included; the second: ${failed}` : "second step";
  return {
    ...absent({ ...row, status: "timed", reason }),
    losses,
    timing: timingOf([steps[steps.length - 1].ms]),
  };
}

/** tfjs cannot take part; tried, since a later version may. */
async function tfjs(program: string, options: Options): Promise<Entry> {
  const row = { subject: "tfjs wasm", library: "tfjs", threads: 1 } as const;
  if (options.skip.includes("tfjs")) return absent({ ...row, ...SKIPPED });
  if (missing().some((name) => name.startsWith("@tensorflow/")))
    return absent({ ...row, status: "skipped", reason: `not installed: ${INSTALL}` });
  try {
    const { error } = await answerOf<{ error: string | null }>(program, [], 120);
    const reason =
      error === null
        ? "has the gradient of a convolution's weights now: write the network for it"
        : `no gradient of a convolution's weights: ${error}`;
    return absent({ ...row, status: "failed", reason });
  } catch (error) {
    return absent({ ...row, status: "failed", reason: messageOf(error) });
  }
}

export interface Comparison {
  readonly rows: readonly Row[];
  readonly torch: string | null;
}

export async function compare(scene: Scene, programs: Programs, options: Options): Promise<Comparison> {
  const torch = await pytorch(scene, options);
  const own = options.threads.map((threads) => segtapeSubject(scene, threads));
  const entries = [...(await inTurns([...own, ...torch.subjects], options.rounds)), ...torch.rows];
  const expected = entries.find(({ status }) => status === "timed")?.losses;
  if (expected === undefined) throw new Error(`segtape does not run: ${entries[0].reason}`);
  entries.push(await jax(scene, programs.jax, expected, options), await tfjs(programs.tfjs, options));
  const work = multiplyAdds(scene.size);
  const rows = entries.map((entry): Row => {
    const mine = entry.timing?.median;
    const segtape = entries.find((other) => other.library === "segtape" && other.threads === entry.threads);
    return {
      ...entry,
      gigaMultiplyAddsPerSecond: mine === undefined ? null : work / (mine * 1e6),
      timesSegtape: mine === undefined || !segtape?.timing ? null : mine / segtape.timing.median,
    };
  });
  return { rows, torch: torch.version };
}
