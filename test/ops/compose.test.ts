import { beforeAll, describe, expect, test } from "vitest";
import { AxisError, concat, oneHot, ShapeError, setBackend, stack, Tensor, tensor } from "../../src/index.ts";
import { padReflect } from "../../src/ops/compose.ts";
import { curvatures, expectClose, slopes, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("logSumExp, softmax, logSoftmax", () => {
  test("neither overflow nor underflow, at any height", async () => {
    for (const shift of [-1e300, -1000, 0, 1000, 1e300]) {
      const x = tensor([[0, 0, Math.log(2)].map((v) => v + shift)]);
      const same = Math.abs(shift) > 1e200;
      const weights = same ? [1 / 3, 1 / 3, 1 / 3] : [0.25, 0.25, 0.5];
      expectClose(await values(x.softmax(1)), weights, 1e-12);
      expectClose(await values(x.logSumExp(1)), [shift + Math.log(same ? 3 : 4)], 1e-12);
      expectClose(await slopes((t) => t.logSumExp(1), x), weights, 1e-12);
      for (const f of [(t: Tensor) => t.logSoftmax(1), (t: Tensor) => t.softmax(1)]) {
        for (const slope of await slopes((t) => f(t).mul(tensor([1, 2, 3])), x))
          expect(slope).toSatisfy(Number.isFinite);
      }
    }
  });

  test("logSoftmax keeps a probability far too small for softmax", async () => {
    expect(await values(tensor([[0, -2000]]).logSoftmax(1))).toEqual([0, -2000]);
  });

  test("a masked class of minus infinity takes no part", async () => {
    expectClose(await values(tensor([[1, -Infinity, 1]]).softmax(1)), [0.5, 0, 0.5]);
    expectClose(await slopes((t) => t.logSumExp(1), tensor([[1, -Infinity, 1]])), [0.5, 0, 0.5]);
  });

  test("over several axes, kept or not, and of one element", async () => {
    const x = wave([2, 3, 2]);
    const all = (await values(x)).map(Math.exp);
    expect(x.logSumExp([0, 2], true).shape).toEqual([1, 3, 1]);
    expectClose([await x.logSumExp().item()], [Math.log(all.reduce((a, b) => a + b))]);
    expect(await values(tensor([[5]]).softmax(1))).toEqual([1]);
    expect(await slopes((t) => t.softmax(1), tensor([[5]]))).toEqual([0]);
  });

  test("rows of the Hessian of logSumExp sum to 0, since a shift of all logits only adds itself", async () => {
    for (const total of await curvatures((t) => t.logSumExp(1), wave([1, 4])))
      expect(total).toBeCloseTo(0, 14);
    // One logit alone: p (1 - p).
    const p = 1 / (1 + Math.exp(-1));
    const [curvature] = await curvatures((t) => t.concat(tensor([[0]]), 1).logSumExp(1), tensor([[1]]));
    expect(curvature).toBeCloseTo(p * (1 - p), 14);
  });
});

describe("joining", () => {
  test("concat along any axis, and its gradient", async () => {
    const [a, b] = [
      tensor([[1], [2]]),
      tensor([
        [3, 4],
        [5, 6],
      ]),
    ];
    expect(await values(concat([a, b], -1))).toEqual([1, 3, 4, 2, 5, 6]);
    expect(await values(a.concat([a, a]))).toEqual([1, 2, 1, 2, 1, 2]);
    expect(await slopes((t) => concat([a, t, a], 1).mul(tensor([1, 2, 3, 4])), b)).toEqual([2, 3, 2, 3]);
  });

  test("infinities and NaN of one part stay in it", async () => {
    const joined = concat([tensor([Infinity]), tensor([Number.NaN]), tensor([1])]);
    expect(await values(joined)).toEqual([Infinity, Number.NaN, 1]);
  });

  test("stack makes an axis, also the last", async () => {
    const parts = [tensor([1, 2]), tensor([3, 4])];
    expect(stack(parts).shape).toEqual([2, 2]);
    expect(await values(stack(parts, -1))).toEqual([1, 3, 2, 4]);
    expect(await values(stack(parts, 1))).toEqual([1, 3, 2, 4]);
  });

  test("refusals", () => {
    expect(() => concat([])).toThrow("concat: parts is [], expected at least one tensor");
    expect(() => stack([])).toThrow(ShapeError);
    expect(() => concat([tensor([1]), tensor([[1]])])).toThrow(ShapeError);
    expect(() => concat([wave([2, 2]), wave([3, 3])], 1)).toThrow(
      "concat: shapes [2, 2] and [3, 3] differ beside axis 1",
    );
    expect(() => stack([tensor([1]), tensor([1, 2])])).toThrow(
      "stack: parts is [2], expected [1] like the first",
    );
    expect(() => stack([tensor([1])], 2)).toThrow(AxisError);
  });
});

describe("padReflect", () => {
  test("mirrors at the border element without repeating it", async () => {
    const x = tensor([1, 2, 3, 4]);
    expect(await values(new Tensor(padReflect(x.node, 0, 2, 3)))).toEqual([3, 2, 1, 2, 3, 4, 3, 2, 1]);
    expect(await values(new Tensor(padReflect(x.node, 0, 0, 0)))).toEqual([1, 2, 3, 4]);
    expect(await slopes((t) => new Tensor(padReflect(t.node, 0, 2, 3)), x)).toEqual([2, 3, 3, 1]);
  });

  test.each([
    [4, 0],
    [0, 4],
    [-1, 0],
    [0.5, 0],
  ])("refuses %d and %d on 4 elements", (before, after) => {
    expect(() => padReflect(tensor([1, 2, 3, 4]).node, 0, before, after)).toThrow(ShapeError);
  });
});

describe("oneHot", () => {
  test("puts the class axis where it is asked for; an index that is no class gives all 0", async () => {
    const labels = tensor([[0, 2, 3, -1, 0.5]]);
    expect(oneHot(labels, 3).shape).toEqual([1, 3, 5]);
    expect(await values(oneHot(labels, 3))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    expect(await values(oneHot(tensor([1, 0]), 2, -1))).toEqual([0, 1, 1, 0]);
    expect(() => oneHot(labels, 0)).toThrow("oneHot: classes is 0, expected a positive integer");
    expect(() => oneHot(labels, 2, 4)).toThrow(AxisError);
  });
});

describe("pools and upsample", () => {
  const image = tensor([
    [
      [
        [1, 2, 3],
        [4, 9, 6],
        [7, 8, 9],
      ],
    ],
  ]);

  test("maxPool: stride, padding that never wins, and ties that share", async () => {
    expect(await values(image.maxPool(2, { stride: 1 }))).toEqual([9, 9, 9, 9]);
    expect(await values(image.neg().maxPool(2, { stride: 2, padding: 1 }))).toEqual([-1, -2, -4, -6]);
    expect(
      await slopes(
        (x) => x.maxPool(2),
        tensor([
          [
            [
              [5, 5],
              [1, 5],
            ],
          ],
        ]),
      ),
    ).toEqual([1 / 3, 1 / 3, 0, 1 / 3]);
    expect(image.maxPool(2).shape).toEqual([1, 1, 1, 1]);
  });

  test("avgPool does not count its padding", async () => {
    expect(await values(image.avgPool(3))).toEqual([49 / 9]);
    expectClose(await values(image.avgPool(2, { stride: 2, padding: 1 })), [1, 2.5, 5.5, 8]);
    expect(await slopes((x) => x.avgPool(2, { stride: 2, padding: 1 }), image)).toEqual([
      1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.5, 0.25, 0.25,
    ]);
  });

  test("in one and three dimensions", async () => {
    expect(await values(tensor([[[1, 3, 2, 5]]]).maxPool(2))).toEqual([3, 5]);
    expect(await values(wave([1, 1, 2, 2, 2]).avgPool(2))).toEqual([
      expect.closeTo(await wave([8]).mean().item(), 12),
    ]);
  });

  test("upsample repeats, and its gradient sums the copies", async () => {
    expect(await values(tensor([[[[1, 2]]]]).upsample(2))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    expect(await slopes((x) => x.upsample(3), tensor([[[[1, 2]]]]))).toEqual([9, 9]);
  });

  test("refusals", () => {
    expect(() => image.maxPool(0)).toThrow(ShapeError);
    expect(() => image.maxPool(2, { stride: 0 })).toThrow(
      "maxPool: stride is 0, expected a positive integer",
    );
    expect(() => image.avgPool(2, { padding: 2 })).toThrow(
      "avgPool: padding is 2, expected an integer in 0 .. 1",
    );
    expect(() => image.maxPool(4)).toThrow("maxPool: input is [1, 1, 3, 3], expected room for a window of 4");
    expect(() => tensor([1, 2]).maxPool(2)).toThrow("maxPool: input is [2], expected [n, c, ...space]");
    expect(() => image.upsample(0)).toThrow(ShapeError);
    expect(() => tensor([1, 2]).upsample(2)).toThrow(ShapeError);
  });
});
