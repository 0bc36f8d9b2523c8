// A thread of the pool. Stands alone, without imports or exports: it runs unbuilt, bundled, as a module and as a script.

/** @typedef {import("./control.ts").ToWorker} ToWorker */
/** @typedef {(frame: number, begin: number, end: number) => void} PassFunction */

/** Looks at the signal so often before it sleeps: about 10 us. More costs others their core where it is shared. */
const SPINS = 2000;
/** Sleeps so long before it goes back to its event loop. */
const SLEEP_MS = 600_000;

/**
 * @param {Extract<ToWorker, { kind: "hello" }>} hello
 * @param {(trap: import("./control.ts").Trap) => void} report
 */
function join({ buffer, line, words, states, noTicket }, report) {
  const control = new Int32Array(buffer);
  const state = line + words.state;
  const sent = line + words.sent;
  /** Functions of every module that was made known, in the order of their names, by its key. @type {Map<number, PassFunction[]>} */
  const modules = new Map();
  let handled = 0;
  /** The pass it took part in last: an open pass without tickets is not entered again. */
  let last = 0;

  /** @param {PassFunction} work @param {number} pass */
  function takeTickets(work, pass) {
    const frame = control[words.frame];
    const units = control[words.units];
    const chunk = control[words.chunk];
    const tickets = control[words.tickets];
    try {
      for (;;) {
        const ticket = Atomics.add(control, words.ticket, 1);
        if (ticket >= tickets) return;
        const begin = ticket * chunk;
        work(frame, begin, Math.min(units, begin + chunk));
      }
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      report({ pass, name, message, stack });
      Atomics.store(control, words.trapped, pass);
      Atomics.store(control, words.ticket, noTicket);
    }
  }

  /** Busy first, then the question whether the pass is open: the caller closes first, then asks who is busy. */
  function takePart() {
    Atomics.store(control, state, states.busy);
    const pass = Atomics.load(control, words.open);
    if (pass !== 0) {
      const work = modules.get(control[words.module])?.[control[words.name]];
      if (work !== undefined) {
        last = pass;
        takeTickets(work, pass);
      }
    }
    Atomics.store(control, state, states.awake);
    if (Atomics.load(control, words.open) === 0) Atomics.notify(control, state);
  }

  /** @param {number} seen The signal. Whether it changed before the patience ran out. */
  function changes(seen) {
    for (let i = 0; i < SPINS; i++) if (Atomics.load(control, words.signal) !== seen) return true;
    Atomics.add(control, words.sleeping, 1);
    Atomics.wait(control, words.signal, seen, SLEEP_MS);
    Atomics.sub(control, words.sleeping, 1);
    return Atomics.load(control, words.signal) !== seen;
  }

  function serve() {
    Atomics.store(control, state, states.awake);
    for (;;) {
      const seen = Atomics.load(control, words.signal);
      if (Atomics.load(control, sent) !== handled) break;
      const open = Atomics.load(control, words.open);
      if (open !== 0 && open !== last) takePart();
      if (changes(seen)) continue;
      Atomics.store(control, state, states.away);
      // A pass that opened before this was said counts on a worker that is awake.
      if (Atomics.load(control, words.signal) === seen) return;
      Atomics.store(control, state, states.awake);
    }
    Atomics.store(control, state, states.away);
  }

  /** @param {Extract<ToWorker, { kind: "load" }>} message */
  function learn({ key, module, memory, names, thread }) {
    try {
      const { exports } = new WebAssembly.Instance(module, { env: { memory, thread } });
      const functions = names.map((name) => /** @type {PassFunction} */ (exports[name]));
      modules.set(key, functions);
    } catch {
      // There is no room: the other threads do its passes.
    }
  }

  /** @param {ToWorker} message */
  return (message) => {
    if (message.kind === "load") learn(message);
    else if (message.kind === "unload") modules.delete(message.key);
    if (message.kind !== "wake") handled = Atomics.add(control, line + words.handled, 1) + 1;
    if (Atomics.load(control, sent) === handled) serve();
  };
}

/** @param {(trap: object) => void} report */
function receiver(report) {
  /** @type {((message: ToWorker) => void) | null} */
  let receive = null;
  /** @param {ToWorker} message */
  return (message) => {
    if (message.kind === "hello") receive = join(message, report);
    receive?.(message);
  };
}

/** A message that cannot be read must not be passed over: the pool starts other workers when this one dies. */
function unreadable() {
  throw new Error("a message could not be read");
}

if (typeof process === "object" && process.versions?.node !== undefined) {
  import("node:worker_threads")
    .then(({ parentPort }) => {
      const receive = receiver((trap) => parentPort?.postMessage(trap));
      parentPort?.on("messageerror", unreadable).on("message", receive);
    })
    .catch((error) => {
      throw error; // said here so that bundlers for browsers leave the import alone
    });
} else {
  const receive = receiver((trap) => self.postMessage(trap));
  self.onmessageerror = unreadable;
  self.onmessage = ({ data }) => receive(data);
}
