import { beforeEach, describe, expect, test } from "vitest";
import type { HostArray } from "../../src/array.ts";
import type { SimplifiedGraph } from "../../src/graph/simplify.ts";
import { mul } from "../../src/ops/arithmetic.ts";
import { exp } from "../../src/ops/functions.ts";
import type { Executor, Kept, Plan } from "../../src/run/executor.ts";
import { HostKept } from "../../src/run/kept.ts";
import { Runner } from "../../src/run/plan-cache.ts";
import { ReferencePlan } from "../../src/run/reference/executor.ts";
import { leaf } from "../support/ops.ts";

/** The reference executor, counted; it refuses to run what was released. */
class Spy implements Executor {
  readonly id = "reference";
  readonly device = "spy";
  readonly precision = "float64";
  planned = 0;
  alive = 0;
  running = 0;
  overlapped = false;
  failNext = false;

  async plan(graph: SimplifiedGraph): Promise<Plan> {
    if (this.failNext) {
      this.failNext = false;
      throw new Error("no plan");
    }
    this.planned++;
    this.alive++;
    const inner = new ReferencePlan(graph);
    let released = false;
    return {
      report: inner.report,
      run: async (data) => {
        if (released) throw new Error("ran after its release");
        this.overlapped ||= this.running > 0;
        this.running++;
        await new Promise((resolve) => setImmediate(resolve));
        this.running--;
        return inner.run(data);
      },
      release: () => {
        released = true;
        this.alive--;
      },
    };
  }

  keep(data: HostArray): Kept {
    return new HostKept(data);
  }

  async release(): Promise<void> {}
}

let spy: Spy;
let runner: Runner;
beforeEach(() => {
  spy = new Spy();
  runner = new Runner(spy);
});

/** Graphs of equal structure for equal `factor`, of different structure else. */
const graph = (factor: number, x = 1) => [mul(exp(leaf({ shape: [1], data: Float64Array.of(x) })), factor)];
const CAPACITY = 128;

test("the same structure with other data uses one plan", async () => {
  for (const x of [0, 1, 2])
    expect((await runner.compute(graph(3, x)))[0][0]).toBeCloseTo(3 * Math.exp(x), 12);
  expect(spy.planned).toBe(1);
  expect(runner.size).toBe(1);
  await runner.compute(graph(4));
  expect(spy.planned).toBe(2);
});

test("calls at the same time share the plan, and run one after the other", async () => {
  const results = await Promise.all([0, 1, 2, 3].map((x) => runner.compute(graph(3, x))));
  results.forEach(([result], x) => {
    expect(result[0]).toBeCloseTo(3 * Math.exp(x), 12);
  });
  expect(spy.planned).toBe(1);
  expect(spy.overlapped).toBe(false);
});

describe("plans kept", () => {
  test("are bounded, and the one that was not asked for longest goes first", async () => {
    for (let factor = 2; factor < 2 + CAPACITY; factor++) await runner.compute(graph(factor));
    await runner.compute(graph(2));
    await runner.compute(graph(1000));
    expect(runner.size).toBe(CAPACITY);
    expect(spy.planned).toBe(CAPACITY + 1);
    await runner.compute(graph(2));
    expect(spy.planned).toBe(CAPACITY + 1);
    await runner.compute(graph(3));
    expect(spy.planned).toBe(CAPACITY + 2);
    // The release of the last one pushed out waits its turn.
    await runner.compute(graph(3));
    expect(spy.alive).toBe(CAPACITY);
  });

  test("more structures at once than are kept: none runs after its release", async () => {
    const factors = Array.from({ length: 2 * CAPACITY + 20 }, (_, i) => i + 2);
    const results = await Promise.all(factors.map((factor) => runner.compute(graph(factor, 0))));
    expect(results.map(([result]) => result[0])).toEqual(factors);
    await runner.compute(graph(2));
    await runner.compute(graph(2));
    expect(spy.alive).toBe(CAPACITY);
  });
});

test("a plan or a run that fails says so, blocks nothing, and is tried again", async () => {
  spy.failNext = true;
  await expect(runner.compute(graph(2))).rejects.toThrow("no plan");
  expect(runner.size).toBe(0);
  expect((await runner.compute(graph(2, 0)))[0][0]).toBe(2);
});

test("the report of the plan that ran last", async () => {
  expect(runner.lastReport).toBeNull();
  await runner.compute(graph(2));
  expect(runner.lastReport).toMatchObject({ asked: "reference", ran: "reference", nodes: 3, kernels: 3 });
});

test("release waits for what runs, then lets every plan go", async () => {
  const running = runner.compute(graph(2, 0));
  await Promise.resolve();
  await runner.release();
  expect((await running)[0][0]).toBe(2);
  expect([runner.size, spy.alive]).toEqual([0, 0]);
});
