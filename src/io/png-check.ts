/**
 * Integrity of PNG bytes: signature, chunk lengths and checksums, header values, and the compressed stream.
 */
import { Unzlib } from "fflate";
import { FileError } from "../errors.ts";

/** What the IHDR chunk says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a stored sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: number;
  readonly channels: number;
  readonly interlaced: boolean;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples a pixel and permitted bits a sample, by colour type (PNG specification, table 11.1). */
const COLOR_TYPES: Readonly<Record<number, { channels: number; bitDepths: readonly number[] }>> = {
  0: { channels: 1, bitDepths: [1, 2, 4, 8, 16] },
  2: { channels: 3, bitDepths: [8, 16] },
  3: { channels: 1, bitDepths: [1, 2, 4, 8] },
  4: { channels: 2, bitDepths: [8, 16] },
  6: { channels: 4, bitDepths: [8, 16] },
};

/** Adam7: first column and row, then steps, of the seven passes. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function fail(name: string, problem: string, given: string, expected: string, cause?: unknown): never {
  throw new FileError(`decodePng: ${name} ${problem}: ${given}, expected ${expected}`, {
    op: "decodePng",
    argument: name,
    given,
    expected,
    cause,
  });
}

function readHeader(body: DataView, name: string): PngHeader {
  if (body.byteLength !== 13) fail(name, "is damaged", `an IHDR chunk of ${body.byteLength} bytes`, "13");
  const [width, height] = [body.getUint32(0), body.getUint32(4)];
  const [bitDepth, colorType, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) =>
    body.getUint8(at),
  );
  if (width === 0 || height === 0) fail(name, "is damaged", `${width} x ${height} pixels`, "at least one");
  const kind = COLOR_TYPES[colorType];
  if (!kind?.bitDepths.includes(bitDepth)) {
    const expected = "a pair that the PNG specification permits";
    fail(name, "is damaged", `colour type ${colorType} with ${bitDepth} bits a sample`, expected);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const given = `compression ${compression}, filter ${filter}, interlacing ${interlace}`;
    fail(name, "cannot be read", given, "compression 0, filter 0, interlacing 0 or 1");
  }
  if (interlace === 1 && bitDepth < 8) {
    fail(
      name,
      "cannot be read",
      `Adam7 interlacing with ${bitDepth} bits a sample`,
      "8 or 16 bits, or no interlacing",
    );
  }
  return { width, height, bitDepth, colorType, channels: kind.channels, interlaced: interlace === 1 };
}

/** Bytes of the image before compression: each row has one byte more, for its filter. */
function rawSize({ width, height, bitDepth, channels, interlaced }: PngHeader): number {
  const rows = (columns: number, count: number) =>
    columns === 0 ? 0 : count * (1 + Math.ceil((columns * channels * bitDepth) / 8));
  if (!interlaced) return rows(width, height);
  return PASSES.reduce(
    (sum, [x, y, stepX, stepY]) =>
      sum + rows(Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)),
    0,
  );
}

/** Bytes given to the decompressor at once: what they inflate to is bounded by about a thousand times as much. */
const PORTION = 1 << 14;

/** Bytes that Adler-32 sums before it takes remainders: so many stay within 31 bits, which engines compute fastest. */
const ADLER_RUN = 3800;
const ADLER_MODULUS = 65521;

/** Size and checksum of what a zlib stream holds; gives up once it holds more than `most` bytes. */
function inflatedSize(stream: Uint8Array, most: number): { readonly size: number; readonly sum: number } {
  let size = 0;
  let [low, high] = [1, 0];
  const inflate = new Unzlib((bytes) => {
    size += bytes.length;
    for (let from = 0; from < bytes.length; from += ADLER_RUN) {
      for (const byte of bytes.subarray(from, from + ADLER_RUN)) high += low += byte;
      low %= ADLER_MODULUS;
      high %= ADLER_MODULUS;
    }
  });
  for (let from = 0; from < stream.length && size <= most; from += PORTION)
    inflate.push(stream.subarray(from, from + PORTION), from + PORTION >= stream.length);
  return { size, sum: high * 65536 + low };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function checkStream(parts: readonly Uint8Array[], header: PngHeader, name: string): void {
  const expected = rawSize(header);
  const stream = concatenated(parts);
  let found: ReturnType<typeof inflatedSize>;
  try {
    // Not all at once: a few bytes may inflate to more than there is memory.
    found = inflatedSize(stream, expected);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    fail(name, "is damaged", `pixel data that do not inflate (${why})`, `${expected} bytes`, cause);
  }
  if (found.size !== expected)
    fail(name, "is damaged", `${found.size} bytes of pixel data`, String(expected));
  const view = new DataView(stream.buffer);
  // The checksum ends the stream; some writers put more bytes behind it.
  let at = stream.length - 4;
  while (at >= 0 && view.getUint32(at) !== found.sum) at--;
  if (at < 0) {
    const stored = view.getUint32(stream.length - 4).toString(16);
    fail(name, "is damaged", `pixel data of checksum ${found.sum.toString(16)}`, stored);
  }
}

/**
 * Verifies PNG bytes and returns the header.
 *
 * @param bytes - the whole file.
 * @param name - how error messages name it.
 * @throws FileError when the signature, a chunk's length or checksum, the header, the order of the chunks or
 * the compressed stream is wrong.
 */
export function checkPng(bytes: Uint8Array, name: string): PngHeader {
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) {
    const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    fail(
      name,
      "is not a PNG file",
      first === "" ? "no bytes" : `it begins ${first}`,
      "89 50 4e 47 0d 0a 1a 0a",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let palette = false;
  for (let at = 8; ; ) {
    const left = bytes.length - at;
    if (left < 12) fail(name, "is cut short", `it ends after ${bytes.length} bytes`, "an IEND chunk");
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type))
      fail(name, "is damaged", `no chunk type at byte ${at + 4}`, "four letters");
    if (length > left - 12) {
      fail(name, "is cut short", `chunk ${type} has ${left - 12} bytes`, String(length));
    }
    const body = at + 8;
    const crc = crc32(bytes.subarray(at + 4, body + length));
    const stored = view.getUint32(body + length);
    if (crc !== stored) {
      fail(name, "is damaged", `chunk ${type} has checksum ${crc.toString(16)}`, stored.toString(16));
    }
    if (header === undefined) {
      if (type !== "IHDR") fail(name, "is damaged", `first chunk ${type}`, "IHDR");
      header = readHeader(new DataView(bytes.buffer, bytes.byteOffset + body, length), name);
    } else if (type === "PLTE") {
      palette = true;
    } else if (type === "IDAT") {
      parts.push(bytes.subarray(body, body + length));
    } else if (type === "IEND") {
      if (header.colorType === 3 && !palette) fail(name, "is damaged", "no PLTE chunk", "a palette");
      if (parts.length === 0) fail(name, "is damaged", "no IDAT chunk", "pixel data");
      checkStream(parts, header, name);
      return header;
    }
    at = body + length + 12 - 8;
  }
}
