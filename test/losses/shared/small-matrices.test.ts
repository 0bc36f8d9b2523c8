import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { setBackend, type Tensor, tensor } from "../../../src/index.ts";
import { logDeterminant, solve } from "../../../src/losses/shared/small-matrices.ts";
import { expectDerivatives } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const A = tensor([
  [4, 2, 0],
  [2, 5, 2],
  [0, 2, 5],
]);

test("a matrix worked out by hand", async () => {
  // Pivots 4, 5 - 2 * 2 / 4 = 4 and 5 - 2 * 2 / 4 = 4.
  expect(await logDeterminant(A).item()).toBeCloseTo(Math.log(64), 14);
  // x = (1, -1, 2): A x = (2, 1, 8).
  const x = await values(solve(A, tensor([[2], [1], [8]])));
  [1, -1, 2].forEach((entry, i) => {
    expect(x[i]).toBeCloseTo(entry, 14);
  });
  expect(await logDeterminant(tensor([[7]])).item()).toBeCloseTo(Math.log(7), 14);
  expect(await solve(tensor([[4]]), tensor([[2]])).item()).toBe(0.5);
});

/** F F^T + 1/10 of the identity, of each matrix of a batch. */
function definite(factors: Tensor): Tensor {
  const d = factors.shape[factors.rank - 1];
  const identity = tensor(
    Float64Array.from({ length: d * d }, (_, i) => Number(i % (d + 1) === 0)),
    [d, d],
  );
  const transposed = factors.permute([0, 1, 3, 2]);
  return factors.matmul(transposed).add(identity.mul(0.1));
}

test("random matrices: A (A^-1 B) is B, and the determinant of a product is that of its factors", async () => {
  const entries = (count: number) =>
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: count, maxLength: count });
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 6 }).chain((d) => fc.tuple(fc.constant(d), entries(4 * d * d), entries(8 * d))),
    async ([d, factors, right]) => {
      const a = definite(tensor(Float64Array.from(factors), [2, 2, d, d]));
      const b = tensor(Float64Array.from(right), [2, 2, d, 2]);
      const back = await values(a.matmul(solve(a, b)));
      back.forEach((entry, i) => {
        expect(entry).toBeCloseTo(right[i], 8);
      });
      const twice = await values(logDeterminant(a.matmul(a.mul(3)).add(a.permute([0, 1, 3, 2]).matmul(a))));
      // 3 A A + A A = 4 A A.
      const once = await values(logDeterminant(a));
      once.forEach((log, i) => {
        expect(twice[i]).toBeCloseTo(2 * log + d * Math.log(4), 8);
      });
    },
  );
  await fc.assert(property, { numRuns: 20, seed: 31 });
});

test("first and second derivatives", async () => {
  const b = tensor([
    [1, 0.5],
    [-2, 1],
    [0.3, 4],
  ]);
  const symmetric = (x: Tensor) => x.add(x.permute([1, 0])).mul(0.5);
  await expectDerivatives((x) => logDeterminant(symmetric(x)).sum(), A);
  await expectDerivatives((x) => solve(symmetric(x), b).square().sum(), A);
  await expectDerivatives((x) => solve(A, x).square().sum(), b);
});
