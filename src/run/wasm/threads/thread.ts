/** Starts worker.js as a thread, in Node and in browsers. */
import { IN_NODE } from "../../in-node.ts";
import type { ToWorker, Trap } from "./control.ts";

/** A running worker. */
export interface Thread {
  post(message: ToWorker): void;
  /** Ends it; done when it runs no more. */
  end(): Promise<unknown>;
}

export interface ThreadEvents {
  onTrap(trap: Trap): void;
  /** It runs no more, asked to or not. */
  onEnd(reason: unknown): void;
}

/** A browser's Worker: TypeScript has it among the browser's types only. Bundlers look for just this name. */
interface BrowserWorker {
  onmessage: ((event: { readonly data: Trap }) => void) | null;
  onerror: ((event: { readonly message?: string; preventDefault(): void }) => void) | null;
  postMessage(message: ToWorker): void;
  terminate(): void;
}
declare const Worker: new (url: URL, options: { readonly type: "module" }) => BrowserWorker;

type NodeThreads = ReturnType<typeof process.getBuiltinModule<"node:worker_threads">>;

/** Node's module of threads, by a way that a browser's bundler does not follow; `canThread` has asked for it. */
const nodeThreads = (): NodeThreads => process.getBuiltinModule("node:worker_threads");

export function startThread(events: ThreadEvents): Thread {
  return IN_NODE ? inNode(nodeThreads(), events) : inBrowser(events);
}

function inNode({ Worker: NodeWorker }: NodeThreads, { onTrap, onEnd }: ThreadEvents): Thread {
  // Flags of the program, such as loaders, are not meant for this file.
  const worker = new NodeWorker(new URL("./worker.js", import.meta.url), { execArgv: [] });
  let reason: unknown;
  worker.on("message", onTrap);
  worker.on("error", (error) => {
    reason = error;
  });
  worker.on("exit", () => onEnd(reason));
  // Waiting for work must not keep the program alive.
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    end: () => worker.terminate(),
  };
}

function inBrowser({ onTrap, onEnd }: ThreadEvents): Thread {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => onTrap(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onEnd(event.message);
  };
  return {
    post: (message) => worker.postMessage(message),
    end: async () => worker.terminate(),
  };
}
