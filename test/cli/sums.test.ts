/** Sums of losses on the command line: how they are read, and that every command and file knows them. */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Parsed, UsageError } from "../../src/cli/command.ts";
import { chosenLosses, lossOptions, ownOptions } from "../../src/cli/loss-choice.ts";
import { binaryCrossEntropyLoss, diceLoss } from "../../src/index.ts";
import { segtape } from "../support/program.ts";
import { greyPaint, readJson, TINY, temporaryFolder, writePairs } from "../support/training-data.ts";

const nameOf = (text: string) => chosenLosses([text]).map(({ name }) => name)[0];
const with_ = (options: object): Parsed => ({
  positionals: [],
  options: { options: JSON.stringify(options) },
});

describe("a sum as it is written", () => {
  test.each([
    ["dice", "diceLoss"],
    [" dice ", "diceLoss"],
    ["1*dice", "diceLoss"],
    ["dice+bce", "diceLoss + binaryCrossEntropyLoss"],
    ["dice + 0.5*bce", "diceLoss + 0.5 binaryCrossEntropyLoss"],
    ["dice + .5 * bce", "diceLoss + 0.5 binaryCrossEntropyLoss"],
    ["2*focalLoss", "2 focalLoss"],
    ["1e-3*unet3Plus + 20 dice", "0.001 unet3PlusLoss + 20 diceLoss"],
  ])("%j", (text, name) => {
    expect(nameOf(text)).toBe(name);
    // As it is printed, it is read again.
    expect(nameOf(name)).toBe(name);
  });

  test("is chosen once, and is the loss itself where it is one", () => {
    const chosen = chosenLosses(["dice", "dice+bce", "diceLoss + 1*bce", "diceLoss", "bce+dice"]);
    expect(chosen.map(({ name }) => name)).toEqual([
      "diceLoss",
      "diceLoss + binaryCrossEntropyLoss",
      "binaryCrossEntropyLoss + diceLoss",
    ]);
    expect(chosen[0]).toBe(diceLoss);
  });

  test.each([
    ["dice+", /has the term "", expected terms by \+, such as dice or 0\.5\*bce/],
    ["dice+0*bce", /has the term "0\*bce"/],
    ["dice+-1*bce", /has the term "-1\*bce"/],
    ["dice bce", /has the term "dice bce"/],
    ["bce*0.5", /has the term "bce\*0\.5"/],
    ["dice+nothing", /no loss "nothing"/],
    ["dice+0.5*diceLoss", /has diceLoss twice/],
  ])("%j is a mistake", (text, message) => {
    expect(() => chosenLosses([text])).toThrow(UsageError);
    expect(() => chosenLosses([text])).toThrow(message);
  });

  test("options go to the part, by its name, wherever it is chosen", () => {
    const chosen = chosenLosses(["dice", "dice+bce", "focal"]);
    expect(lossOptions(with_({ dice: { smooth: 0 }, "dice+bce": { reduction: "sum" } }), chosen)).toEqual({
      diceLoss: { smooth: 0 },
      "diceLoss + binaryCrossEntropyLoss": { diceLoss: { smooth: 0 }, reduction: "sum" },
    });
    expect(() => lossOptions(with_({ jaccard: {} }), chosen)).toThrow(
      /is for jaccardLoss, which is not chosen/,
    );
    expect(() => lossOptions(with_({ dice: {}, diceLoss: {} }), chosen)).toThrow(/names diceLoss twice/);
    expect(() => lossOptions(with_({ dice: 1 }), chosen)).toThrow(/has 1 for dice, expected an object/);
    // A compound loss of the catalogue names its parts by its own options.
    expect(() => lossOptions(with_({ bce: {} }), chosenLosses(["basnet"]))).toThrow(/not chosen/);
  });

  test("options of the one loss chosen: its own, or by part", () => {
    const [dice, sum] = chosenLosses(["dice", "dice+bce"]);
    expect(ownOptions(with_({ smooth: 0 }), dice, "options")).toEqual({ smooth: 0 });
    expect(ownOptions(with_({ bce: { labelSmoothing: 0.1 }, diceLoss: {} }), sum, "options")).toEqual({
      binaryCrossEntropyLoss: { labelSmoothing: 0.1 },
      diceLoss: {},
    });
    expect(ownOptions(with_({ ignoreIndex: 255 }), sum, "options")).toEqual({ ignoreIndex: 255 });
    expect(() => ownOptions(with_({ focal: {} }), sum, "options")).toThrow(
      /is for focalLoss, which is no part of diceLoss \+ binaryCrossEntropyLoss/,
    );
    expect(() => ownOptions(with_({ dice: {}, diceLoss: {} }), sum, "options")).toThrow(/twice/);
    expect(() => ownOptions(with_([]), sum, "options")).toThrow(/expected JSON such as {"dice"/);
    expect(ownOptions({ positionals: [], options: {} }, sum, "options")).toEqual({});
  });
});

describe("a sum in the program", () => {
  const { at, remove } = temporaryFolder("sums");
  afterAll(remove);
  beforeAll(() => {
    writePairs(at("data"), 5, greyPaint(0, 255));
  });
  const data = () => ["--images", at("data", "images"), "--masks", at("data", "masks"), "--validation", "2"];
  const NAME = "diceLoss + 0.5 binaryCrossEntropyLoss";
  const read = (run: string) => readFileSync(at(run, "checkpoint.safetensors"));

  test("is trained, resumed with the same bits, and named by what comes of it", async () => {
    const begin = (out: string, steps: number) =>
      segtape(
        ...[
          "train",
          ...data(),
          ...TINY,
          "--out",
          at(out),
          "--steps",
          String(steps),
          "--checkpoint-every",
          "2",
        ],
        ...[
          "--loss",
          "dice+0.5*bce",
          "--loss-options",
          '{"dice": {"smooth": 0.5}}',
          "--learning-rate",
          "0.02",
        ],
      );
    const straight = await begin("straight", 12);
    expect([straight.code, straight.out]).toEqual([0, expect.stringContaining(`${NAME}: finished`)]);
    await begin("broken", 4);
    const resumed = await segtape("train", "--out", at("broken"), "--resume", "--steps", "12");
    expect(resumed.code).toBe(0);
    expect(read("broken")).toEqual(read("straight"));
    const record = readJson(at("broken", "run.json"));
    expect(record.arguments.loss).toBe("dice+0.5*bce");
    expect(record.identity.loss).toEqual({ name: NAME, options: { diceLoss: { smooth: 0.5 } } });
    expect(readFileSync(at("broken", "report.html"), "utf8")).toContain(NAME);

    const other = await segtape("train", "--out", at("broken"), "--resume", "--loss", "dice+0.6*bce");
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/loss of the run in .*0\.5.*0\.6/)]);
    const same = await segtape("train", "--out", at("broken"), "--resume", "--loss", "diceLoss + .5*bce");
    expect([same.code, same.err]).toEqual([0, ""]);

    const masks = ["predict", "--model", at("broken"), "--images", at("data", "images"), "--out"];
    const predicted = await segtape(...masks, at("masks"));
    expect(predicted.out).toContain(`(${NAME}, `);
    const told = JSON.parse((await segtape(...masks, at("masks"), "--json")).out);
    expect(told.loss).toEqual({ name: NAME, options: { diceLoss: { smooth: 0.5 } } });
  });

  test("is compared beside its parts", async () => {
    const compare = () =>
      segtape(
        ...["compare", ...data(), ...TINY, "--losses", "dice, dice+0.5*bce", "--seeds", "1", "--steps", "4"],
        ...[
          "--loss-options",
          '{"dice": {"smooth": 0.5}}',
          "--examples",
          "1",
          "--json",
          "--out",
          at("compared"),
        ],
      );
    const run = await compare();
    const told = JSON.parse(run.out);
    expect(told.runs.map((one: { loss: string }) => one.loss)).toEqual(["diceLoss", NAME]);
    expect(told.losses[1]).toMatchObject({
      name: NAME,
      title: "Dice + 0.5 Binary cross entropy",
      options: { diceLoss: { smooth: 0.5 } },
    });
    expect(readdirSync(at("compared", "runs")).sort()).toEqual(["diceLoss", NAME]);
    expect(readFileSync(at("compared", "report.html"), "utf8")).toContain("Dice + 0.5 Binary cross entropy");
    expect(JSON.parse((await compare()).out).reused).toBe(2);
  });

  test("is studied, checked and explained", async () => {
    const checked = await segtape("gradcheck", "dice+0.5*bce", "--json");
    expect(JSON.parse(checked.out)).toMatchObject([{ loss: NAME, ok: true }]);
    const out = [
      "--size",
      "32",
      "--out",
      at("study"),
      "--json",
      "--backend",
      "reference",
      "--skip-gradcheck",
    ];
    const options = ["--options", '{"bce": {"labelSmoothing": 0.5}}'];
    const sum = "dice+0.5*bce";
    const studied = await segtape("study", "dice", "bce", sum, "--sample", "lesion", ...options, ...out);
    const [dice, bce, both] = JSON.parse(studied.out).losses;
    expect([dice.name, bce.name, both.name]).toEqual([diceLoss.name, binaryCrossEntropyLoss.name, NAME]);
    expect(both.value).toBeCloseTo(dice.value + 0.5 * bce.value, 12);
    expect(readdirSync(at("study", "gradients"))).toContain(`${NAME}.png`);
    const listed = await segtape("losses", "dice+0.5*bce");
    expect(listed.out).toContain(
      "Dice + 0.5 Binary cross entropy (diceLoss + 0.5 binaryCrossEntropyLoss, compound)",
    );
    expect(listed.out).toContain("L = [1 - (2 sum p g + s) / (sum p + sum g + s)] + 0.5 [mean of");
    const wrong = await segtape("gradcheck", "dice+", "--json");
    expect([wrong.code, wrong.out]).toEqual([2, ""]);
  });
});
