/** Mistakes a user makes: each is told in one line, by an exit code, and leaves nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { encodeNpy, encodePng, readMap } from "../../src/io/index.ts";
import { program, segtape } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "segtape-mistakes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const [WIDTH, HEIGHT] = [20, 12];
const image = (f: (x: number, y: number) => number) =>
  Float64Array.from({ length: WIDTH * HEIGHT }, (_, i) => f(i % WIDTH, Math.floor(i / WIDTH)));
const inside = image((x, y) => Number((x - 9) ** 2 + (y - 6) ** 2 < 20));
const probability = image((x, y) => 1 / (1 + Math.exp((x - 8) ** 2 + (y - 5) ** 2 - 20)));
const png = (name: string, data: Float64Array, extra: object = {}) =>
  writeFileSync(
    at(name),
    encodePng({
      width: WIDTH,
      height: HEIGHT,
      channels: 1,
      data: Uint8Array.from(data, Math.round),
      ...extra,
    }),
  );
const npy = (name: string, data: Float64Array, shape = [HEIGHT, WIDTH]) =>
  writeFileSync(at(name), encodeNpy(data, shape));

png(
  "p.png",
  probability.map((p) => 255 * p),
);
png(
  "mask.png",
  inside.map((g) => 255 * g),
);
png("ones.png", inside);
png(
  "palette.png",
  inside.map((g) => 3 * g),
  {
    palette: [
      [0, 0, 0],
      [1, 2, 3],
      [4, 5, 6],
      [200, 0, 0],
    ],
  },
);
png(
  "labels.png",
  image((x) => x % 4),
);
npy("p.npy", probability);
npy(
  "steep.npy",
  probability.map((p) => 200 * p - 100),
);
npy(
  "nan.npy",
  probability.map((p, i) => (i === 7 ? Number.NaN : p)),
);
npy(
  "infinite.npy",
  probability.map((p, i) => (i === 7 ? Infinity : p)),
);
npy("empty.npy", new Float64Array(0), [0, 4]);

const QUICK = ["--backend", "cpu", "--skip-gradcheck", "--json"];
const pair = (prediction: string, target = "mask.png") => [
  "--prediction",
  at(prediction),
  "--target",
  at(target),
];
const study = (out: string, ...args: string[]) =>
  segtape("study", "dice", ...QUICK, "--out", at(out), ...args);

describe("options of a loss that it refuses: named, before anything runs, nothing written", () => {
  test.each([
    ['{"diceLoss":{"foo":1}}', 1, /diceLoss: option foo is not taken/],
    ['{"dice":{"smooth":-1}}', 1, /diceLoss: smooth is -1, expected a number from 0/],
    ['{"dice":{"pixelWeights":3}}', 1, /diceLoss: pixelWeights is number, expected a tensor/],
    ['{"dice":{"reduction":"none"}}', 1, /diceLoss: reduction is "none", expected "mean" or "sum"/],
    ['{"dice":{"input":"probabilities"}}', 1, /diceLoss: input is "probabilities"/],
    ['{"tversky":{"smooth":0}}', 2, /--options is for tverskyLoss, which is not chosen/],
    ['{"dice":{},"diceLoss":{}}', 2, /--options names diceLoss twice/],
    ['{"dice":3}', 2, /--options has 3 for dice, expected an object/],
    ['{"toString":{}}', 2, /no loss "toString"/],
    ["[]", 2, /--options is "\[\]", expected JSON such as/],
  ])("%s", async (options, code, message) => {
    const run = await study("refused", ...pair("p.png"), "--options", options);
    expect([run.code, run.out]).toEqual([code, ""]);
    expect(run.err).toMatch(message);
    expect(run.err.trim().split("\n")).toHaveLength(1);
    expect(existsSync(at("refused"))).toBe(false);
  });

  test("gradcheck says the same", async () => {
    const run = await segtape("gradcheck", "dice", "--options", '{"dice":{"foo":1}}');
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(/diceLoss: option foo is not taken/);
  });
});

describe("files that look like what they are not", () => {
  test.each([
    [
      "labels of several classes",
      pair("p.png", "labels.png"),
      /labels\.png is a map of the values 0, 1, 2, 3/,
    ],
    ["a mask of 0 and 1 as prediction", pair("ones.png"), /ones\.png is nothing but 0 and 1 of 255/],
    ["a picture in colours as prediction", pair("palette.png"), /palette\.png is a picture in colours/],
    ["logits in a PNG", [...pair("p.png"), "--input", "logits"], /p\.png is a PNG, expected a \.npy/],
    [
      "logits that are not finite",
      [...pair("infinite.npy"), "--input", "logits"],
      /Infinity at element 7, expected finite/,
    ],
    ["NaN", pair("nan.npy"), /holds NaN at element 7, expected numbers in 0 \.\. 1\n/],
    ["logits as mask", pair("p.npy", "steep.npy"), /steep\.npy is -100 at element/],
    ["no pixels", pair("empty.npy", "empty.npy"), /empty\.npy has shape \[0, 4\], expected pixels/],
  ])("%s", async (_name, args, message) => {
    const run = await study("refused", ...args);
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(message);
    expect(existsSync(at("refused"))).toBe(false);
  });

  test("one mask, written in three ways, is one mask", async () => {
    const runs = [];
    for (const mask of ["mask.png", "ones.png", "palette.png"])
      runs.push(await study(`out-${mask}`, ...pair("p.png", mask)));
    const [first, ones, palette] = runs.map((run) => JSON.parse(run.out));
    expect(first.notes).toHaveLength(1);
    expect(ones.notes).toContain("The mask has the values 0 and 1: 1 was read as foreground.");
    for (const other of [ones, palette]) expect(other.losses[0].value).toBe(first.losses[0].value);
  });

  test("steep logits are studied as they are", async () => {
    const run = await segtape(
      ...[
        "study",
        "binaryCrossEntropy",
        ...QUICK,
        ...pair("steep.npy"),
        "--input",
        "logits",
        "--out",
        at("steep"),
      ],
    );
    const each = probability.map((p, i) => {
      const z = (200 * p - 100) * (1 - 2 * inside[i]);
      return Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
    });
    const mean = each.reduce((a, b) => a + b) / each.length;
    expect(JSON.parse(run.out).losses[0].value).toBeCloseTo(mean, 4);
  });
});

describe("where to write", () => {
  test.each([
    ["a file", () => at("p.png"), /a file of that name is in the way/],
    ["below a file", () => at("p.png/report"), /a file of that name is in the way/],
    [
      "where a file has the name of a folder within",
      () => at("half"),
      /half[/\\]curves: a file of that name/,
    ],
  ])("%s", async (_name, out, message) => {
    mkdirSync(at("half"), { recursive: true });
    writeFileSync(at("half/curves"), "mine");
    const run = await segtape("study", "dice", ...QUICK, ...pair("p.png"), "--out", out());
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(message);
    expect(readdirSync(at("half"))).toEqual(["curves"]);
  });

  test.skipIf(!existsSync("/proc/self"))("where the system has no place for folders", async () => {
    const run = await segtape("study", "dice", ...QUICK, ...pair("p.png"), "--out", "/proc/none/report");
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(/cannot make folder \/proc\/none/);
  });

  test("nowhere", async () => {
    const run = await segtape("study", "dice", ...QUICK, ...pair("p.png"), "--out", "");
    expect(run.code).toBe(2);
    expect(run.err).toContain('--out is ""');
  });

  test("a loss that refuses the pair, alone, writes no page", async () => {
    const run = await segtape("study", "msSsim", ...QUICK, ...pair("p.png"), "--out", at("refused"));
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(/msSsimLoss: images are \[12, 20\]/);
    expect(existsSync(at("refused"))).toBe(false);
  });
});

describe("usage", () => {
  test.each([
    [["study", "--sample", "lesion", "--input", "logits"], /--input has no meaning beside --sample/],
    [["study", ...pair("p.png"), "--size", "64"], /--size has no meaning beside files/],
    [["study", "--sample", "lesion", "--backend", "cuda"], /--backend is "cuda", expected one of auto/],
    [["gradcheck", "dice", "--order", "3"], /--order is "3", expected a whole number from 1 to 2/],
    [["gradcheck", "dice", "--size", "1e9"], /--size is "1e9"/],
    [["losses", "constructor"], /no loss "constructor"/],
    [["doctor", "who"], /doctor: no argument expected, given who/],
  ])("%j: exit code 2 and one line", async (args, message) => {
    const run = await segtape(...args);
    expect([run.code, run.out]).toEqual([2, ""]);
    expect(run.err).toMatch(message);
    expect(run.err.trim().split("\n")).toHaveLength(1);
  });

  test.each([[["-h"]], [["help"]], [["help", "study"]], [["study", "-h"]]])("%j helps", async (args) => {
    const run = await segtape(...args);
    expect(run.code).toBe(0);
    expect(run.out).toContain("Usage: segtape");
  });

  test("a loss named twice is one loss, and gradients come back from .npy", async () => {
    const run = await study("twice", "diceLoss", "--npy", ...pair("p.png"));
    expect(JSON.parse(run.out).losses).toHaveLength(1);
    const { data, shape } = await readMap(at("twice/gradients/diceLoss.npy"));
    expect(shape).toEqual([HEIGHT, WIDTH]);
    const norm = Math.hypot(...data);
    expect(norm / JSON.parse(run.out).losses[0].gradientNorm).toBeCloseTo(1, 9);
  });

  test("a reader that stops reading is no failure", async () => {
    const child = spawn(process.execPath, [await program(), "losses", "--json"]);
    let said = "";
    child.stderr.on("data", (text) => {
      said += text;
    });
    child.stdout.destroy();
    const [code] = await once(child, "close");
    expect([code, said]).toEqual([0, ""]);
  });
});
