/** `segtape predict` from outside: masks come back in the terms of the masks that were learnt from. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePng, encodePng, readPairs } from "../../src/io/index.ts";
import { segtape } from "../support/program.ts";
import { greyPaint, readJson, SIDE, TINY, temporaryFolder, writePairs } from "../support/training-data.ts";

const { at, remove } = temporaryFolder("predict");
afterAll(remove);

const PALETTE = [
  [0, 0, 0],
  [128, 0, 0],
  [0, 128, 0],
  [1, 2, 3],
];

const read = (...path: string[]) => decodePng(readFileSync(at(...path)), path.join("/"));

async function trainOn(data: string, run: string, ...more: string[]) {
  const result = await segtape(
    "train",
    ...["--images", at(data, "images"), "--masks", at(data, "masks"), "--validation", "1"],
    ...["--epochs", "30", "--learning-rate", "0.02", ...TINY, "--json", "--out", at(run), ...more],
  );
  expect(result.err).toBe("");
  return JSON.parse(result.out);
}

/** Share of pixels that agree with the masks. */
async function agreement(data: string, masks: string): Promise<number> {
  const [truth, predicted] = [
    await readPairs(at(data, "images"), at(data, "masks")),
    await readPairs(at(data, "images"), at(masks)),
  ];
  expect(predicted.labels).toEqual(truth.labels);
  const right = truth.samples.map(({ target }, i) => {
    const other = predicted.samples[i].target;
    return target.reduce((sum, label, pixel) => sum + Number(label === other[pixel]), 0) / target.length;
  });
  return right.reduce((a, b) => a + b, 0) / right.length;
}

beforeAll(async () => {
  writePairs(at("grey"), 6, greyPaint(7, 200));
  await trainOn("grey", "grey-run", "--loss", "dice");
});

describe("predict", () => {
  test("shades: the same values, the same names, nothing else", async () => {
    const run = await segtape(
      "predict",
      "--model",
      at("grey-run"),
      "--images",
      at("grey/images"),
      "--out",
      at("grey-out"),
      "--json",
    );
    expect(run.err).toBe("");
    const told = JSON.parse(run.out);
    expect(told.classes).toEqual(["7", "200"]);
    expect(told.images).toHaveLength(6);
    expect(readdirSync(at("grey-out")).sort()).toEqual([
      "0.png",
      "1.png",
      "2.png",
      "3.png",
      "4.png",
      "5.png",
    ]);
    expect(await agreement("grey", "grey-out")).toBeGreaterThan(0.95);
    const mask = read("grey-out", "0.png");
    const share = mask.data.filter((value) => value === 200).length / mask.data.length;
    expect(told.images[0].shares[1]).toBeCloseTo(share, 12);
  });

  test("probabilities: 16 bits, one map a class, that sum to 1 and decide the mask", async () => {
    const run = await segtape(
      "predict",
      "--model",
      at("grey-run"),
      "--images",
      at("grey/images"),
      "--out",
      at("maps"),
      "--probabilities",
      "--checkpoint",
      "last",
    );
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/6 masks \(diceLoss, last, step 90\)/);
    const [background, foreground, mask] = [
      read("maps/probabilities", "3.0.png"),
      read("maps/probabilities", "3.1.png"),
      read("maps", "3.png"),
    ];
    expect(foreground.depth).toBe(16);
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      expect(Math.abs(background.data[pixel] + foreground.data[pixel] - 65535)).toBeLessThanOrEqual(1);
      if (Math.abs(foreground.data[pixel] - 32767.5) > 1)
        expect(mask.data[pixel]).toBe(foreground.data[pixel] > 32768 ? 200 : 7);
    }
    // Masks beside maps are still a folder of masks.
    expect(await agreement("grey", "maps")).toBeGreaterThan(0.9);
  });

  test("several classes by palette: the same palette, the same indices, and larger images by tiles", async () => {
    const paint = (labels: Uint8Array) => ({
      data: labels.map((label) => [0, 2, 1][label]),
      palette: PALETTE,
    });
    writePairs(at("palette"), 8, paint, 3);
    const trained = await trainOn(
      "palette",
      "palette-run",
      "--loss",
      "categoricalCrossEntropy",
      "--base-channels",
      "4",
    );
    expect(trained.network.classes).toBe(3);
    const run = await segtape(
      "predict",
      "--model",
      at("palette-run"),
      "--images",
      at("palette/images"),
      "--out",
      at("palette-out"),
      "--tile",
      "12",
      "--overlap",
      "0.5",
    );
    expect(run.err).toBe("");
    expect(read("palette-out", "0.png").palette).toEqual(PALETTE);
    expect(await agreement("palette", "palette-out")).toBeGreaterThan(0.85);
  });

  test("colours", async () => {
    const color = [
      [10, 20, 30],
      [255, 0, 0],
    ];
    writePairs(at("color"), 4, (labels) => ({
      channels: 3,
      data: Uint8Array.from([...labels].flatMap((label) => color[label])),
    }));
    await trainOn("color", "color-run", "--loss", "dice");
    await segtape(
      "predict",
      "--model",
      at("color-run"),
      "--images",
      at("color/images"),
      "--out",
      at("color-out"),
    );
    const { channels, data } = read("color-out", "0.png");
    expect(channels).toBe(3);
    const colors = new Set(Array.from({ length: SIDE * SIDE }, (_, i) => `${data.slice(3 * i, 3 * i + 3)}`));
    expect([...colors].every((one) => ["10,20,30", "255,0,0"].includes(one))).toBe(true);
  });
});

describe("mistakes", () => {
  test("of every kind: one message, and nothing written", async () => {
    mkdirSync(at("colored"));
    writeFileSync(
      at("colored", "a.png"),
      encodePng({ width: 4, height: 4, channels: 3, data: new Uint8Array(48) }),
    );
    mkdirSync(at("no-run"));
    symlinkSync(at("grey/images"), at("grey-link"));
    const masks = readFileSync(at("grey/masks/0.png"));
    const model = ["--model", at("grey-run")];
    const images = ["--images", at("grey/images")];
    const cases: [string[], number, RegExp][] = [
      [[...model, "--images", at("colored")], 1, /a\.png: in colours, expected grey/],
      [[...model, "--images", at("nowhere")], 1, /nowhere: no such file/],
      [["--model", at("no-run"), ...images], 1, /--model is .*no-run, empty or not there/],
      [["--model", at("grey"), ...images], 1, /holds images, masks but no run\.json/],
      [[...model, ...images, "--overlap", "1"], 2, /--overlap is "1"/],
      [[...model, ...images, "--checkpoint", "first"], 2, /expected best or last/],
      [images, 2, /needs --model/],
      [[...model, ...images, "--out", at("grey/images")], 1, /the folder of the images/],
      [[...model, ...images, "--out", at("grey/masks")], 1, /grey\/masks, the folder of the training masks/],
      [[...model, "--images", at("grey-link"), "--out", at("grey/images")], 1, /the folder of the images/],
      [[...model, ...images, "--out", at("grey-link")], 1, /grey-link, the folder of the images/],
      [["--model", at("grey-run/run.json"), ...images], 1, /--model is .*run\.json, a file/],
    ];
    for (const [args, code, message] of cases) {
      const run = await segtape("predict", "--out", at("never"), ...args);
      expect(run.err).toMatch(message);
      expect([run.code, run.out]).toEqual([code, ""]);
    }
    expect(existsSync(at("never"))).toBe(false);
    expect(readdirSync(at("grey/images"))).toHaveLength(6);
    expect(readFileSync(at("grey/masks/0.png"))).toEqual(masks);
  });

  test.each([
    ["without what images are normalised by", { normalization: undefined }, /normalization in .* is missing/],
    ["with channels that there are not", { channels: 2 }, /channels in .* is 2/],
    ["with labels that are none", { labels: {} }, /damaged/],
    [
      "with another network than the checkpoint's",
      { network: { classes: 1, depth: 3 } },
      /variables|shape|\[/,
    ],
  ])("a record %s is told, and nothing written", async (what, change, message) => {
    const folder = at(`record ${what}`);
    mkdirSync(folder);
    const record = { ...readJson(at("grey-run", "run.json")), ...change };
    writeFileSync(`${folder}/run.json`, JSON.stringify(record));
    writeFileSync(`${folder}/checkpoint.safetensors`, readFileSync(at("grey-run", "checkpoint.safetensors")));
    const run = await segtape(
      "predict",
      "--model",
      folder,
      "--images",
      at("grey/images"),
      "--out",
      at("never"),
    );
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(message);
    expect(run.err).not.toContain("unexpected");
    expect(existsSync(at("never"))).toBe(false);
  });

  test("a damaged checkpoint is told, not used", async () => {
    mkdirSync(at("damaged"));
    writeFileSync(at("damaged", "run.json"), readFileSync(at("grey-run", "run.json")));
    const bytes = readFileSync(at("grey-run", "checkpoint.safetensors"));
    writeFileSync(at("damaged", "checkpoint.safetensors"), bytes.subarray(0, bytes.length - 9));
    const run = await segtape(
      "predict",
      "--model",
      at("damaged"),
      "--images",
      at("grey/images"),
      "--out",
      at("never"),
    );
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(/checkpoint\.safetensors/);
    writeFileSync(at("damaged", "run.json"), "{");
    const second = await segtape(
      "predict",
      "--model",
      at("damaged"),
      "--images",
      at("grey/images"),
      "--out",
      at("never"),
    );
    expect(second.err).toMatch(/run\.json is no JSON/);
    expect(existsSync(at("never"))).toBe(false);
    expect(readJson(at("grey-run", "run.json")).format).toBe("segtape-run");
  });
});
