/** Element types of .npy files: their sizes, and raw bytes to typed arrays. */

/** Typed arrays that .npy elements are held in. */
export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** True on every machine that Node and browsers run on today; asked all the same. */
export const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Reverses the bytes of every element in place: from one byte order to the other. */
export function reverseElements(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** The value of an IEEE 754 half-precision number, from its 16 bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** 64-bit integers as float64; the offending value, in words, when one does not fit. */
function fromWide(integers: BigInt64Array | BigUint64Array): Float64Array | string {
  const result = new Float64Array(integers.length);
  for (let i = 0; i < result.length; i++) {
    result[i] = Number(integers[i]);
    if (Math.abs(result[i]) > 2 ** 53 || BigInt(result[i]) !== integers[i])
      return `the element ${integers[i]}`;
  }
  return result;
}

interface NpyDtype {
  /** Bytes of an element. */
  readonly bytes: number;
  /** From bytes in the host's order, aligned and of our own; a string says which element cannot be held. */
  readonly read: (buffer: ArrayBuffer) => NpyData | string;
}

/** The dtypes that are read, by NumPy's short names. */
export const NPY_DTYPES: Readonly<Record<string, NpyDtype>> = {
  f2: { bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), fromHalf) },
  f4: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  f8: { bytes: 8, read: (buffer) => new Float64Array(buffer) },
  i1: { bytes: 1, read: (buffer) => new Int8Array(buffer) },
  i2: { bytes: 2, read: (buffer) => new Int16Array(buffer) },
  i4: { bytes: 4, read: (buffer) => new Int32Array(buffer) },
  i8: { bytes: 8, read: (buffer) => fromWide(new BigInt64Array(buffer)) },
  u1: { bytes: 1, read: (buffer) => new Uint8Array(buffer) },
  u2: { bytes: 2, read: (buffer) => new Uint16Array(buffer) },
  u4: { bytes: 4, read: (buffer) => new Uint32Array(buffer) },
  u8: { bytes: 8, read: (buffer) => fromWide(new BigUint64Array(buffer)) },
  b1: { bytes: 1, read: (buffer) => new Uint8Array(buffer).map((byte) => (byte === 0 ? 0 : 1)) },
};

/** Elements of a known dtype from their bytes in the file; a string says which element cannot be held. */
export function readElements(bytes: Uint8Array, dtype: string, littleEndian: boolean): NpyData | string {
  const { bytes: size, read } = NPY_DTYPES[dtype];
  // A copy, for alignment; not by slice(), which for a Buffer is a view.
  const copy = new Uint8Array(bytes);
  if (littleEndian !== hostIsLittleEndian) reverseElements(copy, size);
  return read(copy.buffer);
}
