/** Who runs a step: the calling thread alone, or a pool with it where the work is worth waking one. */
import type { ThreadPool } from "./threads/pool.ts";

/** One step of a plan. */
export interface StepCall {
  readonly plan: number;
  readonly name: string;
  readonly frame: number;
  readonly units: number;
  readonly chunk: number;
  /** Price in multiplications. */
  readonly cost: number;
  /** The function on the calling thread's memory. */
  readonly local: (frame: number, begin: number, end: number) => void;
}

/**
 * Steps below this price stay on the calling thread: about 60 microseconds, twice what it takes to wake a sleeping
 * worker.
 */
export const sharing = { from: 2 ** 20 };

export class Team {
  readonly #pool: ThreadPool | null;

  constructor(pool: ThreadPool | null) {
    this.#pool = pool;
  }

  /** Threads that steps may run on. */
  get threads(): number {
    return this.#pool?.threads ?? 1;
  }

  /** Runs a step; a promise only where the thread had to give way while it waited. */
  run({ plan, name, frame, units, chunk, cost, local }: StepCall): undefined | Promise<void> {
    // A price of 0 asks for the smallest pieces as well: tests share everything that can be shared.
    const piece = sharing.from === 0 ? 1 : chunk;
    if (this.#pool === null || cost < sharing.from || units <= piece) {
      local(frame, 0, units);
      return undefined;
    }
    return this.#pool.run({ module: plan, name, frame, units, chunk: piece, local });
  }

  load(plan: number, module: WebAssembly.Module, memory: WebAssembly.Memory): void {
    this.#pool?.load(plan, module, memory);
  }

  unload(plan: number): void {
    this.#pool?.unload(plan);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
