/** Images with masks from folders: what is read, what is written back, and every mistake told at once. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { FileError, OptionError } from "../../src/errors.ts";
import {
  DataError,
  decodePng,
  encodeLabels,
  encodePng,
  type LabelFormat,
  parseClasses,
  readImages,
  readMasks,
  readPairs,
} from "../../src/io/index.ts";

const folder = mkdtempSync(join(tmpdir(), "segtape-pairs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Picture = Partial<Parameters<typeof encodePng>[0]> | string;
let count = 0;

/** A new folder with these files; pictures are 2 x 2 unless they say otherwise. */
function make(files: Record<string, Picture>): string {
  const path = join(folder, `d${count++}`);
  mkdirSync(path);
  for (const [name, file] of Object.entries(files)) {
    const content =
      typeof file === "string"
        ? file
        : encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4), ...file });
    writeFileSync(join(path, name), content);
  }
  return path;
}

const grey = (...data: number[]): Picture => ({ data: Uint8Array.from(data) });
const rgb = (...colors: number[]): Picture => ({
  channels: 3,
  data: Uint8Array.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255])),
});
const PALETTE = [
  [0, 0, 0],
  [200, 0, 0],
  [0, 100, 0],
  [9, 9, 9],
];

/** The problems of reading these folders. */
async function problemsOf(images: string, masks: string, classes?: string): Promise<readonly string[]> {
  const error = await readPairs(
    images,
    masks,
    classes === undefined ? {} : { classes: parseClasses(classes) },
  ).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  expect(error).toBeInstanceOf(FileError);
  return (error as DataError).problems;
}

describe("readPairs", () => {
  test("two shades: the larger is the foreground", async () => {
    const images = make({ "b.png": grey(0, 51, 102, 255), "a.png": grey(1, 2, 3, 4), ".DS_Store": "x" });
    const masks = make({ "a.png": grey(0, 0, 0, 0), "b.PNG": grey(0, 7, 7, 0) });
    const { samples, channels, labels } = await readPairs(images, masks);
    expect(samples.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(channels).toBe(1);
    expect(labels).toEqual({
      kind: "grey",
      depth: 8,
      classes: [
        { name: "0", value: 0 },
        { name: "7", value: 7 },
      ],
    });
    expect([...samples[1].target]).toEqual([0, 1, 1, 0]);
    expect(samples[1].size).toEqual([2, 2]);
    expect([...samples[1].image]).toEqual([0, 51, 102, 255].map((x) => Math.fround(x / 255)));
  });

  test("classes named in an order of one's own", async () => {
    const images = make({ "a.png": grey(0, 0, 0, 0) });
    const masks = make({ "a.png": grey(255, 0, 255, 0) });
    const { samples, labels } = await readPairs(images, masks, {
      classes: parseClasses("cells=255, membrane=0"),
    });
    expect([...samples[0].target]).toEqual([0, 1, 0, 1]);
    expect(labels.classes.map(({ name }) => name)).toEqual(["cells", "membrane"]);
  });

  test("16 bits, colour images: channels first, in 0 .. 1", async () => {
    const images = make({
      "a.png": { channels: 3, data: Uint16Array.from({ length: 12 }, (_, i) => 65535 - 1000 * i) },
    });
    const masks = make({ "a.png": { data: Uint16Array.of(0, 300, 300, 60000) } });
    const { samples, channels, labels } = await readPairs(images, masks);
    expect(channels).toBe(3);
    expect(samples[0].image[4]).toBeCloseTo((65535 - 1000) / 65535, 6);
    expect(samples[0].image[1]).toBeCloseTo((65535 - 3000) / 65535, 6);
    expect([...samples[0].target]).toEqual([0, 1, 1, 2]);
    expect(labels.depth).toBe(16);
  });

  test("a palette in common: by index, and by its colours where one asks", async () => {
    const images = make({ "a.png": grey(0, 0, 0, 0), "b.png": grey(0, 0, 0, 0) });
    const palette = { palette: PALETTE };
    const masks = make({
      "a.png": { data: Uint8Array.of(0, 0, 0, 0), ...palette },
      "b.png": { data: Uint8Array.of(2, 1, 0, 2), ...palette },
    });
    const { samples, labels } = await readPairs(images, masks);
    expect([...samples[1].target]).toEqual([2, 1, 0, 2]);
    expect(labels).toMatchObject({ kind: "index", palette: PALETTE });
    const named = await readPairs(images, masks, { classes: parseClasses("bg=#000000,leaf=#006400,red=1") });
    expect([...named.samples[1].target]).toEqual([1, 2, 0, 1]);
  });

  test("colours, and palettes that differ: by colour", async () => {
    const images = make({ "a.png": grey(0, 0, 0, 0), "b.png": grey(0, 0, 0, 0) });
    const masks = make({
      "a.png": rgb(0, 0xc80000, 0x006400, 0),
      "b.png": { data: Uint8Array.of(0, 1, 1, 2), palette: [PALETTE[1], PALETTE[0], PALETTE[2]] },
    });
    const { samples, labels } = await readPairs(images, masks);
    expect(labels.kind).toBe("color");
    expect(labels.classes.map(({ name }) => name)).toEqual(["#000000", "#006400", "#c80000"]);
    expect(samples.map(({ target }) => [...target])).toEqual([
      [0, 2, 1, 0],
      [2, 0, 0, 1],
    ]);
  });

  test("all that is wrong, at once", async () => {
    const images = make({
      "alone.png": grey(0, 0, 0, 0),
      "small.png": { width: 1, height: 2, data: new Uint8Array(2) },
      "broken.png": "no picture",
      "notes.txt": "hello",
      "good.png": grey(0, 0, 0, 0),
      "odd.png": grey(0, 0, 0, 0),
      "red.png": rgb(1, 2, 3, 4),
    });
    const masks = make({
      "lost.png": grey(0, 0, 0, 0),
      "small.png": grey(0, 0, 255, 0),
      "broken.png": grey(0, 0, 0, 0),
      "good.png": grey(0, 255, 0, 0),
      "odd.png": grey(0, 17, 18, 18),
      "red.png": grey(0, 0, 0, 0),
    });
    const problems = await problemsOf(images, masks, "0,255");
    const told = [
      /notes\.txt: no PNG file/,
      /alone\.png: no mask alone\.png in/,
      /lost\.png: no image lost\.png in/,
      /broken\.png is not a PNG file/,
      /red\.png: in colours, expected grey/,
      /small\.png: 2 x 2, expected 1 x 2 like .*small\.png/,
      /odd\.png: 3 pixels of value 17, 18, expected 0, 255/,
    ];
    expect(problems).toHaveLength(told.length);
    for (const [at, pattern] of told.entries()) expect(problems[at]).toMatch(pattern);
  });

  test.each([
    ["no folder", "nowhere", {}, undefined, /nowhere: no such file or folder/],
    ["nothing in it", {}, {}, undefined, /no PNG file in either folder/],
    [
      "one value",
      { "a.png": grey(1, 2, 3, 4) },
      { "a.png": grey(5, 5, 5, 5) },
      undefined,
      /nothing but the value 5/,
    ],
    [
      "another depth",
      { "a.png": {}, "b.png": {} },
      { "a.png": grey(0, 1, 0, 1), "b.png": { data: Uint16Array.of(0, 1, 1, 1) } },
      undefined,
      /b\.png: 16 bits a sample, expected 8/,
    ],
    [
      "shades",
      { "a.png": {} },
      { "a.png": { width: 8, height: 8, data: Uint8Array.from({ length: 64 }, (_, i) => i) } },
      undefined,
      /64 different values .* at most 32/,
    ],
    [
      "a colour for grey masks",
      { "a.png": {} },
      { "a.png": grey(0, 1, 0, 1) },
      "0,#ff0000",
      /no mask can have the value #ff0000, expected shades/,
    ],
  ] as const)("%s", async (_name, images, masks, classes, message) => {
    const at = (files: string | Record<string, Picture>) =>
      typeof files === "string" ? join(folder, files) : make(files);
    const problems = await problemsOf(at(images), at(masks), classes);
    expect(problems.join("\n")).toMatch(message);
  });
});

test("classes that no mask can write, or that are another class by another name, are refused", async () => {
  const images = make({ "a.png": {} });
  const shades = make({ "a.png": grey(0, 0, 44, 44) });
  // 300 would be written as 44, the lowest 8 bits of it.
  expect(await problemsOf(images, shades, "0,44,x=300")).toEqual([
    "class x: no mask can have the value 300, expected shades up to 255",
  ]);
  const indices = make({ "a.png": { data: Uint8Array.of(0, 1, 0, 1), palette: PALETTE } });
  expect(await problemsOf(images, indices, "0,1,4")).toEqual([
    "class 4: no mask can have the value 4, expected indices of the masks' palette of 4 colours, or its colours",
  ]);
  expect(await problemsOf(images, indices, "0,red=1,blood=#c80000")).toEqual([
    "class blood: the value #c80000 is that of class red, expected one of its own",
  ]);
  const deep = make({ "a.png": { data: Uint16Array.of(0, 300, 0, 300) } });
  const { labels } = await readPairs(images, deep, { classes: parseClasses("0,300") });
  expect(labels.classes.map(({ value }) => value)).toEqual([0, 300]);
});

test("links lead to files and folders: files are read, folders within passed over", async () => {
  const [images, masks] = [make({ "a.png": {} }), make({ "a.png": grey(0, 0, 1, 1) })];
  const linked = make({});
  symlinkSync(join(images, "a.png"), join(linked, "a.png"));
  symlinkSync(masks, join(linked, "maps"));
  symlinkSync(masks, join(linked, "maps.png"));
  const link = join(folder, "link");
  symlinkSync(linked, link);
  expect((await readPairs(link, masks)).samples.map(({ name }) => name)).toEqual(["a"]);
  symlinkSync(join(images, "nothing.png"), join(linked, "b.png"));
  await expect(readImages(link)).rejects.toThrow(/b\.png: no such file/);
});

describe("parseClasses", () => {
  test.each(["", "0", "0,0", "0,x", "a=0,a=1", "=0,1", "0,-1", "0,70000", "#12345,0"])(
    "%j is refused",
    (text) => {
      expect(() => parseClasses(text)).toThrow(OptionError);
    },
  );
});

test("readImages lists what is no image", async () => {
  const path = make({ "a.png": grey(0, 0, 0, 0), "b.txt": "b", "c.png": "c" });
  await expect(readImages(path)).rejects.toMatchObject({
    problems: [/b\.txt/, /c\.png/].map((p) => expect.stringMatching(p)),
  });
  await expect(readImages(make({}))).rejects.toThrow(/no PNG file there/);
  expect(await readImages(make({ "a.png": rgb(1, 2, 3, 0xff0000) }), 3)).toHaveLength(1);
});

test("what encodeLabels writes, readPairs reads: the same classes in the same terms", async () => {
  const formats: LabelFormat[] = [
    { kind: "grey", depth: 8, classes: [0, 85, 255].map((value) => ({ name: `${value}`, value })) },
    { kind: "grey", depth: 16, classes: [5, 300, 65535].map((value) => ({ name: `${value}`, value })) },
    {
      kind: "index",
      depth: 8,
      palette: PALETTE,
      classes: [0, 1, 3].map((value) => ({ name: `${value}`, value })),
    },
    {
      kind: "color",
      depth: 8,
      classes: [0, 0x102030, 0xff0000].map((value) => ({
        name: `#${value.toString(16).padStart(6, "0")}`,
        value,
      })),
    },
  ];
  const images = make({ "a.png": { width: 3, height: 2, data: new Uint8Array(6) } });
  const masks = make({});
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...formats),
      fc.uint8Array({ max: 2, minLength: 3, maxLength: 3 }),
      async (format, some) => {
        // Every class once, so that the reading finds them all.
        const labels = Uint8Array.of(0, 1, 2, ...some);
        writeFileSync(join(masks, "a.png"), encodeLabels(labels, 3, 2, format));
        const read = await readPairs(images, masks);
        expect(read.labels).toEqual(format);
        expect([...read.samples[0].target]).toEqual([...labels]);
      },
    ),
    { numRuns: 40 },
  );
  const wrong = () => encodeLabels(Uint8Array.of(3), 1, 1, formats[0]);
  expect(wrong).toThrow(/class 3, expected classes below 3/);
  expect(decodePng(encodeLabels(Uint8Array.of(2), 1, 1, formats[2])).palette).toHaveLength(4);
});

describe("readMasks", () => {
  const pixel = (value: number) => ({ width: 2, height: 1, data: Uint8Array.of(0, value) });

  test("reads masks without images, as readPairs reads them", async () => {
    const masks = make({ "b.png": pixel(255), "a.png": pixel(0) });
    const seen: string[] = [];
    const read = await readMasks(masks, { onProgress: (_done, _total, name) => seen.push(name) });
    expect(read.labels.classes.map(({ value }) => value)).toEqual([0, 255]);
    expect(read.masks).toEqual([
      { name: "a", width: 2, height: 1, labels: Uint8Array.of(0, 0) },
      { name: "b", width: 2, height: 1, labels: Uint8Array.of(0, 1) },
    ]);
    expect(seen).toEqual(["a", "b"]);
  });

  test("takes some, evenly spread", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const masks = make(Object.fromEntries(names.map((name) => [`${name}.png`, pixel(1)])));
    const taken = async (limit: number) =>
      (await readMasks(masks, { limit })).masks.map(({ name }) => name).join("");
    expect([await taken(1), await taken(3), await taken(9)]).toEqual(["a", "ace", "abcdefg"]);
  });

  test("tells all that is wrong at once", async () => {
    const masks = make({ "a.png": pixel(255), "b.png": pixel(7) });
    writeFileSync(join(masks, "c.png"), "no picture");
    const wrong = readMasks(masks, { classes: [{ value: 0 }, { value: 255 }] });
    await expect(wrong).rejects.toMatchObject({
      problems: [expect.stringMatching(/c\.png/), expect.stringMatching(/b\.png: 1 pixel of value 7/)],
    });
  });
});
