import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { FileError } from "../../src/errors.ts";
import { decodePng, encodePng, greyMap, type PngImage } from "../../src/io/index.ts";
import { seededRandom } from "../../src/random.ts";

/** A PNG made by hand, to reach what the encoder does not write; its checksums are right. */
function png(ihdr: number[], chunks: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const all: (readonly [string, Uint8Array])[] = [["IHDR", Uint8Array.from(ihdr)], ...chunks];
  const parts = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)];
  for (const [type, body] of all) {
    const chunk = new Uint8Array(12 + body.length);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, body.length);
    for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i);
    chunk.set(body, 8);
    let crc = 0xffffffff;
    for (const byte of chunk.subarray(4, 8 + body.length)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    }
    view.setUint32(8 + body.length, ~crc >>> 0);
    parts.push(chunk);
  }
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const header = (width: number, height: number, bitDepth: number, colorType: number, interlace = 0) => [
  ...[0, 0, width >> 8, width & 255, 0, 0, 0, height, bitDepth, colorType, 0, 0, interlace],
];
const pixels = (...bytes: number[]): readonly [string, Uint8Array] => [
  "IDAT",
  deflateSync(Uint8Array.from(bytes)),
];
const end: readonly [string, Uint8Array] = ["IEND", new Uint8Array(0)];

const image = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.integer({ min: 1, max: 4 }),
    wide: fc.boolean(),
  })
  .chain(({ width, height, channels, wide }) => {
    const size = { minLength: width * height * channels, maxLength: width * height * channels };
    const data: fc.Arbitrary<Uint8Array | Uint16Array> = wide ? fc.uint16Array(size) : fc.uint8Array(size);
    return data.map((samples): PngImage => ({ width, height, channels, data: samples }));
  });

describe("round trip", () => {
  test("every number of channels, 8 and 16 bits", () => {
    fc.assert(
      fc.property(image, (original) => {
        const decoded = decodePng(encodePng(original));
        expect(decoded).toEqual({ ...original, depth: original.data instanceof Uint16Array ? 16 : 8 });
      }),
    );
  });

  test("a palette keeps its indices and colours", () => {
    const palette = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
    ];
    const original: PngImage = {
      width: 3,
      height: 2,
      channels: 1,
      data: Uint8Array.of(0, 1, 2, 2, 1, 0),
      palette,
    };
    const decoded = decodePng(encodePng(original));
    expect([...decoded.data]).toEqual([0, 1, 2, 2, 1, 0]);
    expect(decoded.palette).toEqual(palette);
  });

  test("interlaced files", () => {
    const data = Uint8Array.from({ length: 13 * 11 }, (_, i) => (i * 37) % 256);
    const bytes = encode({ width: 13, height: 11, channels: 1, depth: 8, data }, { interlace: "Adam7" });
    expect([...decodePng(bytes).data]).toEqual([...data]);
  });

  test("bytes inside a larger buffer", () => {
    const bytes = encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(9, 200) });
    const buffer = new Uint8Array(bytes.length + 20).fill(77);
    buffer.set(bytes, 7);
    expect([...decodePng(buffer.subarray(7, 7 + bytes.length)).data]).toEqual([9, 200]);
  });
});

describe("samples below 8 bits", () => {
  test("grey is spread over 0..255, rows are padded to bytes", () => {
    const bits = png(header(3, 2, 1, 0), [pixels(0, 0b10100000, 0, 0b01000000), end]);
    expect([...decodePng(bits).data]).toEqual([255, 0, 255, 0, 255, 0]);
    const pairs = png(header(5, 1, 2, 0), [pixels(0, 0b00011011, 0b10000000), end]);
    expect([...decodePng(pairs).data]).toEqual([0, 85, 170, 255, 170]);
    const nibbles = png(header(3, 1, 4, 0), [pixels(0, 0x0f, 0x10), end]);
    expect([...decodePng(nibbles).data]).toEqual([0, 255, 17]);
  });

  test("palette indices are kept", () => {
    const colors: readonly [string, Uint8Array] = ["PLTE", Uint8Array.of(0, 0, 0, 10, 20, 30, 255, 255, 255)];
    const decoded = decodePng(png(header(4, 1, 2, 3), [colors, pixels(0, 0b00011001), end]));
    expect([...decoded.data]).toEqual([0, 1, 2, 1]);
    expect(decoded.palette?.[1].slice(0, 3)).toEqual([10, 20, 30]);
    expect(greyMap(decoded)[2]).toBe(1);
  });

  test("a palette index beyond the palette is damage", () => {
    const colors: readonly [string, Uint8Array] = ["PLTE", Uint8Array.of(0, 0, 0)];
    const bytes = png(header(2, 1, 8, 3), [colors, pixels(0, 0, 4), end]);
    expect(() => decodePng(bytes, "m.png")).toThrow(
      "decodePng: m.png is damaged: it uses index 4 of a palette of 1",
    );
  });
});

describe("greyMap", () => {
  test("the highest sample is 1, in 8 and 16 bits", () => {
    expect([...greyMap({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) })]).toEqual([0, 1]);
    expect([...greyMap({ width: 2, height: 1, channels: 1, data: Uint16Array.of(13107, 65535) })]).toEqual([
      0.2, 1,
    ]);
  });

  test("colours by Rec. 709 weights, white exactly 1, alpha ignored", () => {
    const data = Uint8Array.of(255, 0, 0, 9, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255, 255, 1);
    const [red, green, blue, white] = greyMap({ width: 4, height: 1, channels: 4, data });
    expect([red, green, blue]).toEqual([0.2126, 0.7152, 0.0722]);
    expect(white).toBe(1);
    expect([...greyMap({ width: 1, height: 1, channels: 2, data: Uint8Array.of(51, 3) })]).toEqual([0.2]);
  });
});

describe("bytes that are no intact PNG", () => {
  const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * i) % 251);
  const whole = encodePng({ width: 40, height: 30, channels: 3, data });

  test("cut short anywhere", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodePng(whole.subarray(0, length), "cut.png")).toThrow(FileError);
    }
    expect(() => decodePng(whole.subarray(0, 300), "cut.png")).toThrow(
      /^decodePng: cut\.png is cut short: .*$/,
    );
  });

  test("any byte changed", () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = whole.slice();
        broken[at] ^= flip;
        expect(() => decodePng(broken, "broken.png")).toThrow(FileError);
      }),
      { numRuns: 400 },
    );
  });

  test("something else entirely, named in one line", () => {
    expect(() => decodePng(new TextEncoder().encode("GIF89a and more"), "a.png")).toThrow(
      "a.png is not a PNG file: it begins 47 49 46 38 39 61 20 61, expected 89 50 4e 47 0d 0a 1a 0a",
    );
    expect(() => decodePng(new Uint8Array(0), "empty.png")).toThrow("empty.png is not a PNG file: no bytes");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodePng(bytes)).toThrow(FileError);
      }),
    );
  });

  test("right checksums around too few or too many pixels", () => {
    expect(() => decodePng(png(header(2, 2, 8, 0), [pixels(0, 1, 2), end]), "few.png")).toThrow(
      "decodePng: few.png is damaged: 3 bytes of pixel data, expected 6",
    );
    expect(() => decodePng(png(header(2, 1, 8, 0), [pixels(0, 1, 2, 3, 4), end]))).toThrow(FileError);
    const stream = deflateSync(new Uint8Array(100));
    stream[stream.length - 1] ^= 1;
    expect(() => decodePng(png(header(99, 1, 8, 0), [["IDAT", stream], end]))).toThrow("of checksum");
    const cut = deflateSync(new Uint8Array(100)).subarray(0, -6);
    expect(() => decodePng(png(header(99, 1, 8, 0), [["IDAT", cut], end]))).toThrow(FileError);
  });

  test("bytes behind the pixel data are passed over", () => {
    const stream = Buffer.concat([deflateSync(Uint8Array.of(0, 7, 9)), Buffer.alloc(3)]);
    expect(decodePng(png(header(2, 1, 8, 0), [["IDAT", stream], end])).data).toEqual(Uint8Array.of(7, 9));
  });

  test("a small file that would inflate to 128 megabytes, without inflating it", () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 27));
    const before = process.memoryUsage.rss();
    expect(() => decodePng(png(header(99, 1, 8, 0), [["IDAT", bomb], end]))).toThrow("expected 100");
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 26);
  });

  test("streams of every length around the portions they are checked in", () => {
    // Noise does not shrink: a stream has about as many bytes as the picture.
    const random = seededRandom(5);
    for (let width = 16_360; width < 16_390; width++) {
      const row = Uint8Array.from({ length: width + 1 }, (_, i) => (i === 0 ? 0 : random.uniform(0, 256)));
      const good = deflateSync(row);
      expect(decodePng(png(header(width, 1, 8, 0), [["IDAT", good], end])).data).toEqual(row.subarray(1));
    }
  });

  test("headers that no PNG has", () => {
    expect(() => decodePng(png(header(0, 1, 8, 0), [pixels(), end]))).toThrow("0 x 1 pixels");
    expect(() => decodePng(png(header(1, 1, 3, 0), [pixels(0, 0), end]))).toThrow(
      "colour type 0 with 3 bits",
    );
    expect(() => decodePng(png(header(1, 1, 8, 3), [pixels(0, 0), end]))).toThrow("no PLTE chunk");
    expect(() => decodePng(png(header(1, 1, 8, 0), [end]))).toThrow("no IDAT chunk");
    expect(() => decodePng(png(header(8, 8, 1, 0, 1), [pixels(0), end]))).toThrow(
      "Adam7 interlacing with 1 bits",
    );
    expect(() => decodePng(png(header(1, 1, 8, 0), [pixels(9, 0), end]))).toThrow(FileError);
  });
});
