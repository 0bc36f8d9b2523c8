/**
 * The workers of a pool, started together and ended together, and the protocol that leads them through a pass.
 *
 * A worker says that it is busy, then asks whether a pass is open; the calling thread closes the pass, then asks who is
 * busy. So nobody is inside while the next pass is written, and no ticket is taken for the wrong function.
 */
import { BackendError } from "../../../errors.ts";
import { errorOf, NO_TICKET, STATES, type ToWorker, type Trap, WORDS } from "./control.ts";
import { startThread, type Thread } from "./thread.ts";

/** A module on one memory, as workers know it. */
export interface Known {
  readonly key: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
}

export interface Pass {
  readonly known: Known;
  /** Place of the function among the module's names. */
  readonly name: number;
  readonly frame: number;
  readonly units: number;
  readonly chunk: number;
  readonly local: (frame: number, begin: number, end: number) => void;
}

interface Member {
  /** First of its words. */
  readonly line: number;
  readonly thread: Thread;
  /** Set once it runs no more. */
  ended: { readonly reason: unknown } | null;
}

/** Looks at a busy worker so often before it sleeps: about 10 us. More costs the worker its core where it is shared. */
const SPINS = 2000;
/** Waits so long before it gives way to the event loop, where the end of a worker is heard of. */
const PATIENCE_MS = 80;
/** The same between two turns of the event loop. */
const SLICE_MS = 5;
/** The same where waiting is forbidden, so that it burns time: in a browser's main thread. */
const BURN_MS = 1;

/** False once waiting was refused. */
let mayWait = true;

/** What of a MessageChannel is the same in Node and in browsers. */
interface Channel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
}

/** A turn of the event loop; timers would add milliseconds in browsers. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as Channel;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

export class Crew {
  readonly #control: Int32Array;
  readonly #members: readonly Member[];
  readonly #taught = new Set<number>();
  /** Number of the last pass. */
  #pass = 0;
  #trap: Trap | null = null;

  constructor(size: number) {
    const words = WORDS.workers + size * WORDS.stride;
    const buffer = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT);
    this.#control = new Int32Array(buffer);
    const members: Member[] = [];
    this.#members = members;
    try {
      for (let i = 0; i < size; i++) members.push(this.#start(WORDS.workers + i * WORDS.stride));
    } catch (error) {
      void this.end();
      throw error;
    }
    for (const { line } of members) {
      this.#send(line, { kind: "hello", buffer, line, words: WORDS, states: STATES, noTicket: NO_TICKET });
    }
  }

  /** Whether a worker is gone. */
  get broken(): boolean {
    return this.#members.some(({ ended }) => ended !== null);
  }

  /** Whether every worker came so far as to listen. */
  get listened(): boolean {
    return this.#members.every(({ line }) => Atomics.load(this.#control, line + WORDS.handled) > 0);
  }

  /** Runs a pass; a promise where this thread has to give way for it to end, or to learn how it failed. */
  run({ known, name, frame, units, chunk, local }: Pass): undefined | Promise<void> {
    const control = this.#control;
    const tickets = Math.ceil(units / chunk);
    this.#teach(known);
    this.#pass = (this.#pass % NO_TICKET) + 1;
    control[WORDS.module] = known.key;
    control[WORDS.name] = name;
    control[WORDS.frame] = frame;
    control[WORDS.units] = units;
    control[WORDS.chunk] = chunk;
    control[WORDS.tickets] = tickets;
    Atomics.store(control, WORDS.ticket, 0);
    Atomics.store(control, WORDS.open, this.#pass);
    this.#signal();
    this.#wake(tickets - 1);
    let failure: { readonly error: unknown } | null = null;
    try {
      for (;;) {
        const ticket = Atomics.add(control, WORDS.ticket, 1);
        if (ticket >= tickets) break;
        local(frame, ticket * chunk, Math.min(units, (ticket + 1) * chunk));
      }
    } catch (error) {
      failure = { error };
      Atomics.store(control, WORDS.ticket, NO_TICKET);
    }
    Atomics.store(control, WORDS.open, 0);
    if (!this.#isOver(mayWait ? PATIENCE_MS : BURN_MS)) return this.#giveWay(failure);
    if (failure !== null) throw failure.error;
    return this.#trapped() ? this.#giveWay(null) : undefined;
  }

  /** Lets workers forget a module. */
  forget(key: number): void {
    if (!this.#taught.delete(key)) return;
    for (const { line } of this.#members) this.#send(line, { kind: "unload", key });
    this.#signal();
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map(({ thread }) => thread.end()));
  }

  #start(line: number): Member {
    const thread = startThread({
      onTrap: (trap) => {
        // A late one of another pass says nothing about this one.
        if (trap.pass === this.#pass) this.#trap = trap;
      },
      onEnd: (reason) => {
        member.ended ??= { reason };
      },
    });
    const member: Member = { line, thread, ended: null };
    return member;
  }

  /** A worker that watches the signal goes to its event loop for the message. */
  #send(line: number, message: ToWorker): void {
    Atomics.add(this.#control, line + WORDS.sent, 1);
    this.#members.find((member) => member.line === line)?.thread.post(message);
  }

  #teach({ key, module, memory, names }: Known): void {
    if (this.#taught.has(key)) return;
    this.#taught.add(key);
    this.#members.forEach(({ line }, i) => {
      // The calling thread is number 0.
      this.#send(line, { kind: "load", key, module, memory, names, thread: i + 1 });
    });
  }

  #signal(): void {
    Atomics.add(this.#control, WORDS.signal, 1);
    if (Atomics.load(this.#control, WORDS.sleeping) > 0) Atomics.notify(this.#control, WORDS.signal);
  }

  /** Calls workers that are in their event loop, as many as there is work for. */
  #wake(most: number): void {
    const control = this.#control;
    const count = Math.min(most, this.#members.length);
    for (let i = 0; i < count; i++) {
      const { line, thread } = this.#members[i];
      // One with a message on its way looks for a pass when it has dealt with it.
      if (Atomics.load(control, line + WORDS.sent) !== Atomics.load(control, line + WORDS.handled)) continue;
      const { away, called } = STATES;
      if (Atomics.compareExchange(control, line + WORDS.state, away, called) === away) {
        thread.post({ kind: "wake" });
      }
    }
  }

  /** Waits for the workers inside the closed pass, but for those that are gone; false when the time is up. */
  #isOver(ms: number): boolean {
    let until = 0;
    for (const member of this.#members) {
      const state = member.line + WORDS.state;
      let spins = SPINS;
      while (member.ended === null && Atomics.load(this.#control, state) === STATES.busy) {
        if (spins-- > 0) continue;
        const now = performance.now();
        if (until === 0) until = now + ms;
        if (now >= until) return false;
        if (!mayWait) continue;
        try {
          Atomics.wait(this.#control, state, STATES.busy, until - now);
        } catch {
          mayWait = false;
          return false;
        }
      }
    }
    return true;
  }

  /** The end of a pass that takes turns of the event loop. */
  async #giveWay(failure: { readonly error: unknown } | null): Promise<void> {
    do await giveWay();
    while (!this.#isOver(mayWait ? SLICE_MS : BURN_MS));
    const lost = this.#members.find(({ line, ended }) => {
      return ended !== null && Atomics.load(this.#control, line + WORDS.state) === STATES.busy;
    });
    if (lost !== undefined) await this.end();
    if (failure !== null) throw failure.error;
    if (lost !== undefined) {
      throw new BackendError("wasm: a worker ended in the middle of its work; the next run starts others", {
        op: "run",
        cause: lost.ended?.reason,
      });
    }
    if (!this.#trapped()) return;
    while (this.#trap?.pass !== this.#pass && !this.broken) await giveWay();
    const cause = this.#trap?.pass === this.#pass ? errorOf(this.#trap) : undefined;
    throw new BackendError(`wasm: a worker failed: ${cause?.message ?? "it ended before it said why"}`, {
      op: "run",
      cause,
    });
  }

  #trapped(): boolean {
    return Atomics.load(this.#control, WORDS.trapped) === this.#pass;
  }
}
