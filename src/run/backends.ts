/** Which executors there are, which of them work here, and which one runs. */
import { BackendError, refuse } from "../errors.ts";
import type { BackendId, Executor, PlanReport } from "./executor.ts";
import type { GpuMode } from "./gpu/library.ts";
import { Runner } from "./plan-cache.ts";

/** What {@link setBackend} takes. */
export type BackendChoice = BackendId | "auto";

/** An executor, and whether it works here. */
export interface BackendStatus {
  /** As {@link setBackend} takes it. */
  readonly id: BackendId;
  /** Whether it can be chosen. */
  readonly available: boolean;
  /** Why it is not available; empty where it is. */
  readonly reason: string;
  /** What it runs on. */
  readonly device: string;
  /** Whether `setBackend("auto")` takes it here. */
  readonly isDefault: boolean;
}

/** Settings of an executor. */
export interface BackendOptions {
  /**
   * Threads that `wasm` may use, the calling one included: 1 .. 64. Results do not depend on it.
   *
   * @defaultValue one a processor, at most 8
   */
  readonly threads?: number;
  /**
   * Lets `wasm` fuse products into sums where the machine can (relaxed SIMD): faster, and other last bits.
   *
   * @defaultValue false
   */
  readonly relaxedSimd?: boolean;
}

const GPU_MODES: readonly GpuMode[] = ["headlessgl", "webgl2", "webgpu", "webasm", "cpu"];
/** Every executor there is. */
export const BACKEND_IDS: readonly BackendId[] = ["wasm", ...GPU_MODES, "reference"];

async function create(id: BackendId, options: BackendOptions): Promise<Executor> {
  // Loaded on demand: who never asks for an executor never pays for it.
  if (id === "reference") return new (await import("./reference/executor.ts")).ReferenceExecutor();
  if (id === "wasm") return (await import("./wasm/executor.ts")).createWasmExecutor(options);
  const { createGpuExecutor } = await import("./gpu/executor.ts");
  return createGpuExecutor(id as GpuMode);
}

const runners = new Map<string, Promise<Runner>>();

/** The runner of one executor; made once, and again where its GPU was lost. */
export async function runnerOf(id: BackendId, options: BackendOptions = {}): Promise<Runner> {
  const key = keyOf(id, options);
  const known = runners.get(key);
  if (known !== undefined) {
    const runner = await known;
    if (!runner.executor.lost) return runner;
    // What is gone cannot be given back in order.
    if (runners.get(key) === known) {
      runners.delete(key);
      runner.release().catch(() => undefined);
    }
    return runnerOf(id, options);
  }
  const made = create(id, options).then((executor) => new Runner(executor));
  runners.set(key, made);
  made.catch(() => runners.delete(key));
  return made;
}

/** Executors with other settings are other executors. */
const keyOf = (id: BackendId, { threads, relaxedSimd = false }: BackendOptions) =>
  `${id} ${threads} ${relaxedSimd}`;

interface Choice {
  readonly id: BackendChoice;
  readonly options: BackendOptions;
}

const AUTO: Choice = { id: "auto", options: {} };
let chosen = AUTO;
let current: Promise<Runner> | null = null;

/** Order of preference where there is no hardware GPU; see docs/decisions. */
const SOFTWARE_ORDER: readonly BackendId[] = ["wasm", "webasm", "cpu", "reference"];

async function choose({ id: asked, options }: Choice): Promise<Runner> {
  if (asked !== "auto") return runnerOf(asked, options);
  const { hardwareMode } = await import("./gpu/hardware.ts");
  const hardware = await hardwareMode();
  for (const id of hardware === null ? SOFTWARE_ORDER : [hardware, ...SOFTWARE_ORDER]) {
    const runner = await runnerOf(id).catch(() => null);
    if (runner !== null) return runner;
  }
  return runnerOf("reference");
}

/** The runner that evaluations go to now. */
export async function currentRunner(): Promise<Runner> {
  current ??= choose(chosen);
  const runner = await current;
  if (!runner.executor.lost) return runner;
  current = choose(chosen);
  return current;
}

/**
 * Chooses the executor for everything evaluated from now on. What was computed before stays.
 *
 * @param id - `"auto"` takes a hardware GPU if there is one, else the fastest executor without one;
 *   a software rasteriser never counts as a GPU
 * @throws {@link BackendError} where that executor does not work here; the one before stays chosen
 */
export async function setBackend(id: BackendChoice, options: BackendOptions = {}): Promise<void> {
  if (id !== "auto" && !BACKEND_IDS.includes(id)) {
    throw new BackendError(
      `setBackend: id is ${JSON.stringify(id)}, expected "auto", ${BACKEND_IDS.map((x) => `"${x}"`).join(", ")}`,
      {
        op: "setBackend",
        argument: "id",
        given: String(id),
        expected: ["auto", ...BACKEND_IDS].join(", "),
      },
    );
  }
  const unknown = Object.keys(options).find((name) => name !== "threads" && name !== "relaxedSimd");
  if (unknown !== undefined) refuse(BackendError, "setBackend", "options", unknown, "threads, relaxedSimd");
  const set = Object.entries(options).find(([, value]) => value !== undefined);
  if (set !== undefined && id !== "wasm") {
    refuse(BackendError, "setBackend", "options", `${set[0]} for "${id}"`, 'none: only "wasm" has any');
  }
  const choice = { id, options };
  const runner = await choose(choice);
  chosen = choice;
  current = Promise.resolve(runner);
}

/** Every executor, whether it works here, and why not. */
export async function backends(): Promise<BackendStatus[]> {
  const automatic = (await choose(AUTO)).executor.id;
  return Promise.all(
    BACKEND_IDS.map(async (id): Promise<BackendStatus> => {
      try {
        const { executor } = await runnerOf(id);
        return { id, available: true, reason: "", device: executor.device, isDefault: id === automatic };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { id, available: false, reason, device: "", isDefault: false };
      }
    }),
  );
}

/** The plan that ran last on the present executor, or `null` before the first. */
export async function lastReport(): Promise<PlanReport | null> {
  return (await currentRunner()).lastReport;
}
