/**
 * Safetensors: named arrays in one file, after a header in JSON.
 * Format: https://huggingface.co/docs/safetensors/index#format
 */
import { FileError, OptionError, refuse } from "../errors.ts";
import { hostIsLittleEndian, type NpyData, readElements, reverseElements } from "./npy-dtype.ts";

/** One array of a safetensors file. */
export interface SafetensorsArray {
  /** Lengths of the axes, outermost first; `[]` for a single number. */
  readonly shape: readonly number[];
  /**
   * Elements in row-major order. F16 and BF16 come as `Float32Array`; I64 and U64 as `Float64Array`, whole numbers beyond
   * 2^53 refused; BOOL as `Uint8Array` of 0 and 1; everything else as the typed array of its own kind.
   */
  readonly data: NpyData;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly arrays: Readonly<Record<string, SafetensorsArray>>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The name of the header's entry that is no array. */
const METADATA = "__metadata__";

/** As in the format's own library: more is no header, but a file of another kind. */
const LONGEST_HEADER = 100_000_000;

/** The kinds that are read, by the names that `readElements` has for them; BF16 is none of NumPy's. */
const DTYPES: Readonly<Record<string, { readonly bytes: number; readonly npy: string }>> = {
  F64: { bytes: 8, npy: "f8" },
  F32: { bytes: 4, npy: "f4" },
  F16: { bytes: 2, npy: "f2" },
  BF16: { bytes: 2, npy: "u2" },
  I64: { bytes: 8, npy: "i8" },
  I32: { bytes: 4, npy: "i4" },
  I16: { bytes: 2, npy: "i2" },
  I8: { bytes: 1, npy: "i1" },
  U64: { bytes: 8, npy: "u8" },
  U32: { bytes: 4, npy: "u4" },
  U16: { bytes: 2, npy: "u2" },
  U8: { bytes: 1, npy: "u1" },
  BOOL: { bytes: 1, npy: "b1" },
};

type Fail = (problem: string, given: string, expected: string) => never;

const failing =
  (name: string): Fail =>
  (problem, given, expected) => {
    throw new FileError(`decodeSafetensors: ${name} ${problem}: ${given}, expected ${expected}`, {
      op: "decodeSafetensors",
      argument: name,
      given,
      expected,
    });
  };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A string of a file, fit for one line of a message. */
const shown = (value: unknown) => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

/** The header's JSON, and where the data begin. */
function readHeader(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) fail("is no safetensors file", `${bytes.length} bytes`, "at least 8");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > LONGEST_HEADER)
    fail("is no safetensors file", `a header of ${length} bytes`, `at most ${LONGEST_HEADER}`);
  const start = 8 + length;
  if (start > bytes.length) fail("is cut short", `${bytes.length} bytes`, `a header up to byte ${start}`);
  let text = "";
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start));
    header = JSON.parse(text);
  } catch {
    fail("is damaged", `header ${shown(text.slice(0, 60))}`, "JSON in UTF-8");
  }
  if (!text.startsWith("{") || !isRecord(header))
    fail("is damaged", `header ${shown(text.slice(0, 60))}`, "a JSON object from the first byte on");
  return { header, start };
}

function readMetadata(entry: unknown, fail: Fail): Record<string, string> {
  if (entry === undefined) return {};
  if (isRecord(entry) && Object.values(entry).every((value) => typeof value === "string"))
    return entry as Record<string, string>;
  fail("is damaged", `${METADATA} ${shown(entry)}`, "texts by name");
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(name: string, entry: unknown, fail: Fail): Entry {
  const label = shown(name);
  const { dtype, shape, data_offsets: offsets, ...others } = isRecord(entry) ? entry : {};
  const strange = Object.keys(others);
  if (strange.length > 0)
    fail("is damaged", `${label} with ${shown(strange[0])}`, "dtype, shape and data_offsets");
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype))
    fail("cannot be read", `${label} of dtype ${shown(dtype)}`, `one of ${Object.keys(DTYPES).join(" ")}`);
  if (!Array.isArray(shape) || !shape.every(isCount))
    fail("is damaged", `${label} of shape ${shown(shape)}`, "whole numbers from 0");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1])
    fail("is damaged", `${label} with data_offsets ${shown(offsets)}`, "where its bytes begin and end");
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product: number, length: number) => product * length, DTYPES[dtype].bytes);
  if (end - begin !== bytes)
    fail("is damaged", `${label} with ${end - begin} bytes`, `${bytes} for ${dtype} ${shown(shape)}`);
  return { name, dtype, shape, begin, end };
}

/** Every byte of the data belongs to exactly one array. */
function checkLayout(entries: readonly Entry[], total: number, fail: Fail): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      const what = begin < at ? "overlaps what is before it" : "leaves a hole before it";
      fail("is damaged", `${shown(name)} begins at ${begin}, which ${what}`, String(at));
    }
    at = end;
  }
  if (at > total) fail("is cut short", `${total} bytes of elements`, String(at));
  if (at < total) fail("goes on after the last element", `${total} bytes of elements`, String(at));
}

/** bfloat16 is float32 without its last 16 bits. */
function fromBrainFloat(bits: NpyData): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

function elementsOf({ name, dtype }: Entry, bytes: Uint8Array, fail: Fail): NpyData {
  const elements = readElements(bytes, DTYPES[dtype].npy, true);
  if (typeof elements === "string")
    fail("cannot be read", `${elements} of ${shown(name)}`, "64-bit integers of at most 2^53 in size");
  return dtype === "BF16" ? fromBrainFloat(elements) : elements;
}

/**
 * Reads a safetensors file: dtypes F64 F32 F16 BF16, I64 I32 I16 I8, U64 U32 U16 U8 and BOOL.
 *
 * @param bytes - the whole file.
 * @param name - how error messages name it, usually the path.
 * @defaultValue `name` is `"safetensors data"`
 * @throws FileError when the bytes are no safetensors file, are cut short, go on after the last element, have arrays that
 * overlap or leave holes, or sizes that do not fit their shapes, hold another dtype or a 64-bit integer that a JavaScript
 * number cannot hold.
 *
 * @example
 * ```ts
 * const { arrays, metadata } = decodeSafetensors(await readBytes("weights.safetensors"), "weights.safetensors");
 * const { shape, data } = arrays["head.weight"];
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, name = "safetensors data"): Safetensors {
  const fail = failing(name);
  const { header, start } = readHeader(bytes, fail);
  const metadata = readMetadata(Object.hasOwn(header, METADATA) ? header[METADATA] : undefined, fail);
  const entries = Object.entries(header)
    .filter(([entry]) => entry !== METADATA)
    .map(([entry, value]) => readEntry(entry, value, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkLayout(entries, bytes.length - start, fail);
  const arrays = entries.map((entry): [string, SafetensorsArray] => {
    const part = bytes.subarray(start + entry.begin, start + entry.end);
    return [entry.name, { shape: entry.shape, data: elementsOf(entry, part, fail) }];
  });
  return { arrays: Object.fromEntries(arrays), metadata };
}

/** The dtype that {@link encodeSafetensors} writes for a typed array. */
function dtypeOf(name: string, data: unknown): string {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Int8Array) return "I8";
  if (data instanceof Int16Array) return "I16";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Uint8Array) return "U8";
  if (data instanceof Uint16Array) return "U16";
  if (data instanceof Uint32Array) return "U32";
  const given = Object.prototype.toString.call(data).slice(8, -1);
  refuse(
    OptionError,
    "encodeSafetensors",
    `data of ${name}`,
    given,
    "a typed array of floats or of integers up to 32 bits",
  );
}

/**
 * Writes named arrays as a safetensors file, each with the dtype of its typed array. Widest elements come first, so that
 * all are aligned; the header is padded with spaces to a multiple of 8 bytes.
 *
 * @param arrays - by name; elements in row-major order
 * @param metadata - texts by name
 * @returns the bytes of the file
 * @throws OptionError when a shape does not hold its elements, data are of another kind, or an array is called
 * `__metadata__`.
 *
 * @example
 * ```ts
 * const bias = { shape: [2], data: Float32Array.of(0.5, -1) };
 * await writeFileAtomic("weights.safetensors", encodeSafetensors({ bias }, { note: "untrained" }));
 * ```
 */
export function encodeSafetensors(
  arrays: Safetensors["arrays"],
  metadata: Safetensors["metadata"] = {},
): Uint8Array {
  const order = Object.entries(arrays).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [[METADATA, metadata]];
  let at = 0;
  for (const [name, { shape, data }] of order) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (name === METADATA) refuse(OptionError, "encodeSafetensors", "name", METADATA, "another name");
    if (!shape.every(isCount) || size !== data.length)
      refuse(
        OptionError,
        "encodeSafetensors",
        `shape of ${name}`,
        `[${shape.join(", ")}]`,
        `${data.length} elements`,
      );
    const dtype = dtypeOf(name, data);
    header.push([name, { dtype, shape, data_offsets: [at, at + data.byteLength] }]);
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = Math.ceil((8 + text.length) / 8) * 8;
  const bytes = new Uint8Array(start + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(text, 8);
  let to = start;
  for (const [, { data }] of order) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), to);
    if (!hostIsLittleEndian)
      reverseElements(bytes.subarray(to, to + data.byteLength), data.BYTES_PER_ELEMENT);
    to += data.byteLength;
  }
  return bytes;
}
