import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError, OptionError } from "../../src/errors.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsArray } from "../../src/io/index.ts";

/** A file by the letter of the format, made without our writer. */
function file(header: unknown, data: Uint8Array | number[] = [], text = JSON.stringify(header)): Uint8Array {
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

function patched(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  bytes[at] = byte;
  return bytes;
}

const one = (dtype: string, shape: number[], data: number[]) =>
  decodeSafetensors(file({ x: { dtype, shape, data_offsets: [0, data.length] } }, data)).arrays.x;

/** Either the bytes are read, or a FileError says why not. */
function readOrRefused(bytes: Uint8Array) {
  try {
    return decodeSafetensors(bytes, "f");
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toMatch(/^decodeSafetensors: f .*, expected [^\n]*$/);
    return null;
  }
}

const kinds = [
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
];

/** Arrays of every kind with every bit pattern. */
const arrays = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
  fc
    .tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.constantFrom(...kinds), fc.infiniteStream(fc.nat(255)))
    .map(([shape, Kind, stream]): SafetensorsArray => {
      const size = shape.reduce((product, length) => product * length, 1);
      const bytes = Uint8Array.from([...stream.take(size * Kind.BYTES_PER_ELEMENT)]);
      return { shape, data: new Kind(bytes.buffer) };
    }),
  { maxKeys: 4 },
);

const bytesOf = ({ data }: SafetensorsArray) => [
  ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
];

describe("reading", () => {
  test("the example of the format's description", () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
    const header = {
      __metadata__: { framework: "pt" },
      weight: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
      bias: { dtype: "F32", shape: [2], data_offsets: [16, 24] },
    };
    const { arrays: read, metadata } = decodeSafetensors(file(header, data));
    expect(metadata).toEqual({ framework: "pt" });
    expect(read).toEqual({
      weight: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      bias: { shape: [2], data: Float32Array.of(5, 6) },
    });
  });

  test("every dtype", () => {
    expect(one("F16", [2], [0x00, 0x3c, 0x01, 0xc0]).data).toEqual(Float32Array.of(1, -2 - 2 ** -9));
    expect(one("BF16", [2], [0x80, 0x3f, 0x49, 0xc0]).data).toEqual(Float32Array.of(1, -3.140625));
    expect(one("F64", [], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).data).toEqual(Float64Array.of(1));
    expect(one("I64", [1], [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).data).toEqual(
      Float64Array.of(-2),
    );
    expect(one("U64", [1], [7, 0, 0, 0, 0, 0, 0, 0]).data).toEqual(Float64Array.of(7));
    expect(one("I32", [1], [0xff, 0xff, 0xff, 0xff]).data).toEqual(Int32Array.of(-1));
    expect(one("U32", [1], [0xff, 0xff, 0xff, 0xff]).data).toEqual(Uint32Array.of(0xffffffff));
    expect(one("I16", [1], [0xff, 0xff]).data).toEqual(Int16Array.of(-1));
    expect(one("U16", [1], [1, 2]).data).toEqual(Uint16Array.of(513));
    expect(one("I8", [2], [0xff, 1]).data).toEqual(Int8Array.of(-1, 1));
    expect(one("U8", [2], [0xff, 1]).data).toEqual(Uint8Array.of(255, 1));
    expect(one("BOOL", [3], [0, 1, 1]).data).toEqual(Uint8Array.of(0, 1, 1));
  });

  test("names that mean something to JavaScript are names", () => {
    const text =
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}';
    const { arrays: read } = decodeSafetensors(file(null, [5, 6], text));
    expect(Object.keys(read).sort()).toEqual(["__proto__", "constructor"]);
    expect(Object.getOwnPropertyDescriptor(read, "__proto__")?.value.data).toEqual(Uint8Array.of(5));
  });

  const u8 = (begin: number, end: number, shape = [end - begin]) => ({
    dtype: "U8",
    shape,
    data_offsets: [begin, end],
  });
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /is no safetensors file: 0 bytes, expected at least 8/],
    [
      "another kind of file",
      new TextEncoder().encode("not a tensor"),
      /is no safetensors file: a header of \d+ bytes/,
    ],
    [
      "a header longer than the file",
      patched(file({}), 0, 200),
      /is cut short: 10 bytes, expected a header up to byte 208/,
    ],
    ["a header that is no JSON", file(null, [], "{x}"), /is damaged: header "\{x\}", expected JSON in UTF-8/],
    ["a header that is not UTF-8", patched(file({ a: 1 }), 10, 0xff), /is damaged/],
    ["a list for a header", file([1]), /is damaged: header "\[1\]", expected a JSON object/],
    ["a header after blanks", file(null, [], " {}"), /expected a JSON object from the first byte on/],
    [
      "metadata that is no text",
      file({ __metadata__: { a: 1 } }),
      /__metadata__ \{"a":1\}, expected texts by name/,
    ],
    [
      "an unknown dtype",
      file({ x: { dtype: "F8_E4M3", shape: [1], data_offsets: [0, 1] } }, [0]),
      /"x" of dtype "F8_E4M3", expected one of F64/,
    ],
    [
      "a dtype of every object",
      file({ x: { dtype: "toString", shape: [1], data_offsets: [0, 1] } }, [0]),
      /of dtype "toString"/,
    ],
    ["an entry that is no object", file({ x: 1 }), /"x" of dtype undefined/],
    ["a field too many", file({ x: { ...u8(0, 1), extra: 1 } }, [0]), /"x" with "extra"/],
    [
      "a negative length",
      file({ x: { dtype: "U8", shape: [-1], data_offsets: [0, 1] } }, [0]),
      /of shape \[-1\]/,
    ],
    [
      "half a length",
      file({ x: { dtype: "U8", shape: [0.5], data_offsets: [0, 1] } }, [0]),
      /of shape \[0.5\]/,
    ],
    [
      "offsets in the wrong order",
      file({ x: { dtype: "U8", shape: [1], data_offsets: [1, 0] } }, [0]),
      /data_offsets \[1,0\]/,
    ],
    [
      "offsets that are no numbers",
      file({ x: { dtype: "U8", shape: [1], data_offsets: ["0", "1"] } }, [0]),
      /data_offsets/,
    ],
    [
      "bytes that do not fit the shape",
      file({ x: u8(0, 2, [3]) }, [0, 0]),
      /"x" with 2 bytes, expected 3 for U8 \[3\]/,
    ],
    ["lengths beyond all numbers", file({ x: u8(0, 2, [2 ** 52, 2 ** 52]) }, [0, 0]), /"x" with 2 bytes/],
    [
      "an overlap",
      file({ x: u8(0, 2), y: u8(1, 3) }, [0, 0, 0]),
      /"y" begins at 1, which overlaps what is before it, expected 2/,
    ],
    [
      "a hole",
      file({ x: u8(0, 1), y: u8(2, 3) }, [0, 0, 0]),
      /"y" begins at 2, which leaves a hole before it, expected 1/,
    ],
    ["too few bytes", file({ x: u8(0, 3) }, [0, 0]), /is cut short: 2 bytes of elements, expected 3/],
    [
      "too many bytes",
      file({ x: u8(0, 1) }, [0, 0]),
      /goes on after the last element: 2 bytes of elements, expected 1/,
    ],
    [
      "an integer too large",
      file({ x: { dtype: "U64", shape: [1], data_offsets: [0, 8] } }, [1, 0, 0, 0, 0, 0, 32, 0]),
      /element 9007199254740993 of "x"/,
    ],
  ])("%s is refused in one line that names the file", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "weights.safetensors")).toThrow(FileError);
    expect(() => decodeSafetensors(bytes, "weights.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "weights.safetensors")).toThrow(
      /^decodeSafetensors: weights\.safetensors /,
    );
  });
});

describe("writing", () => {
  test("what the format asks for: little-endian length, header from byte 8, data without holes", () => {
    const bytes = encodeSafetensors(
      { a: { shape: [2], data: Uint8Array.of(1, 2) }, b: { shape: [], data: Float64Array.of(1) } },
      { k: "v" },
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { k: "v" },
      b: { dtype: "F64", shape: [], data_offsets: [0, 8] },
      a: { dtype: "U8", shape: [2], data_offsets: [8, 10] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 1, 2]);
  });

  test("a part of a buffer is written, not the buffer", () => {
    const data = Float32Array.of(1, 2, 3).subarray(1, 2);
    const { arrays: read } = decodeSafetensors(encodeSafetensors({ x: { shape: [1], data } }));
    expect(read.x.data).toEqual(Float32Array.of(2));
  });

  test("what does not fit is refused", () => {
    const data = Float32Array.of(1, 2);
    expect(() => encodeSafetensors({ x: { shape: [3], data } })).toThrow(OptionError);
    expect(() => encodeSafetensors({ __metadata__: { shape: [2], data } })).toThrow("name is __metadata__");
    const wide = new BigInt64Array(1) as unknown as Float32Array;
    expect(() => encodeSafetensors({ x: { shape: [1], data: wide } })).toThrow("data of x is BigInt64Array");
  });
});

describe("laws", () => {
  test("what was written is read, bit for bit", () => {
    fc.assert(
      fc.property(
        arrays,
        fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
        (written, metadata) => {
          const read = decodeSafetensors(encodeSafetensors(written, metadata));
          expect(Object.keys(read.arrays).sort()).toEqual(Object.keys(written).sort());
          for (const [name, array] of Object.entries(written)) {
            expect(read.arrays[name].shape).toEqual(array.shape);
            expect(read.arrays[name].data.constructor).toBe(array.data.constructor);
            expect(bytesOf(read.arrays[name])).toEqual(bytesOf(array));
          }
          expect(read.metadata).toEqual(metadata);
        },
      ),
    );
  });

  test("a file cut short anywhere is refused", () => {
    const bytes = encodeSafetensors(
      { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
      { note: "short" },
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(readOrRefused(bytes.slice(0, length)), `${length} bytes`).toBeNull();
    }
    expect(readOrRefused(bytes)).not.toBeNull();
  });

  test("any damage is read or refused, never a crash", () => {
    fc.assert(
      fc.property(
        arrays,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (written, damage) => {
          const bytes = encodeSafetensors(written, { note: "damage" });
          for (const [at, byte] of damage) bytes[at % bytes.length] = byte;
          readOrRefused(bytes);
        },
      ),
      { numRuns: 500 },
    );
  });
});
