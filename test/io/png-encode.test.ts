import { expect, test } from "vitest";
import { DTypeError, OptionError, ShapeError } from "../../src/errors.ts";
import { encodePng } from "../../src/io/png-encode.ts";

test("encodePng refuses what does not fit, by name", () => {
  const data = new Uint8Array(4);
  expect(() => encodePng({ width: 2, height: 1, channels: 1, data })).toThrow(ShapeError);
  expect(() => encodePng({ width: 0, height: 1, channels: 1, data })).toThrow(ShapeError);
  expect(() => encodePng({ width: 1, height: 1, channels: 5, data })).toThrow(OptionError);
  const floats = new Float32Array(4) as unknown as Uint8Array;
  expect(() => encodePng({ width: 2, height: 2, channels: 1, data: floats })).toThrow(DTypeError);
  const palette = [[1, 2, 3]];
  expect(() => encodePng({ width: 1, height: 1, channels: 4, data, palette })).toThrow(OptionError);
  const indices = Uint8Array.of(0, 1);
  expect(() => encodePng({ width: 2, height: 1, channels: 1, data: indices, palette })).toThrow("at least 2");
  const clear = [
    [1, 2, 3, 0],
    [4, 5, 6],
  ];
  expect(() => encodePng({ width: 2, height: 1, channels: 1, data: indices, palette: clear })).toThrow(
    OptionError,
  );
});
