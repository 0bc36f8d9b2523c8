import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { AxisError, ShapeError, setBackend, Tensor, tensor } from "../../src/index.ts";
import { correlate } from "../../src/ops/window.ts";
import { values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const replaced = (list: readonly number[], at: number, value: number) =>
  list.map((x, i) => (i === at ? value : x));

describe("correlate", () => {
  test("a window by hand", async () => {
    const x = tensor([1, 2, 3, 4]).node;
    expect(await values(new Tensor(correlate(x, 0, [1, 10, 100], 0, 0)))).toEqual([321, 432]);
    expect(await values(new Tensor(correlate(x, 0, [1, 10, 100], 1, 2)))).toEqual([210, 321, 432, 43, 4]);
  });

  test("equals the definition along any axis, with any padding", async () => {
    const problem = fc.record({
      axis: fc.integer({ min: 0, max: 2 }),
      weights: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 4 }),
      before: fc.integer({ min: 0, max: 3 }),
      after: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(problem, async ({ axis, weights, before, after }) => {
        fc.pre(before < weights.length && after < weights.length);
        const x = wave([3, 4, 5]);
        const [source, result] = [
          await x.ndarray(),
          new Tensor(correlate(x.node, axis, weights, before, after)),
        ];
        const length = x.shape[axis] + before + after - weights.length + 1;
        expect(result.shape).toEqual(replaced(x.shape, axis, length));
        const view = await result.ndarray();
        for (let i = 0; i < 60; i++) {
          const at = [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5];
          for (let o = 0; o < length; o++) {
            const read = (k: number) => {
              const place = o + k - before;
              return place < 0 || place >= x.shape[axis] ? 0 : source.get(...replaced(at, axis, place));
            };
            const expected = weights.reduce((total, weight, k) => total + weight * read(k), 0);
            expect(view.get(...replaced(at, axis, o))).toBeCloseTo(expected, 12);
          }
        }
      }),
      { numRuns: 15, seed: 3 },
    );
  });

  test("refuses what does not fit", () => {
    const x = tensor([1, 2]).node;
    expect(() => correlate(x, 0, [1, 1, 1], 0, 0)).toThrow(ShapeError);
    expect(() => correlate(x, 0, [1, 1], 2, 0)).toThrow(
      "expected a window of 2 to fit, and padding of 0 .. 1",
    );
    expect(() => correlate(x, 1, [1], 0, 0)).toThrow(AxisError);
  });
});
