/** Pictures from files: what is opened, and in which words the rest is refused. */
import { describe, expect, test } from "vitest";
import { FileError } from "../../../src/errors.ts";
import { decodePng } from "../../../src/io/png.ts";
import { encodePng } from "../../../src/io/png-encode.ts";
import { type NamedBytes, openPicture, pngOf, sortPair } from "../../../src/studio/subject/files.ts";
import { drawSample } from "../../../src/studio/subject/samples.ts";

const grey = (name: string, width: number, height: number, of: (i: number) => number): NamedBytes => ({
  name,
  bytes: encodePng({
    width,
    height,
    channels: 1,
    data: Uint8Array.from({ length: width * height }, (_, i) => of(i)),
  }),
});

const mask = grey("mask.png", 10, 8, (i) => (i % 3 === 0 ? 255 : 0));
const prediction = grey("prediction.png", 10, 8, (i) => i);

test("a picture saved as PNG is opened as it was", () => {
  const sample = drawSample({ name: "lesions", size: 64, seed: 3 });
  const opened = openPicture({
    mask: { name: "mask.png", bytes: pngOf(sample, "mask") },
    prediction: { name: "prediction.png", bytes: pngOf(sample, "prediction") },
  });
  const { width, height, mask, prediction } = sample;
  expect(opened).toEqual({ width, height, mask, prediction });
  expect(decodePng(pngOf(sample, "mask")).channels).toBe(1);
});

test("masks of 0 and 1, of 0 and 255 and with soft edges all know inside and outside", () => {
  const plain = openPicture({ mask, prediction });
  expect(plain.mask).toEqual(Uint8Array.from({ length: 80 }, (_, i) => (i % 3 === 0 ? 255 : 0)));
  const ones = grey("ones.png", 10, 8, (i) => Number(i % 3 === 0));
  expect(openPicture({ mask: ones, prediction }).mask).toEqual(plain.mask);
  const soft = grey("soft.png", 10, 8, (i) => (i % 3 === 0 ? 200 : 90));
  expect(openPicture({ mask: soft, prediction }).mask).toEqual(plain.mask);
});

test("16 bits are rounded to 8; an image may have colours", () => {
  const deep = encodePng({ width: 10, height: 8, channels: 1, data: new Uint16Array(80).fill(0x8000) });
  const image = encodePng({ width: 10, height: 8, channels: 3, data: new Uint8Array(240).fill(51) });
  const opened = openPicture({
    mask,
    prediction: { name: "deep.png", bytes: deep },
    image: { name: "image.png", bytes: image },
  });
  expect(new Set(opened.prediction)).toEqual(new Set([128]));
  expect(new Set(opened.image)).toEqual(new Set([51]));
});

describe("refused, by the file's name and with what was expected:", () => {
  const color = encodePng({
    width: 10,
    height: 8,
    channels: 3,
    data: Uint8Array.from({ length: 240 }, (_, i) => 20 * (i % 3)),
  });
  const refusals: readonly [string, Parameters<typeof openPicture>[0], RegExp][] = [
    [
      "sizes that differ",
      { mask, prediction: grey("wide.png", 12, 8, (i) => i) },
      /^wide\.png is 12 x 8 pixels, expected 10 x 8 pixels, as mask\.png is$/,
    ],
    [
      "colours",
      { mask, prediction: { name: "rgb.png", bytes: color } },
      /^rgb\.png has colours, expected a grey map/,
    ],
    [
      "several classes",
      { mask: grey("classes.png", 10, 8, (i) => i % 4), prediction },
      /classes\.png is a map of the values 0, 1, 2, 3, expected a mask/,
    ],
    [
      "what is no PNG",
      { mask: { name: "notes.png", bytes: new TextEncoder().encode("hello") }, prediction },
      /notes\.png is not a PNG file/,
    ],
    [
      "a file cut short",
      { mask, prediction: { name: "half.png", bytes: prediction.bytes.slice(0, 60) } },
      /half\.png is cut short/,
    ],
    [
      "another ending",
      { mask, prediction: { name: "photo.jpg", bytes: prediction.bytes } },
      /photo\.jpg has \.jpg, expected \.png or \.npy/,
    ],
    [
      "too many pixels",
      { mask: grey("huge.png", 1100, 8, () => 0), prediction },
      /^huge\.png is 1100 x 8 pixels, expected 8 to 1024 a side/,
    ],
  ];
  test.each(refusals)("%s", (_, files, words) => {
    expect(() => openPicture(files)).toThrow(FileError);
    expect(() => openPicture(files)).toThrow(words);
  });
});

test("of two files dropped together the names say which is the mask", () => {
  expect(sortPair(["case1-pred.png", "case1-mask.png"])).toEqual({ mask: 1, prediction: 0 });
  expect(sortPair(["Truth.png", "b.png"])).toEqual({ mask: 0, prediction: 1 });
  for (const names of [["a.png", "b.png"], ["mask.png"], ["mask.png", "mask2.png"]])
    expect(() => sortPair(names)).toThrow(/dropped together, expected two files/);
});
