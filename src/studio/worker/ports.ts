/** Ports of the browser's own kinds. */
import type { Port } from "./calls.ts";

/** A worker, seen from the page. */
export function workerPort(worker: Worker): Port {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (receive) => worker.addEventListener("message", (event) => receive(event.data)),
  };
}

/** What this uses of a worker's global scope; the DOM's types describe a window. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** The page, seen from a worker. */
export function pagePort(): Port {
  const scope = globalThis as unknown as WorkerScope;
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (receive) => scope.addEventListener("message", (event) => receive(event.data)),
  };
}

/** One end of a channel. */
export function channelPort(port: MessagePort): Port {
  return {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen(receive) {
      port.addEventListener("message", (event) => receive(event.data));
      port.start();
    },
  };
}
