import { beforeAll, describe, expect, test } from "vitest";
import { grad, ShapeError, setBackend, Tensor, tensor } from "../../src/index.ts";
import { pow } from "../../src/ops/arithmetic.ts";
import { curvatures, expectClose, slopes, values } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("ties of maximum and minimum", () => {
  test.each(["maximum", "minimum"] as const)("%s shares the cotangent evenly", async (name) => {
    const [x, y] = [tensor([1, 2, 3]), tensor([1, 3, 2])];
    const [gx, gy] = grad((a, b) => a[name](b).sum(), { argnums: [0, 1] })(x, y);
    const wins = name === "maximum" ? [0, 1] : [1, 0];
    expect(await values(gx)).toEqual([0.5, ...wins]);
    expect(await values(gy)).toEqual([0.5, wins[1], wins[0]]);
  });

  test("a tensor with itself keeps a slope of 1", async () => {
    expect(await slopes((x) => x.maximum(x), tensor([1, -2]))).toEqual([1, 1]);
  });

  test("infinities of one sign tie; NaN passes through", async () => {
    const x = tensor([Infinity, -Infinity, Number.NaN]);
    expect(await values(x.maximum(tensor([Infinity, 0, 0])))).toEqual([Infinity, 0, Number.NaN]);
    expect(await slopes((a) => a.maximum(tensor([Infinity, 0, 0])), x)).toEqual([0.5, 0, 0]);
  });
});

describe("pow", () => {
  test("a constant exponent at 0: value, slope and curvature stay finite from 0 upward", async () => {
    const zero = tensor([0]);
    for (const exponent of [0.25, 0.5, 1, 1.5, 2, 3]) {
      expect(await values(zero.pow(exponent))).toEqual([0]);
      expect(await slopes((x) => x.pow(exponent), zero)).toEqual([exponent === 1 ? 1 : 0]);
    }
    expect(await values(zero.pow(0))).toEqual([1]);
    expect(await slopes((x) => x.pow(0), zero)).toEqual([0]);
    expect(await curvatures((x) => x.pow(0.5), zero)).toEqual([0]);
    expect(await curvatures((x) => x.pow(2), zero)).toEqual([2]);
    expect(await curvatures((x) => x.pow(3), zero)).toEqual([0]);
  });

  test("small whole exponents take negative bases", async () => {
    const x = tensor([-2, -0.5, 3]);
    for (const exponent of [-2, -1, 2, 3, 4]) {
      const expected = [-2, -0.5, 3].map((b) => b ** exponent);
      expectClose(await values(x.pow(exponent)), expected);
      expectClose(
        await slopes((b) => b.pow(exponent), x),
        [-2, -0.5, 3].map((b) => exponent * b ** (exponent - 1)),
      );
    }
  });

  test("both tensors, at 0: slopes are 0 where the true one is infinite", async () => {
    const [base, exponent] = [tensor([0, 0, 0, 2]), tensor([0.5, 1, 2, -1])];
    expect(await values(base.pow(exponent))).toEqual([0, 0, 0, 0.5]);
    const [gx, gy] = grad((x, y) => x.pow(y).sum(), { argnums: [0, 1] })(base, exponent);
    expect(await values(gx)).toEqual([0, 1, 0, -0.25]);
    expectClose(await values(gy), [0, 0, 0, 0.5 * Math.log(2)]);
  });

  test("a tensor as exponent of a number", async () => {
    expectClose(await values(new Tensor(pow(2, tensor([0, 3, -1]).node))), [1, 8, 0.5]);
  });
});

describe("division", () => {
  test("by 0 gives what IEEE 754 says, and a gradient that shows it", async () => {
    expect(await values(tensor([1, -1, 0]).div(0))).toEqual([Infinity, -Infinity, Number.NaN]);
    expect(await slopes((x) => tensor([1]).div(x), tensor([0]))).toEqual([-Infinity]);
  });
});

describe("broadcasting", () => {
  test("aligns at the right; the gradient sums over what was repeated", async () => {
    const [x, y] = [tensor([[1], [2]]), tensor([10, 20, 30])];
    const product = x.mul(y);
    expect(product.shape).toEqual([2, 3]);
    expect(await values(product)).toEqual([10, 20, 30, 20, 40, 60]);
    const [gx, gy] = grad((a, b) => a.mul(b).sum(), { argnums: [0, 1] })(x, y);
    expect([gx.shape, gy.shape]).toEqual([[2, 1], [3]]);
    expect(await values(gx)).toEqual([60, 60]);
    expect(await values(gy)).toEqual([3, 3, 3]);
  });

  test("a scalar tensor meets any shape", async () => {
    expect(
      await slopes(
        (x) =>
          x.mul(
            tensor([
              [1, 2],
              [3, 4],
            ]),
          ),
        tensor(5),
      ),
    ).toEqual([10]);
  });

  test("lengths that do not fit are named, with the op and both shapes", () => {
    const call = () => tensor([[1, 2, 3]]).add(tensor([1, 2]));
    expect(call).toThrow(ShapeError);
    expect(call).toThrow("add: shapes [1, 3] and [2] do not broadcast (axis 1: 3 and 2)");
  });
});
