import { beforeAll, describe, expect, test } from "vitest";
import { AxisError, ShapeError, setBackend, Tensor, tensor } from "../../src/index.ts";
import { padInterior, unfold } from "../../src/ops/movement.ts";
import { overlapAdd } from "../../src/ops/window.ts";
import { slopes, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const grid = tensor([
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
]);

describe("reshape", () => {
  test("works one length out, and keeps the flat order", async () => {
    expect(grid.reshape([2, -1]).shape).toEqual([2, 6]);
    expect(grid.reshape([-1]).shape).toEqual([12]);
    expect(await values(grid.reshape([4, 3]))).toEqual(await values(grid));
    expect(tensor(3).reshape([1, 1]).shape).toEqual([1, 1]);
  });

  test.each([[[5, -1]], [[-1, -1]], [[0, -1]], [[11]], [[-2, -6]], [[2.5, 4.8]]])("refuses %j", (shape) => {
    expect(() => grid.reshape(shape)).toThrow(ShapeError);
  });
});

describe("expand and permute", () => {
  test("repeat axes of length 1, and add some in front", async () => {
    expect(await values(tensor([[1], [2]]).expand([2, 2, 2]))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    expect(() => grid.expand([3, 5])).toThrow("expand: [3, 4] does not expand to [3, 5]");
    expect(() => grid.expand([4])).toThrow(ShapeError);
  });

  test("the shape given is copied: writing to it later changes nothing", async () => {
    const shape = [2, 2];
    const twice = tensor([1, 2]).expand(shape);
    shape[0] = 5;
    expect(twice.shape).toEqual([2, 2]);
    expect(await values(twice)).toEqual([1, 2, 1, 2]);
  });

  test("permute puts input axis order[i] at i; negative axes count from the end", async () => {
    const turned = wave([2, 3, 4]).permute([2, 0, -2]);
    expect(turned.shape).toEqual([4, 2, 3]);
    const [x, y] = [await wave([2, 3, 4]).ndarray(), await turned.ndarray()];
    for (let i = 0; i < 24; i++) {
      const [a, b, c] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
      expect(y.get(c, a, b)).toBe(x.get(a, b, c));
    }
    expect(() => grid.permute([0])).toThrow(AxisError);
    expect(() => grid.permute([0, 0])).toThrow("permute: order is [0, 0], expected each of 2 axes once");
  });
});

describe("slice", () => {
  test.each<[(readonly [number, number?, number?])[], number[]]>([
    [[[1, 3]], [5, 6, 7, 8, 9, 10, 11, 12]],
    [
      [[0], [1, 4, 2]],
      [2, 4, 6, 8, 10, 12],
    ],
    [
      [[-1], [-3, -1]],
      [10, 11],
    ],
    [
      [
        [0, 3, 2],
        [0, 4, 3],
      ],
      [1, 4, 9, 12],
    ],
    [[[2, 99], [3]], [12]],
  ])("%j", async (ranges, expected) => {
    expect(await values(grid.slice(ranges))).toEqual(expected);
  });

  test("the gradient lands where the elements came from", async () => {
    expect(
      await slopes(
        (x) =>
          x.slice([
            [-2, 3, 1],
            [1, 4, 2],
          ]),
        grid,
      ),
    ).toEqual([0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1]);
  });

  test.each([[[[2, 2]]], [[[3]]], [[[-4]]], [[[0, 2, 0]]], [[[0, 2, -1]]], [[[0.5]]], [[[0], [0], [0]]]])(
    "refuses %j",
    (ranges) => {
      expect(() => grid.slice(ranges as [number][])).toThrow(ShapeError);
    },
  );
});

describe("pad", () => {
  test("surrounds with a value, and between elements where interior says so", async () => {
    const x = tensor([1, 2, 3]);
    expect(await values(x.pad([[1, 2]], 9))).toEqual([9, 1, 2, 3, 9, 9]);
    expect(await values(new Tensor(padInterior(x.node, [1], [0], [2], 7)))).toEqual([7, 1, 7, 7, 2, 7, 7, 3]);
    expect(await slopes((t) => t.pad([[2, 1]], Infinity).slice([[1, 5]]), x)).toEqual([1, 1, 1]);
  });

  test("refuses negative or missing amounts", () => {
    expect(() => grid.pad([[1, 1]])).toThrow(ShapeError);
    expect(() =>
      grid.pad([
        [0, -1],
        [0, 0],
      ]),
    ).toThrow("pad: padding is [[0,-1],[0,0]], expected [before, after]");
  });
});

describe("flip", () => {
  test("runs axes backwards", async () => {
    expect(await values(grid.flip(1).slice([[0, 1]]))).toEqual([4, 3, 2, 1]);
    expect(await values(grid.flip([0, -1]).slice([[0, 1]]))).toEqual([12, 11, 10, 9]);
    expect(() => grid.flip(2)).toThrow(AxisError);
    expect(() => grid.flip([1, -1])).toThrow("flip: axes are [1, -1], expected each axis once");
  });
});

describe("unfold", () => {
  test("lays windows along a new last axis", async () => {
    const windows = new Tensor(unfold(tensor([0, 1, 2, 3, 4, 5]).node, 0, 2, 2, 3));
    expect(windows.shape).toEqual([2, 2]);
    expect(await values(windows)).toEqual([0, 3, 2, 5]);
  });

  test("is adjoint to overlapAdd: <unfold x, y> = <x, overlapAdd y>", async () => {
    for (const [size, stride, dilation] of [
      [1, 1, 1],
      [3, 1, 1],
      [3, 2, 1],
      [2, 3, 2],
      [3, 1, 3],
      [2, 5, 4],
    ]) {
      const x = wave([2, 8, 3]);
      const windows = new Tensor(unfold(x.node, 1, size, stride, dilation));
      const y = wave(windows.shape, 1);
      const back = new Tensor(overlapAdd(y.node, 1, 8, stride, dilation));
      const left = await windows.mul(y).sum().item();
      expect(await x.mul(back).sum().item()).toBeCloseTo(left, 12);
    }
  });

  test("refuses windows that do not fit, and sizes that are none", () => {
    expect(() => unfold(grid.node, 1, 5)).toThrow("unfold: axis 1 has length 4, expected at least 5");
    expect(() => unfold(grid.node, 1, 2, 0)).toThrow(ShapeError);
    expect(() => unfold(grid.node, 3, 2)).toThrow(AxisError);
  });
});
