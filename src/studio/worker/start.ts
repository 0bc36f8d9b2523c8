/** Starting the workers, and taking turns. */
import { Caller, type Methods } from "./calls.ts";
import { workerPort } from "./ports.ts";

/** A worker and the way to call it. */
export interface Running<M extends Methods> {
  readonly caller: Caller<M>;
  /** Ends the worker at once, whatever it is doing; what waits for it is told. */
  stop(reason?: string): void;
}

/** Starts the worker of a file beside the page's script. `onFailure`: it could not be loaded, or crashed, and is gone. */
export function startWorker<M extends Methods>(file: string, onFailure?: () => void): Running<M> {
  const worker = new Worker(new URL(file, import.meta.url), { type: "module", name: file });
  const caller = new Caller<M>(workerPort(worker));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    worker.terminate();
    caller.fail(new Error(event.message || `${file} could not be loaded`));
    onFailure?.();
  });
  return {
    caller,
    stop(reason = "stopped") {
      worker.terminate();
      caller.fail(new Error(reason));
    },
  };
}

/**
 * Runs one thing at a time and keeps only the newest that waits: for pictures that change faster than they can be
 * computed. What was overtaken resolves to `null`.
 */
export function newest<A, R>(run: (argument: A) => Promise<R>): (argument: A) => Promise<R | null> {
  let busy = false;
  let waiting: { readonly argument: A; readonly resolve: (turn: boolean) => void } | null = null;
  return async (argument) => {
    if (busy) {
      waiting?.resolve(false);
      const turn = await new Promise<boolean>((resolve) => {
        waiting = { argument, resolve };
      });
      if (!turn) return null;
    }
    busy = true;
    try {
      return await run(argument);
    } finally {
      const next = waiting;
      waiting = null;
      // Still busy where somebody waits: the turn goes straight to them.
      if (next === null) busy = false;
      else next.resolve(true);
    }
  };
}
