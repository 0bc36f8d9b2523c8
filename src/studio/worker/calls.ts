/**
 * Calls between a page and its workers: a method and its argument one way; parts, if it has any, and one result or
 * one error the other way.
 */

/** Functions that a worker offers. `part` sends word while the call goes on; `signal` says that nobody waits any more. */
export type Methods = Readonly<
  Record<string, (argument: never, context: CallContext) => Promise<unknown> | unknown>
>;

/** What a method is told beside its argument. */
export interface CallContext {
  readonly part: (value: unknown) => void;
  readonly signal: AbortSignal;
}

/** What crosses from the page to the worker. */
export type Request =
  | { readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly id: number; readonly cancel: true };

/** What comes back. */
export type Reply =
  | { readonly id: number; readonly part: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: RemoteError };

/** An error as it crosses: its name, its words, and where it happened. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** An error of the other side. `name` is the name it had there. */
export class CallError extends Error {
  constructor({ name, message, stack }: RemoteError) {
    super(message);
    this.name = name;
    this.stack = stack;
  }
}

/** A port of messages: a worker seen from the page, the page seen from a worker, or a window. */
export interface Port {
  post(message: unknown, transfer: Transferable[]): void;
  listen(receive: (message: unknown) => void): void;
}

export function remoteError(error: unknown): RemoteError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack: stack ?? "" };
}

/** Buffers of the typed arrays in a result: they move instead of being copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    // Memory that threads share can be neither moved nor sent; results are copies of it.
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (Array.isArray(value)) for (const item of value) buffersOf(item, found);
  else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) buffersOf(item, found);
  }
  return found;
}

/** Answers calls from the other side of a port. */
export function serve(port: Port, methods: Methods): void {
  const running = new Map<number, AbortController>();
  port.listen((message) => {
    const request = message as Request;
    if ("cancel" in request) {
      running.get(request.id)?.abort();
      return;
    }
    const { id, method, argument } = request;
    const controller = new AbortController();
    running.set(id, controller);
    const reply = (answer: Reply) => port.post(answer, [...buffersOf("error" in answer ? null : answer)]);
    const context: CallContext = { part: (part) => reply({ id, part }), signal: controller.signal };
    Promise.resolve()
      .then(() => {
        const run = methods[method];
        if (run === undefined) throw new Error(`no method ${method}`);
        return run(argument as never, context);
      })
      .then((result) => reply({ id, result }))
      // Also where the result is nothing that can be sent.
      .catch((error: unknown) => reply({ id, error: remoteError(error) }))
      .finally(() => running.delete(id));
  });
}

/** Types of a set of methods as the caller sees them. */
export type ArgumentOf<M, K extends keyof M> = M[K] extends (argument: infer A, ...rest: never[]) => unknown
  ? A
  : never;
export type ResultOf<M, K extends keyof M> = M[K] extends (...all: never[]) => infer R ? Awaited<R> : never;

/** How a call is made. */
export interface CallOptions {
  readonly onPart?: (value: unknown) => void;
  readonly signal?: AbortSignal;
}

/** The caller's side of a port. */
export class Caller<M extends Methods> {
  readonly #port: Port;
  readonly #waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void; onPart?: (value: unknown) => void }
  >();
  #next = 0;

  constructor(port: Port) {
    this.#port = port;
    port.listen((message) => {
      const reply = message as Reply;
      const call = this.#waiting.get(reply.id);
      if (call === undefined) return;
      if ("part" in reply) {
        call.onPart?.(reply.part);
        return;
      }
      this.#waiting.delete(reply.id);
      if ("error" in reply) call.reject(new CallError(reply.error));
      else call.resolve(reply.result as never);
    });
  }

  /** Calls a method; rejects with a {@link CallError} where it throws. */
  call<K extends keyof M & string>(
    method: K,
    argument: ArgumentOf<M, K>,
    { onPart, signal }: CallOptions = {},
  ): Promise<ResultOf<M, K>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onPart });
      this.#port.post({ id, method, argument }, []);
      signal?.addEventListener("abort", () => this.#port.post({ id, cancel: true }, []), { once: true });
    });
  }

  /** Ends every call that waits: the other side is gone. */
  fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
