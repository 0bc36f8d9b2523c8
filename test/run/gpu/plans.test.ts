/** Plans on the modes of gpu.js: reports, reuse, ownership of results, memory, errors. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { HostArray } from "../../../src/array.ts";
import { vjp } from "../../../src/autodiff/vjp.ts";
import { BackendError, KernelError } from "../../../src/errors.ts";
import { linearize } from "../../../src/graph/linearize.ts";
import { Node } from "../../../src/graph/node.ts";
import { simplify } from "../../../src/graph/simplify.ts";
import { mul, sub } from "../../../src/ops/arithmetic.ts";
import * as f from "../../../src/ops/functions.ts";
import { record, row } from "../../../src/ops/make.ts";
import { full, inputRow, reshape } from "../../../src/ops/movement.ts";
import { sort } from "../../../src/ops/order.ts";
import { mean, sum } from "../../../src/ops/reduce.ts";
import { runnerOf } from "../../../src/run/backends.ts";
import type { BackendId } from "../../../src/run/executor.ts";
import { createGpuExecutor } from "../../../src/run/gpu/executor.ts";
import { hardwareMode } from "../../../src/run/gpu/hardware.ts";
import type { GpuMode } from "../../../src/run/gpu/library.ts";
import { createWasmExecutor } from "../../../src/run/wasm/executor.ts";
import { describeModes, valuesOn } from "../../support/backends.ts";
import { leaf } from "../../support/ops.ts";
import { cos } from "./cosine.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Array buffers are freed beside the collection, a little later. */
async function collect(): Promise<NodeJS.MemoryUsage> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return process.memoryUsage();
}

/** Binary cross entropy from logits, and its gradient. */
function crossEntropy(x: Node, t: Node): Node[] {
  const loss = mean(sub(f.softplus(x), mul(x, t)));
  return [loss, ...vjp(loss, [x], full([], 1))];
}

const GPU_MODES: readonly BackendId[] = ["cpu", "webasm", "headlessgl", "webgl2", "webgpu"];
/** Slow where they are emulated. */
const GL: readonly BackendId[] = ["headlessgl", "webgl2", "webgpu"];

const RAN: Readonly<Record<string, RegExp>> = {
  wasm: /^wasm \(\d+ threads?\)$/,
  cpu: /^cpu$/,
  webasm: /^webasm \(fused-/,
  headlessgl: /^headlessgl \(generic\)$/,
  webgl2: /^webgl2 \(generic\)$/,
  webgpu: /^webgpu \(fused-encoder\)$/,
};

await describeModes("plans", (mode) => {
  test("the report says what was asked, what ran, and what it takes", async () => {
    const runner = await runnerOf(mode);
    const x = cos([2, 1, 16, 16]);
    await runner.compute(crossEntropy(x, cos([2, 1, 16, 16], 2)));
    const report = runner.lastReport;
    expect(report?.asked).toBe(mode);
    expect(report?.ran).toMatch(RAN[mode]);
    expect(report?.hostStages).toBe(0);
    expect(report?.kernels).toBeLessThanOrEqual(5);
    expect(report?.bytes).toBeLessThan(8 * 512 * 4);
    await runner.compute([sort(f.exp(x))]);
    // Only `wasm` sorts where its data are.
    expect(runner.lastReport?.hostStages).toBe(mode === "wasm" ? 0 : 2);
    expect(runner.lastReport?.stages.join()).toMatch(
      mode === "wasm" ? /argsort .* \(order; / : /argsort .* \(host: read back/,
    );
  });

  test("a plan runs again with other data, and keeps nothing of the first", async () => {
    const runner = await runnerOf(mode);
    const plans = runner.size;
    for (const factor of [1, -2, 3]) {
      const data = Float64Array.from([1, 2, 3, 4], (value) => value * factor);
      const [doubled, total] = await runner.compute([
        mul(leaf({ shape: [4], data }), 2),
        sum(leaf({ shape: [4], data })),
      ]);
      expect([...doubled]).toEqual([...data].map((value) => value * 2));
      expect(total[0]).toBe(10 * factor);
    }
    expect(runner.size).toBeLessThanOrEqual(plans + 1);
  });

  test("results belong to the caller", async () => {
    const given = new Float32Array([1, 2, 3]);
    const x = new Node(leaf({ shape: [3], data: Float64Array.of(0, 0, 0) }).op, [], [3], {});
    x.realize(given);
    const y = f.exp(x);
    const [same, first, second, ones] = await valuesOn(mode, [
      reshape(x, [3, 1]),
      y,
      reshape(y, [1, 3]),
      full([2], 1),
    ]);
    expect(same).not.toBe(given);
    expect(first).not.toBe(second);
    same.fill(9);
    first.fill(9);
    expect([...given]).toEqual([1, 2, 3]);
    expect(second[0]).toBeCloseTo(Math.E, 5);
    expect([...ones]).toEqual([1, 1]);
    const [again] = await valuesOn(mode, [f.exp(x)]);
    expect(again[0]).toBeCloseTo(Math.E, 5);
  });

  test("runs asked for at once do not mix", async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        valuesOn(mode, [mul(leaf({ shape: [1], data: Float64Array.of(i) }), 3)]),
      ),
    );
    expect(results.map(([value]) => value[0])).toEqual(Array.from({ length: 12 }, (_, i) => 3 * i));
  });

  test("2,000 calls hold no more memory than 200", async () => {
    const runner = await runnerOf(mode);
    const shape = [2, 1, 32, 32];
    const call = async (count: number) => {
      for (let i = 0; i < count; i++) await runner.compute(crossEntropy(cosine[i % 3], target));
    };
    const cosine = [cos(shape), cos(shape, 2), cos(shape, 3)];
    const target = cos(shape, 5);
    await call(200);
    const before = await collect();
    const plans = runner.size;
    await call(GL.includes(mode) ? 1000 : 2000);
    const after = await collect();
    expect(runner.size).toBe(plans);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(3e6);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1e6);
    expect(after.rss - before.rss).toBeLessThan(60e6);
  });

  test("plans that are let go leave nothing behind", async () => {
    const executor = mode === "wasm" ? await createWasmExecutor() : await createGpuExecutor(mode as GpuMode);
    const once = async (size: number) => {
      const graph = linearize(crossEntropy(cos([size]), cos([size], 2)));
      const plan = await executor.plan(simplify(graph, (shape) => record(inputRow, [], shape), full));
      await plan.run(graph.arguments.map((node) => node.value as HostArray));
      plan.release();
    };
    for (let i = 0; i < 10; i++) await once(1000 + i);
    const before = await collect();
    const rounds = GL.includes(mode) ? 10 : 100;
    for (let i = 0; i < rounds; i++) await once(2000 + i);
    const after = await collect();
    // A plan with its kernels takes about 300 kB while it is held.
    expect((after.heapUsed - before.heapUsed) / rounds).toBeLessThan(30e3);
    await executor.release();
  });
});

await describeModes(
  "kernel texts",
  (mode) => {
    test("a text that the mode refuses is shown with the error", async () => {
      const broken = row({
        name: "broken",
        kind: "map",
        doc: "",
        vjp: null,
        expression: ([x]) => ({ kind: "unary", op: "gamma" as "exp", x }),
      });
      const node = new Node(broken, [cos([5])], [5], {});
      const error = await valuesOn(mode, [node]).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(KernelError);
      expect((error as KernelError).mode).toBe(mode);
      expect((error as KernelError).text).toContain("Math.gamma");
    });
  },
  GPU_MODES,
);

test("a mode that is not there says what to do", async () => {
  const display = process.env.DISPLAY;
  if (display === undefined) await expect(createGpuExecutor("headlessgl")).rejects.toThrow(/xvfb-run/);
  await expect(createGpuExecutor("webgl2")).rejects.toThrow(BackendError);
});

test("a program that plays a GPU is no GPU", async () => {
  expect([null, "headlessgl"]).toContain(await hardwareMode());
});
