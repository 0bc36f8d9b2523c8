/** Our own executor: WebAssembly SIMD, generated for each graph, on one thread or several. */

import type { HostArray } from "../../array.ts";
import { BackendError, refuse } from "../../errors.ts";
import type { SimplifiedGraph } from "../../graph/simplify.ts";
import type { Executor, Kept, Plan } from "../executor.ts";
import { canRelax, canThread, hasSimd, processors } from "./features.ts";
import { Arena } from "./memory.ts";
import { loadKernels } from "./plan/kernels.ts";
import { WasmPlan } from "./plan.ts";
import { Team } from "./team.ts";
import { ThreadPool } from "./threads/pool.ts";

export interface WasmOptions {
  /** Threads that a plan may use, the calling one included. Default: one a processor, at most 8; 1 without shared memory. */
  readonly threads?: number;
  /** Fused multiply-add: faster, and other last bits from machine to machine. Default false. */
  readonly relaxedSimd?: boolean;
}

/** More threads than this wait for memory, not for arithmetic. */
const MOST_THREADS = 8;

function threadsOf({ threads }: WasmOptions): number {
  if (threads === undefined) return canThread() ? Math.min(processors(), MOST_THREADS) : 1;
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    refuse(BackendError, "setBackend", "threads", String(threads), "an integer in 1 .. 64");
  }
  if (threads > 1 && !canThread()) {
    refuse(
      BackendError,
      "setBackend",
      "threads",
      String(threads),
      "1: no memory can be shared here (a page must be cross-origin isolated, Node at least 20.16)",
    );
  }
  return threads;
}

class WasmExecutor implements Executor {
  readonly id = "wasm";
  readonly device: string;
  readonly precision = "float32";
  readonly #arena: Arena;
  readonly #team: Team;
  readonly #relaxed: boolean;

  constructor(threads: number, relaxed: boolean) {
    this.device = `WebAssembly SIMD${relaxed ? " (relaxed)" : ""}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
    this.#arena = new Arena(canThread());
    this.#team = new Team(threads === 1 ? null : new ThreadPool(threads));
    this.#relaxed = relaxed;
  }

  async plan(graph: SimplifiedGraph): Promise<Plan> {
    await loadKernels(graph.nodes);
    const plan = new WasmPlan(graph, this.#arena, this.#team, this.#relaxed);
    await plan.prepare();
    return plan;
  }

  keep(data: HostArray): Kept {
    return this.#arena.keep(data);
  }

  async release(): Promise<void> {
    await this.#team.close();
    this.#arena.clear();
  }
}

/**
 * The `wasm` executor.
 *
 * @throws {@link BackendError} where WebAssembly SIMD, the threads or the relaxed instructions asked for are not there
 */
export async function createWasmExecutor(options: WasmOptions = {}): Promise<Executor> {
  if (!hasSimd()) {
    throw new BackendError("wasm does not work here: there is no WebAssembly SIMD", {
      op: "setBackend",
      argument: "id",
      given: "wasm",
    });
  }
  const relaxed = options.relaxedSimd ?? false;
  if (relaxed && !canRelax()) {
    refuse(
      BackendError,
      "setBackend",
      "relaxedSimd",
      "true",
      "false: this machine's WebAssembly has no relaxed SIMD",
    );
  }
  return new WasmExecutor(threadsOf(options), relaxed);
}
