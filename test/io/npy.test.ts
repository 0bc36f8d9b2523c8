import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DTypeError, FileError, ShapeError } from "../../src/errors.ts";
import { decodeNpy, encodeNpy } from "../../src/io/npy.ts";

/** A file as NumPy lays it out, around a header and elements of our choice. */
function npy(header: string, elements: ArrayBufferView | number[], version = 1): Uint8Array {
  const prefix = version === 1 ? 10 : 12;
  const length = Math.ceil((prefix + header.length + 1) / 64) * 64 - prefix;
  const body = Array.isArray(elements)
    ? Uint8Array.from(elements)
    : new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  const bytes = new Uint8Array(prefix + length + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), prefix);
  bytes.set(body, prefix + length);
  return bytes;
}

const head = (descr: string, shape: string, fortran = false) =>
  `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`;

describe("decodeNpy", () => {
  test("float32 in all three versions", () => {
    for (const version of [1, 2, 3]) {
      const { data, shape, dtype } = decodeNpy(
        npy(head("<f4", "(2, 3)"), Float32Array.of(0, 1, 2, 3, 4, 5.5), version),
      );
      expect(data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5.5));
      expect(shape).toEqual([2, 3]);
      expect(dtype).toBe("f4");
    }
  });

  test("big-endian elements", () => {
    expect(decodeNpy(npy(head(">f8", "(1,)"), [0xc0, 0x04, 0, 0, 0, 0, 0, 0])).data).toEqual(
      Float64Array.of(-2.5),
    );
    expect(decodeNpy(npy(head(">u4", "(1,)"), [0, 1, 0, 2])).data).toEqual(Uint32Array.of(65538));
    expect(decodeNpy(npy(head(">i2", "(2,)"), [0xff, 0xfe, 0, 3])).data).toEqual(Int16Array.of(-2, 3));
    expect(decodeNpy(npy(head(">f2", "(1,)"), [0x3e, 0x00])).data).toEqual(Float32Array.of(1.5));
  });

  test("Fortran order becomes C order", () => {
    // [[0, 1, 2], [3, 4, 5]], columns first in the file.
    const flat = decodeNpy(npy(head("<i4", "(2, 3)", true), Int32Array.of(0, 3, 1, 4, 2, 5)));
    expect(flat).toEqual({ data: Int32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3], dtype: "i4" });
    const stored = new Int16Array(24);
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) stored[i + 2 * j + 6 * k] = 12 * i + 4 * j + k;
    }
    const cube = decodeNpy(npy(head("<i2", "(2, 3, 4)", true), stored));
    expect([...cube.data]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test("every dtype", () => {
    const one = (descr: string, elements: ArrayBufferView | number[]) =>
      decodeNpy(npy(head(descr, "(2,)"), elements)).data;
    expect(one("|i1", Int8Array.of(-1, 5))).toEqual(Int8Array.of(-1, 5));
    expect(one("|u1", [200, 5])).toEqual(Uint8Array.of(200, 5));
    expect(one("|b1", [1, 0])).toEqual(Uint8Array.of(1, 0));
    expect(one("<u2", Uint16Array.of(65535, 5))).toEqual(Uint16Array.of(65535, 5));
    expect(one("<i8", BigInt64Array.of(-(2n ** 53n), 7n))).toEqual(Float64Array.of(-(2 ** 53), 7));
    expect(one("<u8", BigUint64Array.of(2n ** 53n, 7n))).toEqual(Float64Array.of(2 ** 53, 7));
  });

  test("half precision: normal, subnormal, infinite, not a number", () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00);
    const { data } = decodeNpy(npy(head("<f2", "(8,)"), bits));
    expect(data).toEqual(Float32Array.of(1, -2, 65504, 2 ** -24, -0, Infinity, -Infinity, Number.NaN));
  });

  test("a Buffer that is a window of a larger pool", () => {
    const file = npy(head("<i2", "(2,)"), Int16Array.of(3, -4));
    const pool = Buffer.alloc(file.length + 30);
    pool.set(file, 13);
    expect(decodeNpy(pool.subarray(13, 13 + file.length)).data).toEqual(Int16Array.of(3, -4));
  });

  test("scalars, empty arrays, Python 2 lengths, keys in any order", () => {
    expect(decodeNpy(npy(head("<f8", "()"), Float64Array.of(2.5)))).toEqual({
      data: Float64Array.of(2.5),
      shape: [],
      dtype: "f8",
    });
    expect(decodeNpy(npy(head("<f4", "(0, 3)"), [])).shape).toEqual([0, 3]);
    expect(decodeNpy(npy(head("|u1", "(2L, 1L)"), [1, 2])).shape).toEqual([2, 1]);
    expect(decodeNpy(npy("{'shape': (1,), 'fortran_order': False, 'descr': '|u1'}", [1])).shape).toEqual([1]);
  });
});

describe("refusals", () => {
  const whole = npy(head("<f4", "(2, 3)"), new Float32Array(6));

  test("cut short anywhere, or too long", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeNpy(whole.subarray(0, length), "cut.npy")).toThrow(FileError);
    }
    expect(() => decodeNpy(whole.subarray(0, -1), "cut.npy")).toThrow(
      "decodeNpy: cut.npy is cut short: 23 bytes of elements, expected 24 for f4 [2, 3]",
    );
    expect(() => decodeNpy(Uint8Array.of(...whole, 0), "long.npy")).toThrow(
      "decodeNpy: long.npy goes on after the last element: 25 bytes of elements, expected 24 for f4 [2, 3]",
    );
  });

  test("no .npy at all, unknown versions", () => {
    expect(() => decodeNpy(new TextEncoder().encode("PK hello there"), "a.npy")).toThrow(
      "decodeNpy: a.npy is not a .npy file: it begins 50 4b 20 68 65 6c, expected 93 4e 55 4d 50 59",
    );
    expect(() => decodeNpy(npy(head("<f4", "(1,)"), [0, 0, 0, 0], 4))).toThrow("version 4.0");
  });

  test("dtypes that are no plain numbers", () => {
    const error = (header: string) => () => decodeNpy(npy(header, new Uint8Array(16)), "x.npy");
    expect(error(head("|O", "(2,)"))).toThrow("x.npy cannot be read: dtype O, pickled Python objects");
    expect(error(head("<c16", "(1,)"))).toThrow("dtype <c16");
    expect(error(head("<U2", "(2,)"))).toThrow("dtype <U2");
    expect(error(head("toString", "(2,)"))).toThrow(FileError);
    const fields = "{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (1,), }";
    expect(error(fields)).toThrow("a structured dtype");
  });

  test("damaged headers", () => {
    for (const header of [
      "",
      "{",
      "{'descr': '<f4'}",
      "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}",
    ]) {
      expect(() => decodeNpy(npy(header, [0, 0, 0, 0]))).toThrow("is damaged: header");
    }
    expect(() => decodeNpy(npy(head("<f4", "(-1,)"), []))).toThrow("is damaged");
  });

  test("integers beyond 2^53", () => {
    expect(() => decodeNpy(npy(head("<i8", "(1,)"), BigInt64Array.of(2n ** 53n + 1n)), "wide.npy")).toThrow(
      "decodeNpy: wide.npy cannot be read: the element 9007199254740993, expected 64-bit integers",
    );
  });
});

describe("encodeNpy", () => {
  test("lays the file out as numpy.save does", () => {
    const bytes = encodeNpy(Float32Array.of(1, 2, 3), [3]);
    expect(bytes.length).toBe(128 + 12);
    const text = new TextDecoder("latin1").decode(bytes.subarray(10, 128));
    expect(text).toBe(`${"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".padEnd(117)}\n`);
    expect([...bytes.subarray(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  });

  test("what it writes, decodeNpy reads", () => {
    const arrays = fc.oneof(
      fc.float32Array({ maxLength: 24 }),
      fc.float64Array({ maxLength: 24 }),
      fc.int8Array({ maxLength: 24 }),
      fc.int16Array({ maxLength: 24 }),
      fc.int32Array({ maxLength: 24 }),
      fc.uint8Array({ maxLength: 24 }),
      fc.uint16Array({ maxLength: 24 }),
      fc.uint32Array({ maxLength: 24 }),
    );
    fc.assert(
      fc.property(arrays, (data) => {
        for (const shape of [[data.length], [1, data.length, 1]]) {
          const back = decodeNpy(encodeNpy(data, shape));
          expect(back.data).toEqual(data);
          expect(back.shape).toEqual(shape);
        }
      }),
    );
    expect(decodeNpy(encodeNpy(Float64Array.of(7), [])).shape).toEqual([]);
  });

  test("a view into a larger buffer", () => {
    const inner = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(decodeNpy(encodeNpy(inner, [2])).data).toEqual(Float32Array.of(2, 3));
  });

  test("refuses shapes and arrays that do not fit", () => {
    expect(() => encodeNpy(new Float32Array(6), [2, 2])).toThrow(ShapeError);
    expect(() => encodeNpy(new Float32Array(6), [-2, -3])).toThrow(ShapeError);
    expect(() => encodeNpy([1, 2] as unknown as Float32Array, [2])).toThrow(DTypeError);
  });
});
