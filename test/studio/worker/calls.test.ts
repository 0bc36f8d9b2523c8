/** Calls across a port: results, errors, parts, cancelling, and what becomes of those that wait. */
import { describe, expect, test } from "vitest";
import { CallError, Caller, type Methods, type Port, serve } from "../../../src/studio/worker/calls.ts";

/** Two ends of a channel that copies what crosses, as workers do. */
function channel(): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  const end = (port: MessagePort): Port => ({
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (receive) => {
      port.onmessage = ({ data }) => receive(data);
      // Without this the open channel would keep the test run alive.
      (port as unknown as { unref(): void }).unref();
    },
  });
  return [end(port1), end(port2)];
}

function calling<M extends Methods>(methods: M): Caller<M> {
  const [here, there] = channel();
  serve(there, methods);
  return new Caller<M>(here);
}

describe("a call", () => {
  test("gives the result, also where several wait", async () => {
    const caller = calling({
      async half(x: number) {
        await new Promise((resolve) => setTimeout(resolve, x));
        return x / 2;
      },
    });
    expect(await Promise.all([caller.call("half", 20), caller.call("half", 2)])).toEqual([10, 1]);
  });

  test("moves the arrays of a result instead of copying them", async () => {
    const kept: Float32Array[] = [];
    const caller = calling({
      make(_: null) {
        kept.push(Float32Array.of(1, 2));
        return { inner: [kept[0]] };
      },
    });
    expect((await caller.call("make", null)).inner[0]).toEqual(Float32Array.of(1, 2));
    expect(kept[0]).toHaveLength(0);
  });

  test("rejects with the error's name and words", async () => {
    const caller = calling({
      fail(_: null): number {
        throw new RangeError("too far");
      },
    });
    const error = await caller.call("fail", null).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({ name: "RangeError", message: "too far" });
  });

  test("whose result cannot be sent rejects, instead of never ending", async () => {
    const caller = calling({
      odd:
        (_: null): unknown =>
        () =>
          1,
    });
    await expect(caller.call("odd", null)).rejects.toThrow("could not be cloned");
  });

  test("of a method that is not there says so", async () => {
    const caller = calling({}) as unknown as Caller<{ gone(_: null): void }>;
    await expect(caller.call("gone", null)).rejects.toThrow("no method gone");
  });

  test("tells its parts in order, before the result", async () => {
    const caller = calling({
      count(to: number, { part }: { part: (value: unknown) => void }) {
        for (let i = 0; i < to; i++) part(i);
        return "done";
      },
    });
    const seen: unknown[] = [];
    expect(await caller.call("count", 3, { onPart: (value) => seen.push(value) })).toBe("done");
    expect(seen).toEqual([0, 1, 2]);
  });

  test("that is cancelled learns of it", async () => {
    const caller = calling({
      wait: (_: null, { signal }: { signal: AbortSignal }) =>
        new Promise<string>((resolve) => {
          signal.addEventListener("abort", () => resolve("stopped"));
        }),
    });
    const controller = new AbortController();
    const ended = caller.call("wait", null, { signal: controller.signal });
    controller.abort();
    expect(await ended).toBe("stopped");
  });

  test("fails when the other side is gone", async () => {
    const caller = calling({ never: (_: null) => new Promise<void>(() => undefined) });
    const waiting = caller.call("never", null);
    caller.fail(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
  });
});
