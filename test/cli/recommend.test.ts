/** `segtape recommend`, from outside. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePng } from "../../src/io/index.ts";
import { segtape } from "../support/program.ts";
import { readJson, temporaryFolder } from "../support/training-data.ts";

const { at, remove } = temporaryFolder("recommend");
afterAll(remove);

const MEMBRANES = "../shared/data/membrane/label";
const [WIDTH, HEIGHT] = [40, 30];

function writeMask(folder: string, name: string, value: (x: number, y: number) => number) {
  mkdirSync(at(folder), { recursive: true });
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH)));
  writeFileSync(at(folder, name), encodePng({ width: WIDTH, height: HEIGHT, channels: 1, data }));
}

const lesion = (x: number, y: number) => (x > 9 && x < 13 && y > 9 && y < 14 ? 255 : 0);
beforeAll(() => {
  writeMask("masks", "a.png", lesion);
  writeMask("masks", "b.png", () => 0);
  writeMask("masks", "c.png", (x, y) => lesion(x - 5, y));
  writeMask("shades", "a.png", lesion);
  writeMask("shades", "b.png", (x, y) => (lesion(x, y) > 0 ? 254 : 0));
  writeMask("shades", "c.png", (x, y) => (lesion(x, y) > 0 ? 7 : 0));
  writeFileSync(at("shades", "d.png"), "no picture");
  mkdirSync(at("empty"));
  writeMask("blank", "a.png", () => 0);
});

describe("recommend", () => {
  test("measures masks, says what suits them as text and page, and where it stands", async () => {
    const run = await segtape("recommend", "--masks", at("masks"), "--out", at("out"));
    expect(run.err).toBe("");
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^3 masks of 40 x 30 pixels\n/);
    // 12 of 1200 pixels in two of three masks.
    expect(run.out).toMatch(/\n +255 +0\.67 +0 to 1 +33 +0\.667 +12 +12 +0 /);
    expect(run.out).toMatch(/\nA rare class: 255 takes 0\.67 % of the pixels/);
    expect(run.out).toMatch(/\nImages without the class: 255 is absent from 33 % of the 3 images/);
    expect(run.out).toMatch(/\nMind:\n/);
    const [, name] = /\nStart with: (\w+)/.exec(run.out) ?? [];
    const found = readJson(at("out", "recommendation.json"));
    expect(found.suggestion.name).toBe(name);
    expect(found.measures.classes[1].objects.medianPixels).toBe(12);
    expect(readFileSync(at("out", "report.html"), "utf8")).toContain(name);
  });

  test.skipIf(!existsSync(MEMBRANES))(
    "warns of overlap on masks that cells fill, as training with it showed (needs ../shared/data/membrane)",
    async () => {
      const run = await segtape(
        "recommend",
        ...["--masks", MEMBRANES, "--classes", "membrane=0,cell=255", "--limit", "3", "--json"],
      );
      expect(run.code).toBe(0);
      const { measures, needs, warnings, suggestion } = JSON.parse(run.out);
      expect(measures.images).toBe(3);
      expect(measures.classes[1].share.mean).toBeCloseTo(0.78, 1);
      expect(needs[0].name).toBe("common");
      // docs/membranes.md: these three ended with everything a cell, and these did not.
      for (const name of ["diceLoss", "logCoshDiceLoss", "focalTverskyLoss"])
        expect(warnings[0].losses).toContain(name);
      for (const name of ["binaryCrossEntropyLoss", "focalLoss", "comboLoss"])
        expect(warnings[0].losses).not.toContain(name);
      expect(warnings[0].losses).not.toContain(suggestion.name);
      expect(needs.map((need: { name: string }) => need.name)).toContain("thin");
    },
  );
});

describe("mistakes", () => {
  test("values that are no class are told together, file by file", async () => {
    const run = await segtape("recommend", "--masks", at("shades"), "--classes", "0,255");
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/3 problems:\n/);
    expect(run.err).toMatch(/b\.png: 12 pixels of value 254, expected 0, 255\n/);
    expect(run.err).toMatch(/c\.png: 12 pixels of value 7, expected 0, 255\n/);
    expect(run.err).toMatch(/d\.png/);
    expect(run.out).toBe("");
  });

  test.each([
    ["a folder without masks", ["--masks", at("empty")], 1, /no PNG file there/],
    ["no such folder", ["--masks", at("nowhere")], 1, /nowhere: no such file or folder/],
    ["masks of one value", ["--masks", at("blank")], 1, /nothing but the value 0/],
    ["no folder named", [], 2, /recommend needs --masks DIR/],
    ["a limit of nothing", ["--masks", at("masks"), "--limit", "0"], 2, /--limit is "0"/],
    ["classes that are none", ["--masks", at("masks"), "--classes", "7"], 2, /--classes is/],
    ["an argument too many", ["dice", "--masks", at("masks")], 2, /recommend takes no "dice"/],
  ])("%s", async (_, options, code, message) => {
    const run = await segtape("recommend", ...options);
    expect(run.err).toMatch(message);
    expect(run.err.trim().split("\n")).toHaveLength(1);
    expect(run.code).toBe(code);
  });

  test("nothing is written where something is wrong", async () => {
    await segtape("recommend", "--masks", at("empty"), "--out", at("none"));
    expect(existsSync(at("none"))).toBe(false);
  });
});
