import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FileError } from "../../src/errors.ts";
import { encodeNpy, encodePng, type PngPalette, readMap, readMask } from "../../src/io/index.ts";

const folder = mkdtempSync(join(tmpdir(), "segtape-mask-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** A file of two rows of three. */
function file(extension: "png" | "npy", bytes: Uint8Array): string {
  const path = join(folder, `${count++}.${extension}`);
  writeFileSync(path, bytes);
  return path;
}
const grey = (...data: number[]) =>
  file("png", encodePng({ width: 3, height: 2, channels: 1, data: Uint8Array.from(data) }));
const deep = (...data: number[]) =>
  file("png", encodePng({ width: 3, height: 2, channels: 1, data: Uint16Array.from(data) }));
const colors = (palette: PngPalette, ...data: number[]) =>
  file("png", encodePng({ width: 3, height: 2, channels: 1, data: Uint8Array.from(data), palette }));
const rgb = (...pixels: readonly (readonly number[])[]) =>
  file("png", encodePng({ width: 3, height: 2, channels: 3, data: Uint8Array.from(pixels.flat()) }));
const npy = (data: Float64Array | Uint8Array) => file("npy", encodeNpy(data, [2, 3]));

const MASK = [0, 1, 1, 0, 0, 1];
const [RED, BLACK] = [
  [200, 0, 0],
  [0, 0, 0],
];

describe("0 and one other value: the other is foreground", () => {
  test.each([
    ["0 and 255", () => grey(...MASK.map((x) => 255 * x)), 255],
    ["0 and 1, as label tools write it", () => grey(...MASK), 1],
    ["0 and 128", () => grey(...MASK.map((x) => 128 * x)), 128],
    ["0 and 1 in 16 bits", () => deep(...MASK), 1],
    ["0 and 65535", () => deep(...MASK.map((x) => 65535 * x)), 65535],
    [
      "a colour of a palette, by its index",
      () => colors([BLACK, [0, 9, 0], RED], ...MASK.map((x) => 2 * x)),
      2,
    ],
    ["a palette whose background is a colour", () => colors([RED, BLACK], ...MASK), 1],
    [
      "a palette of greys, white first",
      () => colors([[255, 255, 255], BLACK], ...MASK.map((x) => 1 - x)),
      255,
    ],
    ["red on black", () => rgb(...MASK.map((x) => (x ? RED : BLACK))), 42.52],
    [".npy of 0 and 255", () => npy(Uint8Array.from(MASK, (x) => 255 * x)), 255],
  ])("%s", async (_name, path, foreground) => {
    const mask = await readMask(path());
    expect(Array.from(mask.data)).toEqual(MASK);
    expect(mask.shape).toEqual([2, 3]);
    expect(mask.foreground).toBeCloseTo(foreground, 6);
  });

  test("nothing at all, and everything", async () => {
    const empty = await readMask(grey(0, 0, 0, 0, 0, 0));
    expect(Array.from(empty.data)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(empty.foreground).toBeNull();
    expect(Array.from((await readMask(grey(1, 1, 1, 1, 1, 1))).data)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe("shares", () => {
  test("shades of a PNG, white = 1", async () => {
    const { data, foreground } = await readMask(grey(0, 51, 102, 153, 204, 204));
    expect(Array.from(data)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 0.8]);
    expect(foreground).toBeNull();
  });

  test("a .npy in 0 .. 1, as it is", async () => {
    const shares = Float64Array.of(0, 0.25, 0, 0.25, 0, 0.25);
    expect((await readMask(npy(shares))).data).toEqual(shares);
  });
});

describe("refused, with the file's name", () => {
  test.each([
    [
      "labels of classes in a PNG",
      () => grey(0, 1, 2, 3, 0, 1),
      "is a map of the values 0, 1, 2, 3, expected",
    ],
    [
      "labels in the colours of a palette",
      () => colors([BLACK, RED, [255, 255, 0]], 0, 1, 2, 0, 1, 2),
      "0, 1, 2",
    ],
    [
      "labels in a .npy",
      () => npy(Uint8Array.of(0, 1, 2, 0, 1, 2)),
      "is a map of the values 0, 1, 2, expected",
    ],
    ["a negative number", () => npy(Float64Array.of(0, -1, 0, 0, 0, 0)), "is -1 at element 1"],
    ["NaN", () => npy(Float64Array.of(0, 0, Number.NaN, 0, 0, 0)), "is NaN at element 2"],
  ])("%s", async (_name, path, message) => {
    const name = path();
    await expect(readMask(name)).rejects.toThrow(FileError);
    await expect(readMask(name)).rejects.toThrow(`readMask: ${name} `);
    await expect(readMask(name)).rejects.toThrow(message);
  });
});

test("a map tells whether it has colours", async () => {
  const colored = async (path: string) => (await readMap(path)).colored;
  expect(await colored(rgb(RED, BLACK, BLACK, BLACK, BLACK, BLACK))).toBe(true);
  expect(await colored(rgb(...new Array(6).fill([7, 7, 7])))).toBe(false);
  expect(await colored(colors([BLACK, RED], 0, 0, 0, 0, 0, 0))).toBe(false);
  expect(await colored(grey(1, 2, 3, 4, 5, 6))).toBe(false);
  expect(await colored(npy(new Float64Array(6)))).toBeUndefined();
});
