/**
 * NumPy's .npy files, versions 1 to 3, in and out.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { DTypeError, FileError, refuse, ShapeError } from "../errors.ts";
import { hostIsLittleEndian, NPY_DTYPES, type NpyData, readElements, reverseElements } from "./npy-dtype.ts";

/** An array as a .npy file holds it, brought to C order. */
export interface NpyArray {
  /**
   * Elements in row-major (C) order. f2 comes as `Float32Array`; i8 and u8 as `Float64Array`, whole numbers
   * beyond 2^53 refused; b1 as `Uint8Array` of 0 and 1; everything else as the typed array of its own kind.
   */
  readonly data: NpyData;
  /** Lengths of the axes, outermost first; `[]` for a single number. */
  readonly shape: number[];
  /** The file's element type without its byte order: `"f4"`, `"u1"`, `"b1"`, ... */
  readonly dtype: string;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

function fail(name: string, problem: string, given: string, expected: string): never {
  throw new FileError(`decodeNpy: ${name} ${problem}: ${given}, expected ${expected}`, {
    op: "decodeNpy",
    argument: name,
    given,
    expected,
  });
}

interface NpyHeader {
  readonly dtype: string;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: number[];
}

/** Reads the header, the printed form of a Python dictionary with three keys. */
function readHeader(text: string, name: string): NpyHeader {
  const shown = text
    .replace(/[^ -~]+/g, " ")
    .trim()
    .slice(0, 80);
  const type = /'descr'\s*:\s*('[^']*'|\[)/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  // Python 2 wrote the lengths as 3L.
  const axes = /'shape'\s*:\s*\(\s*((?:\d+L?\s*,\s*)*(?:\d+L?)?)\s*\)/.exec(text)?.[1];
  if (!/^\{.*\}\s*$/s.test(text) || type === undefined || order === undefined || axes === undefined) {
    return fail(name, "is damaged", `header ${shown}`, "a dictionary of descr, fortran_order and shape");
  }
  const known = Object.keys(NPY_DTYPES).join(" ");
  if (type === "[") fail(name, "cannot be read", "a structured dtype", `one of ${known}`);
  const [, byteOrder, dtype] = /^'([<>|=]?)(.*)'$/.exec(type) ?? [];
  if (dtype.startsWith("O"))
    fail(name, "cannot be read", "dtype O, pickled Python objects", `one of ${known}`);
  if (!Object.hasOwn(NPY_DTYPES, dtype))
    fail(name, "cannot be read", `dtype ${type.slice(1, -1)}`, `one of ${known}`);
  const shape = axes
    .split(",")
    .map((length) => length.trim())
    .filter((length) => length !== "")
    .map((length) => Number.parseInt(length, 10));
  const littleEndian = byteOrder === "<" || (byteOrder !== ">" && hostIsLittleEndian);
  return { dtype, littleEndian, fortranOrder: order === "True", shape };
}

/** Elements stored first axis fastest, brought to last axis fastest. */
function toRowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const result = data.slice();
  const place = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1),
  );
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++place[axis] < shape[axis]) break;
      from -= place[axis] * strides[axis];
      place[axis] = 0;
    }
  }
  return result;
}

/**
 * Reads a .npy file of numbers: versions 1 to 3, either byte order, C or Fortran order, dtypes f2 f4 f8, i1
 * i2 i4 i8, u1 u2 u4 u8 and b1.
 *
 * @param bytes - the whole file.
 * @param name - how error messages name it, usually the path.
 * @defaultValue `name` is `"npy data"`
 * @returns the elements in C order, the shape and the dtype.
 * @throws FileError when the bytes are no .npy file, are cut short, go on after the last element, hold
 * another dtype (Python objects, structures, text, complex numbers) or a 64-bit integer that a JavaScript
 * number cannot hold.
 *
 * @example
 * ```ts
 * const { data, shape, dtype } = decodeNpy(await readBytes("prediction.npy"), "prediction.npy");
 * ```
 */
export function decodeNpy(bytes: Uint8Array, name = "npy data"): NpyArray {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    const first = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    fail(name, "is not a .npy file", first === "" ? "no bytes" : `it begins ${first}`, "93 4e 55 4d 50 59");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) fail(name, "is cut short", `${bytes.length} bytes`, "a header");
  if (version < 1 || version > 3)
    fail(name, "cannot be read", `version ${version}.${bytes[7]}`, "version 1, 2 or 3");
  const start = prefix + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) {
    fail(name, "is cut short", `${bytes.length} bytes`, `a header up to byte ${start}`);
  }
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(prefix, start));
  const { dtype, littleEndian, fortranOrder, shape } = readHeader(text, name);

  const size = shape.reduce((product, length) => product * length, 1);
  const expected = size * NPY_DTYPES[dtype].bytes;
  const given = bytes.length - start;
  const wanted = `${expected} for ${dtype} [${shape.join(", ")}]`;
  if (given < expected) fail(name, "is cut short", `${given} bytes of elements`, wanted);
  if (given > expected) fail(name, "goes on after the last element", `${given} bytes of elements`, wanted);
  const elements = readElements(bytes.subarray(start), dtype, littleEndian);
  if (typeof elements === "string") {
    return fail(name, "cannot be read", elements, "64-bit integers of at most 2^53 in size");
  }
  const data = fortranOrder && shape.length > 1 ? toRowMajor(elements, shape) : elements;
  return { data, shape, dtype };
}

/** The dtype that {@link encodeNpy} writes for a typed array. */
function dtypeOf(data: NpyData): string {
  if (data instanceof Float32Array) return "f4";
  if (data instanceof Float64Array) return "f8";
  if (data instanceof Int8Array) return "i1";
  if (data instanceof Int16Array) return "i2";
  if (data instanceof Int32Array) return "i4";
  if (data instanceof Uint8Array || (data as unknown) instanceof Uint8ClampedArray) return "u1";
  if (data instanceof Uint16Array) return "u2";
  if (data instanceof Uint32Array) return "u4";
  const given = Object.prototype.toString.call(data).slice(8, -1);
  const expected = "a typed array of floats or of integers up to 32 bits";
  refuse(DTypeError, "encodeNpy", "data", given, expected);
}

/**
 * Writes numbers as a .npy file: version 1, little-endian, C order, the dtype by the kind of typed array.
 *
 * @param data - elements in row-major order.
 * @param shape - lengths of the axes, whole numbers from 0; `[]` for a single number.
 * @returns the bytes of the file, as `numpy.save` lays them out.
 * @throws DTypeError when `data` is no typed array of floats or of integers up to 32 bits.
 * @throws ShapeError when `shape` does not hold `data.length` elements.
 *
 * @example
 * ```ts
 * await writeFileAtomic("gradient.npy", encodeNpy(new Float32Array(6), [2, 3]));
 * ```
 */
export function encodeNpy(data: NpyData | Uint8ClampedArray, shape: readonly number[]): Uint8Array {
  const dtype = dtypeOf(data as NpyData);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length || !shape.every((length) => Number.isInteger(length) && length >= 0)) {
    const given = `[${shape.join(", ")}]`;
    const expected = `whole numbers that hold ${data.length} elements`;
    refuse(ShapeError, "encodeNpy", "shape", given, expected);
  }
  const mark = data.BYTES_PER_ELEMENT === 1 ? "|" : "<";
  // A Python tuple of one element needs its comma.
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${mark}${dtype}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  new TextEncoder().encodeInto(`${text.padEnd(start - 11)}\n`, bytes.subarray(10));
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  if (!hostIsLittleEndian) reverseElements(bytes.subarray(start), data.BYTES_PER_ELEMENT);
  return bytes;
}
