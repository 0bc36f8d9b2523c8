import { beforeAll, describe, expect, test } from "vitest";
import {
  customVjp,
  DTypeError,
  GradientError,
  grad,
  gradcheck,
  hvp,
  OptionError,
  setBackend,
  stopGradient,
  type Tensor,
  tensor,
  valueAndGrad,
  vjpOf,
} from "../../src/index.ts";
import { expectClose, slopes, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("grad and valueAndGrad", () => {
  test("value and gradient of one call", async () => {
    const { value, grad: g } = valueAndGrad((x) => x.square().sum())(tensor([1, 2, 3]));
    expect(await value.item()).toBe(14);
    expect(await values(g)).toEqual([2, 4, 6]);
  });

  test("argnums: one position, or an array of gradients in the order asked for", async () => {
    const f = (x: Tensor, y: Tensor) => x.mul(y).sum();
    const [x, y] = [tensor([1, 2]), tensor([3, 4])];
    expect(await values(grad(f, { argnums: 1 })(x, y))).toEqual([1, 2]);
    const both = grad(f, { argnums: [1, 0] })(x, y);
    expect(await Promise.all(both.map(values))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(grad(f, { argnums: [0] })(x, y)).toHaveLength(1);
  });

  test("the same tensor in two places is two variables", async () => {
    const f = (x: Tensor, y: Tensor) => x.mul(y.square()).sum();
    const x = tensor([3]);
    const [gx, gy] = grad(f, { argnums: [0, 1] })(x, x);
    expect([await gx.item(), await gy.item()]).toEqual([9, 18]);
  });

  test("arguments that are no tensors pass through", async () => {
    const f = (x: Tensor, options: { power: number }) => x.pow(options.power).sum();
    expect(await grad(f)(tensor([2]), { power: 3 }).item()).toBe(12);
  });

  test("0 where the value does not depend on an argument", async () => {
    expect(await values(grad((_x) => tensor(1))(tensor([1, 2])))).toEqual([0, 0]);
    expect(
      await values(grad((x: Tensor, _y: Tensor) => x.sum(), { argnums: 1 })(tensor([1]), tensor([1, 2]))),
    ).toEqual([0, 0]);
  });

  test("refusals", () => {
    const x = tensor([1, 2]);
    expect(() => grad((t) => t.mul(2))(x)).toThrow(GradientError);
    expect(() => grad((t) => t.mul(2))(x)).toThrow(
      "grad: the function returned shape [2], expected a scalar",
    );
    expect(() => grad((_x) => 3 as unknown as Tensor)(x)).toThrow(
      "the function returned number, expected a tensor",
    );
    expect(() => grad((t) => t.sum(), { argnums: 1 })(x)).toThrow(DTypeError);
    expect(() => grad((t) => t.sum(), { argnums: 1 })(x)).toThrow(
      "argument 1 is undefined, expected a tensor",
    );
    expect(() => grad((t) => t.sum(), { argnums: [0, 0] })).toThrow(OptionError);
    expect(() => grad((t) => t.sum(), { argnums: -1 })).toThrow(
      "argnums is [-1], expected positions from 0, each once",
    );
  });
});

describe("gradients of gradients", () => {
  const d = (f: (x: Tensor) => Tensor) => (x: Tensor) => grad(f)(x);

  test("to the fourth order", async () => {
    const f = (x: Tensor) => x.exp().mul(x);
    // The n-th derivative of x e^x is (x + n) e^x.
    const results = [f, d(f), d(d(f)), d(d(d(f))), d(d(d(d(f))))].map((g) => g(tensor(0.5)));
    expectClose(
      await Promise.all(results.map((x) => x.item())),
      [0, 1, 2, 3, 4].map((n) => (0.5 + n) * Math.exp(0.5)),
    );
  });

  test("an inner derivative takes the outer variable for constant: d/dx (x * d/dy (x + y)) is 1", async () => {
    const inner = (x: Tensor) => x.mul(d((y) => x.add(y))(tensor(1)));
    expect(await d(inner)(tensor(1)).item()).toBe(1);
    // And where the inner one does depend on x: d/dx (x * d/dy (x y)) = 2 x.
    const product = (x: Tensor) => x.mul(d((y) => x.mul(y))(tensor(7)));
    expect(await d(product)(tensor(3)).item()).toBe(6);
  });

  test("the inner point may be the outer variable itself", async () => {
    // d/dx of (d/dy x y^2 at y = x) = d/dx 2 x^2 = 4 x.
    const f = (x: Tensor) => d((y) => x.mul(y).mul(y))(x);
    expect(await d(f)(tensor(3)).item()).toBe(12);
  });

  test("mixed partial derivatives agree", async () => {
    const f = (x: Tensor, y: Tensor) => x.square().mul(y.exp()).sum();
    const [x, y] = [tensor([1.5]), tensor([0.3])];
    const xy = grad((a: Tensor, b: Tensor) => grad(f)(a, b).sum(), { argnums: 1 })(x, y);
    const yx = grad((a: Tensor, b: Tensor) => grad(f, { argnums: 1 })(a, b).sum())(x, y);
    expectClose([await xy.item(), await yx.item()], [3 * Math.exp(0.3), 3 * Math.exp(0.3)]);
  });

  test("a result that has already run is constant for another call", async () => {
    const x = tensor([2]);
    const y = x.square();
    await y.data();
    expect(await values(grad((t) => t.mul(y).sum())(x))).toEqual([4]);
  });
});

describe("hvp", () => {
  test("equals the Hessian written out, times v", async () => {
    const matrix = wave([4, 4]);
    const quadratic = (x: Tensor) =>
      x
        .reshape([1, 4])
        .matmul(matrix)
        .matmul(x.reshape([4, 1]))
        .sum();
    const v = wave([4], 1);
    const symmetric = matrix.add(matrix.permute([1, 0])).matmul(v.reshape([4, 1]));
    expectClose(await values(hvp(quadratic)(wave([4], 2), v)), await values(symmetric));
  });

  test("of a function that is no quadratic", async () => {
    expect(await values(hvp((x) => x.pow(3).sum())(tensor([1, 2]), tensor([1, 10])))).toEqual([6, 120]);
    expect(await values(hvp((x) => x.sum())(tensor([1, 2]), tensor([1, 1])))).toEqual([0, 0]);
  });

  test("v must have the shape of x", () => {
    const call = () => hvp((x) => x.sum())(tensor([1, 2]), tensor([1]));
    expect(call).toThrow(GradientError);
    expect(call).toThrow("hvp: v is [1], expected the shape of x, [2]");
  });
});

describe("vjpOf", () => {
  test("pulls a cotangent of the result's shape back to every argument", async () => {
    const [gx, gy] = vjpOf((x: Tensor, y: Tensor) => x.mul(y))(
      [tensor([1, 2]), tensor([3, 4])],
      tensor([1, 10]),
    );
    expect([await values(gx), await values(gy)]).toEqual([
      [3, 40],
      [1, 20],
    ]);
    const call = () => vjpOf((x: Tensor) => x)([tensor([1, 2])], tensor(1));
    expect(call).toThrow("vjp: cotangent is [], expected the output's shape [2]");
  });
});

test("stopGradient is the value, and constant", async () => {
  const f = (x: Tensor) => x.mul(stopGradient(x.square()));
  expect(await values(f(tensor([3])))).toEqual([27]);
  expect(await slopes(f, tensor([3]))).toEqual([9]);
  expect(() => stopGradient(3 as unknown as Tensor)).toThrow(DTypeError);
});

describe("customVjp", () => {
  test("value of the one, gradient of the other", async () => {
    const round = customVjp(
      (x) => x.add(0.5).floor(),
      (g) => [g],
    );
    expect(await values(round(tensor([1.2, 1.7])))).toEqual([1, 2]);
    expect(await slopes((x) => round(x).mul(x), tensor([1.2]))).toEqual([1 + 1.2]);
  });

  test("second and third derivatives go through the rule, by argument and by value", async () => {
    // The same function, its rule written with the argument, and with the value.
    const byArgument = customVjp(
      (x) => x.exp(),
      (g, [x]) => [g.mul(x.exp())],
    );
    const byValue = customVjp(
      (x) => x.exp(),
      (g, _args, y) => [g.mul(y)],
    );
    for (const f of [byArgument, byValue]) {
      const d1 = grad((x) => f(x).sum());
      const d2 = grad((x) => d1(x).sum());
      const d3 = grad((x) => d2(x).sum());
      const x = tensor([0.5]);
      expectClose([await d1(x).item(), await d2(x).item(), await d3(x).item()], Array(3).fill(Math.exp(0.5)));
    }
  });

  test("several arguments, one of them without a gradient", async () => {
    const scaled = customVjp(
      (x: Tensor, y: Tensor) => x.mul(y),
      (g, [_x, y]) => [g.mul(y).mul(2), null],
    );
    const [gx, gy] = grad((x, y) => scaled(x, y).sum(), { argnums: [0, 1] })(tensor([1, 2]), tensor([3, 4]));
    expect([await values(gx), await values(gy)]).toEqual([
      [6, 8],
      [0, 0],
    ]);
  });

  test("works with backward, and with values that have run", async () => {
    const x = tensor([2], undefined, { requiresGrad: true });
    const y = customVjp(
      (t) => t.square(),
      (g) => [g.mul(100)],
    )(x);
    expect(await y.item()).toBe(4);
    y.sum().backward();
    expect(await (x.grad as Tensor).item()).toBe(100);
  });

  test("two with the same input stay two, though they have the same name", async () => {
    const [one, two] = [1, 2].map((factor) =>
      customVjp(
        (x) => x.mul(factor),
        (g) => [g.mul(10 * factor)],
      ),
    );
    const f = (x: Tensor) => one(x).add(two(x)).sum();
    expect(await f(tensor([1])).item()).toBe(3);
    expect(await grad(f)(tensor([1])).item()).toBe(30);
  });

  test("a rule whose cotangent does not fit is refused", () => {
    const wrong = customVjp(
      (x) => x,
      (g) => [g.sum()],
    );
    expect(() => grad((x) => wrong(x).sum())(tensor([1, 2]))).toThrow(
      "customVjp: cotangent 0 is [], expected [2]",
    );
    const none = customVjp(
      (x) => x,
      () => [3 as unknown as Tensor],
    );
    expect(() => grad((x) => none(x).sum())(tensor([1]))).toThrow(DTypeError);
  });

  test("passes gradcheck where the rule is right", async () => {
    const f = customVjp(
      (x) => x.sigmoid(),
      (g, _args, y) => [g.mul(y).mul(y.neg().add(1))],
    );
    expect(await gradcheck((x) => f(x), [wave([5])], { order: 2 })).toMatchObject({ ok: true });
  });
});
