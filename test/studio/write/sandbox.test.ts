/** Parts of the sandbox that need no browser. */
import { beforeAll, describe, expect, test } from "vitest";
import { setBackend, stopGradient, tensor, valueAndGrad } from "../../../src/index.ts";
import { checkGradient, extremesOf } from "../../../src/studio/sandbox/checks.ts";
import { kernelsOf } from "../../../src/studio/sandbox/kernels.ts";
import { patchOf } from "../../../src/studio/sandbox/patch.ts";
import { DEFAULT_SAMPLE, drawSample } from "../../../src/studio/subject/samples.ts";
import { orderOf } from "../../../src/studio/views/write/order.ts";

const trial = { ...drawSample(DEFAULT_SAMPLE), code: "", by: "logits" } as const;

describe("the patch for gradients", () => {
  const share = (patch: Float64Array) => patch.reduce((sum, x) => sum + x, 0) / patch.length;

  test("lies where both classes are", () => {
    const patch = patchOf(trial, 16);
    expect(patch).toHaveLength(256);
    expect(share(patch)).toBeGreaterThan(0.35);
    expect(share(patch)).toBeLessThan(0.65);
  });

  test("is there for masks of one class and pictures smaller than it", () => {
    expect(share(patchOf({ mask: new Uint8Array(1024), width: 32, height: 32 }, 16))).toBe(0);
    const small = patchOf({ mask: Uint8Array.of(255, 0, 0, 255), width: 2, height: 2 }, 16);
    expect(share(small)).toBe(0.5);
  });
});

describe("checks", () => {
  beforeAll(() => setBackend("reference"));

  test("pass a right gradient, and tell one that leaves something out from one that is wrong", async () => {
    const right = await checkGradient((p, t) => p.sigmoid().sub(t).square().mean(), trial);
    expect(right).toMatchObject({ ok: true, okHeld: null });
    const held = await checkGradient((p, t) => p.mul(stopGradient(p)).sub(t).mean(), trial);
    expect(held).toMatchObject({ ok: false, okHeld: true });
    expect(Math.abs(held.numeric - 2 * held.analytic)).toBeLessThan(1e-6);
  });

  test("say what extreme predictions cost, in order", async () => {
    const extremes = await extremesOf((p, t) => p.sigmoid().sub(t).square().mean(), trial);
    expect(extremes.map(({ value }) => Number(value.toFixed(9)))).toEqual([0, 0.25, 1]);
    expect(orderOf(extremes)).toMatch(/as it should be/);
    const turned = await extremesOf((p, t) => p.sigmoid().sub(t).square().mean().neg(), trial);
    expect(orderOf(turned)).toMatch(/sign turned/);
    const flat = await extremesOf((p, t) => p.mul(0).sub(t).square().mean(), trial);
    expect(orderOf(flat)).toMatch(/cost the same/);
    const bare = await extremesOf((p, t) => p.log().mul(t).mean(), { ...trial, by: "probabilities" });
    expect(Number.isFinite(bare[2].value)).toBe(false);
    expect(orderOf(bare)).toMatch(/no number/);
  });
});

test("kernels are told function by function, each with what it computes", async () => {
  await setBackend("wasm", { threads: 1 });
  const x = tensor(
    Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i)),
    [1, 1, 64, 64],
  );
  const { value, grad } = valueAndGrad((p) => p.sigmoid().square().mean())(x);
  const { wasm, gpu, ran, nodes } = await kernelsOf(value, grad);
  expect(ran).toMatch(/^wasm/);
  expect(nodes).toBeGreaterThan(3);
  const steps = wasm.filter(({ title }) => title !== "helper");
  expect(steps[0].title).toMatch(/^sigmoid \[1, 1, 64, 64\]/);
  for (const { text } of wasm) {
    expect(text).toMatch(/^\(func /);
    expect(text.split("(").length).toBe(text.split(")").length);
  }
  expect(gpu[0]).toMatchObject({
    title: "sigmoid [1, 1, 64, 64]",
    text: expect.stringContaining("Math.exp"),
  });
});
