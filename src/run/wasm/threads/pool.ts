/** Threads that share the passes of plans: the calling one and workers, which start when there is something to do. */
import { Crew, type Known } from "./crew.ts";

export type PassFunction = (frame: number, begin: number, end: number) => void;

/** One pass over `units` units of work, in pieces of `chunk`. */
export interface PassCall {
  readonly module: number;
  /** The exported function. */
  readonly name: string | number;
  readonly frame: number;
  readonly units: number;
  readonly chunk: number;
  /** The function on the calling thread. */
  readonly local: PassFunction;
}

/** Starts in a row that may fail; the calling thread then works alone, with the same results. */
const ATTEMPTS = 3;

let made = 0;

export class ThreadPool {
  readonly #wanted: number;
  readonly #modules = new Map<number, Known>();
  #crew: Crew | null = null;
  #failures = 0;
  /** The pass that gave way to the event loop; never rejects. */
  #pending: Promise<void> | null = null;

  /** `threads` counts the calling one. */
  constructor(threads: number) {
    this.#wanted = threads;
  }

  /** Threads that passes may run on: the calling one alone once starting others has failed for good. */
  get threads(): number {
    return this.#failures >= ATTEMPTS ? 1 : this.#wanted;
  }

  /** Makes a module known on a memory; in place of what had this id before. Cheap: workers hear of it when it runs. */
  load(id: number, module: WebAssembly.Module, memory: WebAssembly.Memory): void {
    const before = this.#modules.get(id);
    if (before?.module === module && before.memory === memory) return;
    this.unload(id);
    this.#modules.set(id, { key: made++, module, memory, names: namesOf(module) });
  }

  unload(id: number): void {
    const known = this.#modules.get(id);
    if (known === undefined) return;
    this.#modules.delete(id);
    this.#crew?.forget(known.key);
  }

  /**
   * Runs a pass on all threads that are there by now. Done at return, but for the promise where this thread had to give
   * way to its event loop.
   *
   * @throws {@link BackendError} if a worker failed; what the function throws here goes on as it is
   */
  run(call: PassCall): undefined | Promise<void> {
    if (this.#pending !== null) return this.#pending.then(() => this.run(call));
    const { module, frame, units, chunk, local } = call;
    const known = this.#modules.get(module);
    const name = known?.names.indexOf(String(call.name)) ?? -1;
    const crew = name >= 0 && units > chunk ? this.#ready() : null;
    if (crew === null || known === undefined) {
      local(frame, 0, units);
      return undefined;
    }
    const pass = crew.run({ known, name, frame, units, chunk, local });
    if (pass === undefined) return undefined;
    const settle = () => {
      this.#pending = null;
    };
    this.#pending = pass.then(settle, settle);
    return pass;
  }

  /** Ends the workers; another run would start others. */
  async close(): Promise<void> {
    await this.#pending;
    const crew = this.#crew;
    this.#crew = null;
    await crew?.end();
  }

  /** The workers; null where there are none. */
  #ready(): Crew | null {
    if (this.#crew?.broken) {
      this.#failures = this.#crew.listened ? 0 : this.#failures + 1;
      void this.#crew.end();
      this.#crew = null;
    }
    if (this.#crew !== null) return this.#crew;
    if (this.threads < 2) return null;
    try {
      this.#crew = new Crew(this.#wanted - 1);
    } catch {
      this.#failures++;
    }
    return this.#crew;
  }
}

const namesOf = (module: WebAssembly.Module): string[] =>
  WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
