import ndarray from "ndarray";
import { describe, expect, test } from "vitest";
import { type NestedNumbers, type TensorData, toHost, toNdArray } from "../src/array.ts";
import { DTypeError, ShapeError } from "../src/errors.ts";

describe("types kept", () => {
  test.each<[string, TensorData, new (n: number) => object]>([
    ["Float32Array", Float32Array.of(0.1), Float32Array],
    ["Float64Array", Float64Array.of(0.1), Float64Array],
    ["Uint8Array", Uint8Array.of(200), Float32Array],
    ["Uint8ClampedArray", Uint8ClampedArray.of(200), Float32Array],
    ["Int16Array", Int16Array.of(-3), Float32Array],
    ["Int32Array, which float32 cannot hold", Int32Array.of(16_777_217), Float64Array],
    ["Uint32Array, which float32 cannot hold", Uint32Array.of(4_294_967_295), Float64Array],
    ["a number", 0.1, Float64Array],
    ["nested numbers", [0.1], Float64Array],
    ["an ndarray of float32", ndarray(Float32Array.of(0.1)), Float32Array],
    ["an ndarray of plain numbers", ndarray([0.1]), Float64Array],
  ])("%s", (_, data, type) => {
    const { data: held } = toHost(data);
    expect(held).toBeInstanceOf(type);
    expect(held).toHaveLength(1);
    const given =
      typeof data === "number"
        ? data
        : Number((data as ArrayLike<number>)[0] ?? (data as { data: number[] }).data[0]);
    expect(held[0]).toBe(given);
  });
});

describe("shapes", () => {
  test("are the data's own, or the one given", () => {
    expect(toHost(3).shape).toEqual([]);
    expect(toHost([[1, 2, 3]]).shape).toEqual([1, 3]);
    expect(toHost(Float32Array.of(1, 2, 3, 4), [2, 2]).shape).toEqual([2, 2]);
    expect(
      toHost(
        [
          [1, 2],
          [3, 4],
        ],
        [4],
      ).shape,
    ).toEqual([4]);
    expect(toHost(7, [1, 1]).shape).toEqual([1, 1]);
  });

  test.each<[string, NestedNumbers, string]>([
    ["rows of different length", [[1, 2], [3]], "data is ragged: a row of 1 at depth 1, expected a row of 2"],
    ["a number among rows", [[1, 2], 3], "data is ragged: 3 at depth 1"],
    ["an empty list", [], "shape is [0], expected positive integers"],
    ["an empty row", [[], []], "shape is [2, 0]"],
  ])("refuses %s", (_, data, message) => {
    expect(() => toHost(data)).toThrow(ShapeError);
    expect(() => toHost(data)).toThrow(message);
  });

  test.each([[[3]], [[0]], [[-4]], [[Number.NaN]], [[1.5, 2]], [[]]])(
    "refuses the shape %j for four elements",
    (shape) => {
      expect(() => toHost([1, 2, 3, 4], shape)).toThrow(ShapeError);
      expect(() => toHost(Float32Array.of(1, 2, 3, 4), shape)).toThrow(ShapeError);
    },
  );
});

test.each<[string, unknown, string]>([
  ["rows deeper than the first", [1, [2]], "data holds object"],
  ["strings", ["1"], "data holds string"],
  ["booleans", [[true]], "data holds boolean"],
  ["null inside", [null], "data holds null"],
  ["null", null, "data is null"],
  ["undefined", undefined, "data is undefined"],
  ["a string", "12", "data is string"],
  ["an object", { length: 2 }, "data is object"],
  ["BigInt64Array", BigInt64Array.of(1n), "data is BigInt64Array"],
  ["an ndarray of it", ndarray(BigInt64Array.of(1n) as unknown as number[]), "data is BigInt64Array"],
  ["DataView", new DataView(new ArrayBuffer(4)), "data is DataView"],
])("refuses %s", (_, data, message) => {
  expect(() => toHost(data as TensorData)).toThrow(DTypeError);
  expect(() => toHost(data as TensorData)).toThrow(message);
});

describe("ndarray views", () => {
  const base = () =>
    ndarray(
      Float64Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
  const read = (view: ReturnType<typeof base>) => {
    const [a, b, c] = view.shape;
    const expected: number[] = [];
    for (let i = 0; i < a; i++)
      for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) expected.push(view.get(i, j, k));
    return expected;
  };

  test.each([
    ["as it is", base()],
    ["transposed", base().transpose(2, 0, 1)],
    ["stepped", base().step(1, 2, 3)],
    ["reversed", base().step(-1, 1, -2)],
    ["cut out", base().lo(0, 1, 2).hi(2, 2, 1)],
    ["all of it", base().transpose(1, 2, 0).step(-2, 2, 1).lo(0, 1, 0)],
  ])("%s", (_, view) => {
    const host = toHost(view);
    expect(host.shape).toEqual(view.shape);
    expect(Array.from(host.data)).toEqual(read(view));
  });

  test("one picked index takes an axis away", () => {
    expect(toHost(base().pick(1, null, 2))).toEqual({ data: Float64Array.of(14, 18, 22), shape: [3] });
  });

  test("an empty view is refused", () => {
    expect(() => toHost(base().hi(0, 3, 4))).toThrow(ShapeError);
  });

  test("there and back", () => {
    const back = toNdArray(toHost(base().transpose(2, 1, 0)));
    expect(back.shape).toEqual([4, 3, 2]);
    expect(back.get(3, 2, 1)).toBe(23);
  });
});

test("data are copied: later writes by the user, and writes to the result's shape, change nothing", () => {
  const flat = Float32Array.of(1, 2);
  const shape = [2, 1];
  const [fromFlat, fromView] = [toHost(flat, shape), toHost(ndarray(flat))];
  flat[0] = 9;
  shape[0] = 7;
  expect(Array.from(fromFlat.data)).toEqual([1, 2]);
  expect(Array.from(fromView.data)).toEqual([1, 2]);
  expect(fromFlat.shape).toEqual([2, 1]);
});
