/** What the calling thread and its workers share beside the memory: one small block of words, and messages. */

/**
 * Words of the control block. What one side writes often stands on a cache line of its own (16 words).
 * worker.js is sent this table, so it stands here only.
 */
export const WORDS = {
  /** Number of the pass that is open, 0 while none is. */
  open: 0,
  /** Changes with every pass that opens and every message: what idle workers watch. */
  signal: 1,
  /** The open pass. Written only while it is closed and no worker is inside. */
  module: 2,
  name: 3,
  frame: 4,
  units: 5,
  chunk: 6,
  tickets: 7,
  /** Next ticket. */
  ticket: 16,
  /** Number of the last pass that trapped in a worker. */
  trapped: 32,
  /** Workers that sleep on `signal`. */
  sleeping: 48,
  /** First line of the first worker. */
  workers: 64,
  /** Words of a worker. */
  stride: 16,
  /** In a worker's line: one of {@link STATES}. */
  state: 0,
  /** Messages sent to it, wakes not counted. */
  sent: 1,
  /** Those it has dealt with. */
  handled: 2,
} as const;

/** Where a worker is. */
export const STATES = {
  /** In its event loop: only a message reaches it. */
  away: 0,
  /** As before, and a wake is on its way. */
  called: 1,
  /** Watching `signal`. */
  awake: 2,
  /** Perhaps inside a pass. */
  busy: 3,
} as const;

/** Past every ticket, and far enough from the end of int32 that threads may go on counting. */
export const NO_TICKET = 0x7fff0000;

/** What a worker is sent. A key is a module on one memory: it is never used for another. */
export type ToWorker =
  | {
      readonly kind: "hello";
      readonly buffer: SharedArrayBuffer;
      /** First word of its line. */
      readonly line: number;
      readonly words: typeof WORDS;
      readonly states: typeof STATES;
      readonly noTicket: number;
    }
  | {
      readonly kind: "load";
      readonly key: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      /** Its functions; a pass names one by its place here. */
      readonly names: readonly string[];
      /** The worker's number, from 1. */
      readonly thread: number;
    }
  | { readonly kind: "unload"; readonly key: number }
  | { readonly kind: "wake" };

/** What a worker sends: a pass that trapped. A trap's class does not survive cloning, so its parts travel. */
export interface Trap {
  readonly pass: number;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** The error behind a trap, as the worker had it. */
export function errorOf({ name, message, stack }: Trap): Error {
  const Kind = { RuntimeError: WebAssembly.RuntimeError, RangeError, TypeError }[name] ?? Error;
  const error = new Kind(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
