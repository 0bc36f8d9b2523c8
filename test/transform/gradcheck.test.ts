import { beforeAll, describe, expect, test } from "vitest";
import {
  customVjp,
  gradcheck,
  OptionError,
  setBackend,
  stopGradient,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const wrongBy = (factor: number) =>
  customVjp(
    (x) => x.square(),
    (g, [x]) => [g.mul(x).mul(2 * factor)],
  );

describe("a wrong gradient is caught", () => {
  test.each([2, -1, 0, 1.001, 1 + 1e-5])("one that is %d times the right one", async (factor) => {
    const result = await gradcheck((x) => wrongBy(factor)(x).sum(), [tensor([1, -2, 3])]);
    expect(result.ok).toBe(false);
    expect(result.maxError).toBeGreaterThan(
      0.9 * Math.abs(factor - 1) * (Math.abs(factor) > 1 ? 1 / Math.abs(factor) : 1),
    );
    expect(result.worst.analytic / result.worst.numeric).toBeCloseTo(factor, 6);
  });

  test("one element among many, by name", async () => {
    const mask = tensor(Float64Array.from({ length: 40 }, (_, i) => (i === 17 ? 1.5 : 1)));
    const f = customVjp(
      (x) => x.square(),
      (g, [x]) => [g.mul(x).mul(2).mul(mask)],
    );
    const { ok, worst } = await gradcheck(
      (x: Tensor, y: Tensor) => f(y).sum().add(x.sum()),
      [tensor([1]), tensor(new Float64Array(40).fill(0.7))],
      { directions: 0 },
    );
    expect(ok).toBe(false);
    expect(worst).toMatchObject({
      arg: 1,
      index: 17,
      analytic: expect.closeTo(2.1, 12),
      numeric: expect.closeTo(1.4, 9),
    });
  });

  test("one element of a large argument, through random directions", async () => {
    const mask = tensor(Float64Array.from({ length: 400 }, (_, i) => (i === 333 ? 3 : 1)));
    const f = customVjp(
      (x) => x.square(),
      (g, [x]) => [g.mul(x).mul(2).mul(mask)],
    );
    expect(await gradcheck((x) => f(x).sum(), [wave([400])], { elements: 2 })).toMatchObject({ ok: false });
  });

  test("a NaN, and an infinity", async () => {
    for (const bad of [Number.NaN, Infinity]) {
      const f = customVjp(
        (x) => x.square(),
        (g) => [g.mul(bad)],
      );
      const { ok, maxError } = await gradcheck((x) => f(x).sum(), [tensor([1])]);
      expect([ok, maxError]).toEqual([false, Infinity]);
    }
    expect(await gradcheck((x) => x.log().sum(), [tensor([0])])).toMatchObject({ ok: false });
  });

  test("a right gradient with a wrong derivative of its own", async () => {
    const f = customVjp(
      (x) => x.pow(3),
      (g, [x]) => [g.mul(stopGradient(x.square().mul(3)))],
    );
    const point = [tensor([1.5])];
    expect(await gradcheck((x) => f(x).sum(), point)).toMatchObject({ ok: true });
    expect(await gradcheck((x) => f(x).sum(), point, { order: 2 })).toMatchObject({ ok: false });
  });

  test("a threshold that moves with the argument", async () => {
    const f = (x: Tensor) => x.mul(stopGradient(x)).sum();
    expect(await gradcheck(f, [tensor([2])])).toMatchObject({ ok: false });
    expect(await gradcheck(f, [tensor([2])], { holdConstants: true })).toMatchObject({ ok: true });
  });
});

describe("a right gradient passes", () => {
  test("of scalars, of whole tensors, and to the second order", async () => {
    const f = (x: Tensor) => x.sigmoid().log();
    expect(await gradcheck((x) => f(x).sum(), [tensor([0.3, -1.2])])).toMatchObject({ ok: true });
    expect(await gradcheck(f, [wave([2, 3])])).toMatchObject({ ok: true });
    expect(await gradcheck(f, [wave([2, 3])], { order: 2 })).toMatchObject({ ok: true });
  });

  test("where it is 0, or tiny beside the value", async () => {
    expect(await gradcheck((x) => x.sub(x).sum(), [tensor([3, 4])])).toMatchObject({ ok: true, maxError: 0 });
    const large = (x: Tensor) => x.square().mul(1e-6).add(1000).sum();
    expect(await gradcheck(large, [wave([6])], { order: 1 })).toMatchObject({ ok: true });
  });

  test("by the arguments asked for", async () => {
    const f = (x: Tensor, index: Tensor) => x.gather(index, 0).square().sum();
    const point = [tensor([1, 2, 3]), tensor([2, 0])];
    expect(await gradcheck(f, point, { argnums: 0 })).toMatchObject({ ok: true });
    expect(await gradcheck(f, point, { argnums: [0] })).toMatchObject({ ok: true });
  });

  test("from float32 data as well: the check is in float64", async () => {
    expect(await gradcheck((x) => x.exp().sum(), [tensor(Float32Array.of(0.1, 0.7))])).toMatchObject({
      ok: true,
    });
  });
});

test("a check of nothing is refused", async () => {
  await expect(gradcheck(() => tensor(1), [])).rejects.toThrow(OptionError);
  await expect(gradcheck((x) => x.sum(), [tensor(1)], { elements: 0, directions: 0 })).rejects.toThrow(
    "nothing to check",
  );
});
