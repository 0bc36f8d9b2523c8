/** What float32 makes hard: extreme inputs, infinities, long sums; the same on every mode of gpu.js. */
import { expect, test } from "vitest";
import { vjp } from "../../../src/autodiff/vjp.ts";
import type { Node } from "../../../src/graph/node.ts";
import { add, mul, sub } from "../../../src/ops/arithmetic.ts";
import { maxPool, pad, softmax, square } from "../../../src/ops/compose.ts";
import * as f from "../../../src/ops/functions.ts";
import { where } from "../../../src/ops/logic.ts";
import { full } from "../../../src/ops/movement.ts";
import * as r from "../../../src/ops/reduce.ts";
import { describeModes, expectAgreement, relativeError, valuesOn } from "../../support/backends.ts";
import { leaf } from "../../support/ops.ts";

const of = (...numbers: number[]) =>
  leaf({ shape: [numbers.length], data: Float64Array.from(Float32Array.from(numbers)) });

const withGradient = (x: Node, y: Node) => [y, ...vjp(y, [x], full(y.shape, 1))];

await describeModes("numbers", (mode) => {
  test("logits of 80 either way", async () => {
    const x = of(-80, -40, -12, -1e-4, 0, 1e-4, 12, 40, 80);
    await expectAgreement(
      mode,
      [f.softplus, f.sigmoid, f.tanh].flatMap((g) => withGradient(x, g(x))),
      1e-6,
    );
  });

  test("each tiny value keeps its own digits", async () => {
    const x = of(-1e-3, -1e-6, -1e-20, 1e-30, 1e-7, 3e-4, 2e-2);
    const exact = await valuesOn("reference", [f.log1p(x), f.expm1(x), f.tanh(x)]);
    const actual = await valuesOn(mode, [f.log1p(x), f.expm1(x), f.tanh(x)]);
    actual.forEach((values, k) => {
      values.forEach((value, i) => {
        expect(Math.abs(value / exact[k][i] - 1)).toBeLessThan(2e-6);
      });
    });
  });

  test("exp and log over the range of float32", async () => {
    const exponents = Float64Array.from({ length: 2001 }, (_, i) => Math.fround(-87 + (175.5 * i) / 2000));
    const positive = Float64Array.from({ length: 2001 }, (_, i) =>
      Math.fround(10 ** (-37 + (75 * i) / 2000)),
    );
    const [x, y] = [exponents, positive].map((data) => leaf({ shape: [2001], data }));
    const [exp, log] = await valuesOn(mode, [f.exp(x), f.log(y)]);
    const precise = mode === "cpu" || mode === "webasm";
    exponents.forEach((value, i) => {
      expect(Math.abs(exp[i] / Math.exp(value) - 1)).toBeLessThan(precise ? 5e-7 : 1e-5);
      expect(Math.abs(log[i] - Math.log(positive[i]))).toBeLessThan(precise ? 8e-6 : 2e-5);
    });
    const ends = of(Infinity, -Infinity, 200, -200);
    const [above] = await valuesOn(mode, [f.exp(ends)]);
    expect([...above]).toEqual([Infinity, 0, Infinity, 0]);
  });

  test("probabilities of 0 and 1", async () => {
    const x = of(0, 1e-30, 0.5, 1 - 2 ** -24, 1);
    const [zeros, ...rest] = await valuesOn(mode, withGradient(x, f.safeLog(x)));
    expect([...zeros, ...rest.flatMap((values) => [...values])].every(Number.isFinite)).toBe(true);
    await expectAgreement(mode, [f.safeLog(x), mul(f.sqrt(x), 2)], 1e-5);
  });

  test("logarithm of 0, division by 0", async () => {
    const x = of(0, 1, 2);
    const [log, , inverse] = await valuesOn(mode, [f.log(x), x, where(x, mul(x, 2), full([3], Infinity))]);
    expect([log[0], Math.abs(log[1])]).toEqual([-Infinity, 0]);
    expect([...inverse]).toEqual([Infinity, 2, 4]);
  });

  test("infinities from padding", async () => {
    const x = leaf({ shape: [1, 1, 3, 3], data: Float64Array.from([-5, -4, -3, -9, -8, -7, -6, -2, -1]) });
    await expectAgreement(mode, withGradient(x, maxPool(x, 2, { stride: 2, padding: 1 })), 1e-6);
    const [padded] = await valuesOn(mode, [
      pad(
        x,
        [
          [0, 0],
          [0, 0],
          [1, 0],
          [0, 0],
        ],
        -Infinity,
      ),
    ]);
    expect([...padded.slice(0, 4)]).toEqual([-Infinity, -Infinity, -Infinity, -5]);
    const [folded] = await valuesOn(mode, [
      r.max(
        pad(
          x,
          [
            [0, 0],
            [0, 0],
            [1, 0],
            [0, 0],
          ],
          -Infinity,
        ),
        3,
      ),
    ]);
    expect([...folded]).toEqual([-Infinity, -3, -7, -1]);
  });

  test("softmax of large logits", async () => {
    const x = leaf({ shape: [2, 3], data: Float64Array.from([1000, 999, -1000, 80, -80, 0]) });
    await expectAgreement(mode, withGradient(x, square(softmax(x, 1))), 1e-5);
  });

  test("sums over 2^22 elements", async () => {
    const size = 2 ** 22;
    const data = Float64Array.from({ length: size }, (_, i) => Math.fround(((i * 7919) % 1013) / 1013 + 0.1));
    const x = leaf({ shape: [4, size / 4], data });
    const nodes = [r.mean(x), r.sum(x, 1), r.sum(square(sub(x, 0.5)), 0), r.max(x), r.sum(add(x, -0.6))];
    const exact = [0, 1, 2, 3].map((row) => data.subarray((row * size) / 4, ((row + 1) * size) / 4));
    const total = (values: Float64Array, g = (v: number) => v) => values.reduce((s, v) => s + g(v), 0);
    const results = await valuesOn(mode, nodes);
    expect(relativeError(results[0], [total(data) / size])).toBeLessThan(1e-6);
    expect(
      relativeError(
        results[1],
        exact.map((row) => total(row)),
      ),
    ).toBeLessThan(1e-6);
    expect(results[3][0]).toBe(data.reduce((largest, v) => Math.max(largest, v), 0));
    expect(Math.abs(results[4][0] - total(data, (v) => v + Math.fround(-0.6)))).toBeLessThan(
      1e-6 * total(data),
    );
  });

  test("a ragged sum", async () => {
    const data = Float64Array.from({ length: 3 * 100_003 }, (_, i) => Math.fround(Math.cos(i) + 1));
    await expectAgreement(mode, [r.sum(leaf({ shape: [3, 100_003], data }), 1)], 1e-6);
  });
});
