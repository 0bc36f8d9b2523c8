import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { i32, ModuleBuilder } from "../../../kernels/wasm/assembler/index.ts";
import { BackendError } from "../../../src/errors.ts";
import { type PassFunction, ThreadPool } from "../../../src/run/wasm/threads/pool.ts";
import { ROOT } from "../../support/sources.ts";

/** Words: what tests and workers tell each other, then the units. */
const ARRIVED = 0;
const GO = 1;
const FRAME = 1024;

const PARAMS = [
  ["frame", "i32"],
  ["begin", "i32"],
  ["end", "i32"],
] as const;

/** Functions that add to every unit; `wait` then stays until it may go, `trap` then divides by zero. */
function moduleOf(...steps: readonly number[]): WebAssembly.Module {
  const builder = new ModuleBuilder({ shared: true, initial: 1, maximum: 65536 });
  const define = (name: string, step: number, after: "return" | "wait" | "trap") =>
    builder.export(name, PARAMS, (fn, [frame, begin, end]) => {
      const i = fn.local("i32");
      fn.range(i, begin, end, 1, () => {
        const at = fn.bind(i32.add(frame, i32.shl(i, i32.const(2))));
        fn.do(i32.store(at, i32.add(i32.load(at), i32.const(step))));
      });
      if (after === "return") return;
      fn.do(i32.store(i32.const(4 * ARRIVED), i32.const(1)));
      if (after === "wait")
        fn.while(
          () => i32.eqz(i32.load(i32.const(4 * GO))),
          () => {},
        );
      else fn.do(i32.store(frame, i32.div_s(frame, i32.load(i32.const(4 * GO)))));
    });
  for (const step of steps) define(`add${step}`, step, "return");
  define("wait", 1, "wait");
  define("trap", 1, "trap");
  return new WebAssembly.Module(builder.bytes());
}

const module = moduleOf(1, 100);
const makeMemory = () => new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
const memory = makeMemory();
const words = new Int32Array(memory.buffer);
const { exports } = new WebAssembly.Instance(module, { env: { memory } });

const pools: ThreadPool[] = [];
/** Workers that were started, in this order; Node tells a turn later. */
const workers: Worker[] = [];
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const onWorker = (worker: Worker) => {
  workers.push(worker);
};

beforeAll(() => {
  process.on("worker", onWorker);
});

afterEach(async () => {
  Atomics.store(words, GO, 1);
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  workers.length = 0;
  words.fill(0);
});

afterAll(() => {
  process.off("worker", onWorker);
});

function poolOf(threads: number): ThreadPool {
  const pool = new ThreadPool(threads);
  pools.push(pool);
  pool.load(1, module, memory);
  return pool;
}

const call = (name: string, units: number, chunk: number, local: PassFunction = exports[name]) => ({
  module: 1,
  name,
  frame: 4 * FRAME,
  units,
  chunk,
  local,
});

const unitsOf = (units: number) => words.subarray(FRAME, FRAME + units);
const clearUnits = () => words.fill(0, FRAME);

/** Stays on this thread until a worker says so. */
function awaitWorker(word = ARRIVED): void {
  const deadline = performance.now() + 20_000;
  while (Atomics.load(words, word) === 0) {
    if (performance.now() > deadline) throw new Error("no worker came");
    Atomics.wait(words, ARRIVED, 0, 1);
  }
}

/** A pass whose second half only a worker can do: this thread stays in its first unit until the worker is inside. */
function withWorker(pool: ThreadPool, name: "wait" | "trap" | "add1", then?: () => void) {
  return pool.run(
    call(name, 2, 1, (frame, begin, end) => {
      exports.add1(frame, begin, end);
      if (name === "add1") awaitWorker(FRAME + 1 - begin);
      else awaitWorker();
      then?.();
    }),
  );
}

/** As above, with workers that are there: what comes next does not wait for them to start. */
async function warm(pool: ThreadPool): Promise<void> {
  clearUnits();
  await withWorker(pool, "add1");
  expect(Array.from(unitsOf(3))).toEqual([1, 1, 0]);
  clearUnits();
  await nextTurn();
}

describe.each([1, 2, 3])("%d threads", (threads) => {
  test("every unit is done exactly once", async () => {
    const pool = poolOf(threads);
    if (threads > 1) await warm(pool);
    for (const units of [0, 1, 2, 3, 7, 64, 1000, 4096, 30_000]) {
      for (const chunk of [1, 2, 3, 17, 64, 1000, 100_000]) {
        clearUnits();
        await pool.run(call("add1", units, chunk));
        expect([...new Set(unitsOf(units))], `${units} units by ${chunk}`).toEqual(units === 0 ? [] : [1]);
        expect(words[FRAME + units]).toBe(0);
      }
    }
    expect(workers).toHaveLength(threads - 1);
  });

  test("thousands of passes in a row, each with its own function and size", async () => {
    const pool = poolOf(threads);
    if (threads > 1) await warm(pool);
    const expected = new Int32Array(300);
    for (let pass = 0; pass < 6000; pass++) {
      const units = 1 + ((pass * 7) % 300);
      const [name, step] = pass % 3 === 0 ? ["add100", 100] : ["add1", 1];
      const pending = pool.run(call(name, units, 1 + (pass % 13)));
      if (pending !== undefined) await pending;
      for (let i = 0; i < units; i++) expected[i] += step;
      // Pauses let workers go to sleep, and back to their event loop.
      if (pass % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(Array.from(unitsOf(300))).toEqual(Array.from(expected));
  });
});

describe("workers", () => {
  test("take part", () => {
    const pool = poolOf(2);
    const mine: number[] = [];
    pool.run(
      call("add100", 2, 1, (frame, begin, end) => {
        exports.add1(frame, begin, end);
        mine.push(begin);
        awaitWorker(FRAME + 1 - begin);
      }),
    );
    expect(mine).toHaveLength(1);
    expect(words[FRAME + mine[0]]).toBe(1);
    expect(words[FRAME + 1 - mine[0]]).toBe(100);
  });

  test("start when there is something to share", async () => {
    const pool = poolOf(3);
    expect(workers).toHaveLength(0);
    await pool.run(call("add1", 10, 10));
    await nextTurn();
    expect(workers).toHaveLength(0);
    await pool.run(call("add1", 10, 5));
    await nextTurn();
    expect(workers).toHaveLength(2);
    expect(Array.from(unitsOf(10))).toEqual(new Array(10).fill(2));
  });

  test("take part after they went back to their event loop", async () => {
    const pool = poolOf(2);
    for (const ms of [0, 5, 150]) {
      await warm(pool);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    await warm(pool);
    expect(workers).toHaveLength(1);
  });

  test("use the memory that was loaded last", async () => {
    const pool = poolOf(2);
    await warm(pool);
    const other = makeMemory();
    pool.load(1, module, other);
    const seen = new Int32Array(other.buffer);
    const there = new WebAssembly.Instance(module, { env: { memory: other } }).exports;
    pool.run(
      call("add1", 2, 1, (frame, begin, end) => {
        there.add1(frame, begin, end);
        const deadline = performance.now() + 20_000;
        while (Atomics.load(seen, FRAME + 1 - begin) === 0 && performance.now() < deadline);
      }),
    );
    expect(Array.from(seen.subarray(FRAME, FRAME + 2))).toEqual([1, 1]);
    expect(Array.from(unitsOf(2))).toEqual([0, 0]);
  });

  test("learn modules while others run, and forget them", async () => {
    const pool = poolOf(2);
    await warm(pool);
    const modules = [3, 5, 7].map((step) => ({ step, module: moduleOf(step) }));
    for (let round = 0; round < 20; round++) {
      for (const one of modules) {
        clearUnits();
        const id = 10 + one.step;
        const name = `add${one.step}`;
        pool.load(id, one.module, memory);
        const local = new WebAssembly.Instance(one.module, { env: { memory } }).exports[name];
        for (let i = 0; i < 10; i++) await pool.run({ ...call(name, 100, 3, local), module: id });
        expect([...new Set(unitsOf(100))]).toEqual([10 * one.step]);
        pool.unload(id);
      }
    }
    await warm(pool);
  });

  test("are done before a pass that takes long is over", async () => {
    const pool = poolOf(2);
    const pending = withWorker(pool, "wait");
    expect(pending).toBeInstanceOf(Promise);
    // A pass that is asked for meanwhile waits its turn.
    const next = pool.run(call("add100", 50, 5));
    expect(words[FRAME + 49]).toBe(0);
    Atomics.store(words, GO, 1);
    await pending;
    await next;
    expect(Array.from(unitsOf(4))).toEqual([101, 101, 100, 100]);
  });
});

describe("failures", () => {
  test("a worker that ended between passes is replaced", async () => {
    const pool = poolOf(3);
    await warm(pool);
    await workers[0].terminate();
    await warm(pool);
    expect(workers).toHaveLength(4);
    await pool.run(call("add1", 1000, 7));
    expect([...new Set(unitsOf(1000))]).toEqual([1]);
  });

  test("a worker that ended unheard of does no harm", async () => {
    const pool = poolOf(2);
    await warm(pool);
    const ended = workers[0].terminate();
    for (let pass = 0; pass < 200; pass++) await pool.run(call("add1", 100, 3));
    await ended;
    expect([...new Set(unitsOf(100))]).toEqual([200]);
  });

  test("a worker that ends in the middle of a pass fails it, and the next run works", async () => {
    const pool = poolOf(2);
    const pending = withWorker(pool, "wait");
    await nextTurn();
    await Promise.all([
      expect(pending).rejects.toMatchObject({ name: "BackendError", op: "run" }),
      workers[0].terminate(),
    ]);
    await warm(pool);
    expect(workers).toHaveLength(2);
  });

  test("nobody writes any more when a failed pass rejects", async () => {
    const pool = poolOf(3);
    const inside = () => [0, 1, 2].every((unit) => Atomics.load(words, FRAME + unit) === 1);
    const pending = pool.run(
      call("wait", 3, 1, (frame, begin, end) => {
        exports.add1(frame, begin, end);
        const deadline = performance.now() + 20_000;
        while (!inside() && performance.now() < deadline);
      }),
    );
    const state = { rejected: false };
    const failed = expect(pending).rejects.toBeInstanceOf(BackendError);
    pending?.catch(() => {
      state.rejected = true;
    });
    await nextTurn();
    await workers[0].terminate();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state.rejected).toBe(false);
    Atomics.store(words, GO, 1);
    await failed;
    await warm(pool);
  });

  test("a trap in a worker becomes a BackendError with its cause, and the next run works", async () => {
    const pool = poolOf(2);
    const error: unknown = await withWorker(pool, "trap")?.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ op: "run", cause: { message: "divide by zero" } });
    expect((error as BackendError).cause).toBeInstanceOf(WebAssembly.RuntimeError);
    await warm(pool);
    expect(workers).toHaveLength(1);
  });

  test("a trap on the calling thread goes on as it is, when nobody is inside any more", async () => {
    const pool = poolOf(2);
    const trap = new Error("made up");
    const state = { over: false };
    const pending = withWorker(pool, "wait", () => {
      throw trap;
    });
    pending?.catch(() => {
      state.over = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state.over).toBe(false);
    Atomics.store(words, GO, 1);
    await expect(pending).rejects.toBe(trap);
    await warm(pool);
    Atomics.store(words, GO, 0);
    expect(() => pool.run(call("trap", 2, 2))).toThrow(WebAssembly.RuntimeError);
  });

  test("a worker that cannot start leaves the work to the others", async () => {
    const pool = poolOf(2);
    for (let start = 1; start < 6; start++) {
      await pool.run(call("add1", 100, 10));
      await nextTurn();
      expect(workers).toHaveLength(Math.min(start, 3));
      await workers.at(-1)?.terminate();
    }
    expect([...new Set(unitsOf(100))]).toEqual([5]);
  });
});

describe("the end", () => {
  test("close ends the workers, and may be called again", async () => {
    const pool = poolOf(3);
    await warm(pool);
    const exits = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    await pool.close();
    await Promise.all(exits);
    await pool.close();
    await new ThreadPool(4).close();
    await warm(pool);
    expect(workers).toHaveLength(4);
  });

  const folder = join(ROOT, "node_modules/.cache/segtape-test", `pool-${process.pid}`);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["idle", 200],
    ["waiting", 0],
  ])("a program ends by itself with workers %s, also minified", async (_state, ms) => {
    mkdirSync(folder, { recursive: true });
    const source = `
      import { ThreadPool } from "./src/run/wasm/threads/pool.ts";
      const module = new WebAssembly.Module(Uint8Array.from([${moduleBytes()}]));
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
      const words = new Int32Array(memory.buffer);
      const { add1 } = new WebAssembly.Instance(module, { env: { memory } }).exports;
      const pool = new ThreadPool(2);
      pool.load(1, module, memory);
      const local = (frame, begin, end) => {
        add1(frame, begin, end);
        while (Atomics.load(words, 1 - begin) === 0);
      };
      pool.run({ module: 1, name: "add1", frame: 0, units: 2, chunk: 1, local });
      await new Promise((resolve) => setTimeout(resolve, ${ms}));
      process.stdout.write(words.slice(0, 3).join());
    `;
    const bundle = join(folder, `${ms}.mjs`);
    await build({
      stdin: { contents: source, resolveDir: ROOT },
      outfile: bundle,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
    });
    await build({
      entryPoints: [join(ROOT, "src/run/wasm/threads/worker.js")],
      outfile: join(folder, "worker.js"),
      minify: true,
    });
    const out = await new Promise((resolve, reject) => {
      // A program that does not end is killed, and fails.
      execFile(process.execPath, [bundle], { timeout: 30_000 }, (error, text) =>
        error === null ? resolve(text) : reject(error),
      );
    });
    expect(out).toBe("1,1,0");
  });
});

function moduleBytes(): string {
  const builder = new ModuleBuilder({ shared: true, initial: 1, maximum: 65536 });
  builder.export("add1", PARAMS, (fn, [frame, begin, end]) => {
    const i = fn.local("i32");
    fn.range(i, begin, end, 1, () => {
      const at = fn.bind(i32.add(frame, i32.shl(i, i32.const(2))));
      fn.do(i32.store(at, i32.add(i32.load(at), i32.const(1))));
    });
  });
  return builder.bytes().join();
}
