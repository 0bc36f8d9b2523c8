/** `segtape compare` from outside: the report, what is kept between starts, and losses that do not work out. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoData } from "../../src/cli/comparing/demo.ts";
import { measureNetwork } from "../../src/cli/comparing/measure.ts";
import type { Tensor } from "../../src/index.ts";
import { checkMarkup } from "../study/markup.ts";
import { program, segtape } from "../support/program.ts";
import { greyPaint, readJson, TINY, temporaryFolder, writePairs } from "../support/training-data.ts";

const { at, remove } = temporaryFolder("compare");
afterAll(remove);
beforeAll(() => {
  writePairs(at("data"), 6, greyPaint(0, 255));
  writePairs(at("three"), 6, greyPaint(0, 100, 200), 3);
});

const from = (data: string) => [
  "--images",
  at(data, "images"),
  "--masks",
  at(data, "masks"),
  "--validation",
  "2",
];
const SHORT = ["--steps", "12", "--learning-rate", "0.02", ...TINY];
const compare = (...args: string[]) => segtape("compare", ...args);

describe("compare", () => {
  test("trains each loss from each seed, and tells what came of it", async () => {
    const run = await compare(
      ...from("data"),
      "--losses",
      "dice,binaryCrossEntropy",
      "--seeds",
      "2",
      ...SHORT,
      "--metrics",
      "dice,precision",
      "--out",
      at("first"),
    );
    expect(run.code).toBe(0);
    const lines = run.out.split("\n");
    expect(lines[0]).toMatch(/^loss +dice · 255 +dice · 0 +precision · 255$/);
    expect(run.out).toMatch(/diceLoss +\d\.\d{3} ± \d\.\d{3}/);
    expect(run.out).toContain(at("first/report.html"));
    const results = readJson(at("first/results.json"));
    expect(results.runs).toHaveLength(4);
    for (const { status, steps, metrics, shares, history } of results.runs) {
      expect([status, steps, history.length]).toEqual(["ok", 12, 6]);
      expect(metrics.dice.perClass).toHaveLength(2);
      // Of two classes, the mean is the foreground's.
      expect(metrics.dice.mean).toBeCloseTo(metrics.dice.perClass[1], 12);
      // The last epoch was measured by training itself: two ways to one number.
      expect(history[5].metrics.dice).toBeCloseTo(metrics.dice.mean, 6);
      expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
    }
    // The same start for each loss.
    const firsts = results.runs.filter((one: { seed: number }) => one.seed === 1);
    expect(new Set(firsts.map((one: { loss: string }) => one.loss)).size).toBe(2);
    const html = readFileSync(at("first/report.html"), "utf8");
    checkMarkup(html);
    expect(html).not.toMatch(/(?:src|href)="(?!#|data:image\/png;base64,)/);
    expect(html).toContain("data:image/png;base64,");
  });

  test("finished runs are kept: the next start trains only what is new", async () => {
    const kept = at("first/runs/diceLoss/seed-1/result.json");
    const before = statSync(kept).mtimeMs;
    const run = await compare(
      ...from("data"),
      "--losses",
      "dice,binaryCrossEntropy,focal",
      "--seeds",
      "2",
      ...SHORT,
      "--metrics",
      "dice,precision",
      "--json",
      "--out",
      at("first"),
    );
    expect(run.err).toBe("");
    const told = JSON.parse(run.out);
    expect([told.reused, told.runs.length]).toEqual([4, 6]);
    expect(statSync(kept).mtimeMs).toBe(before);
    const other = await compare(
      ...from("data"),
      "--losses",
      "dice",
      ...SHORT,
      "--metrics",
      "dice,precision",
      "--batch",
      "3",
      "--out",
      at("first"),
    );
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/a comparison with another training/)]);
    const options = await compare(
      ...from("data"),
      "--losses",
      "dice",
      "--loss-options",
      '{"dice": {"smooth": 0}}',
      ...SHORT,
      "--metrics",
      "dice,precision",
      "--out",
      at("first"),
    );
    expect([options.code, options.err]).toEqual([
      1,
      expect.stringMatching(/result\.json is of another training/),
    ]);
  });

  test("several classes; a loss that refuses them is told, the others are compared", async () => {
    const run = await compare(
      ...from("three"),
      "--losses",
      "categoricalCrossEntropy,dice,binaryCrossEntropy",
      "--seeds",
      "1",
      ...SHORT,
      "--json",
      "--out",
      at("classes"),
    );
    const { classes, runs, findings } = JSON.parse(run.out);
    expect(run.code).toBe(0);
    expect(classes).toEqual(["0", "100", "200"]);
    const byLoss = Object.fromEntries(runs.map((one: { loss: string }) => [one.loss, one]));
    expect(byLoss.diceLoss.metrics.dice.perClass).toHaveLength(3);
    expect(byLoss.binaryCrossEntropyLoss.status).toBe("refused");
    expect(findings).toContainEqual(
      expect.objectContaining({ loss: "binaryCrossEntropyLoss", kind: "refused" }),
    );
    checkMarkup(readFileSync(at("classes/report.html"), "utf8"));
  });

  test("a loss that breaks down: told with its step, exit code 1, the report is there", async () => {
    const run = await compare(
      ...from("data"),
      "--losses",
      "dice",
      "--seeds",
      "1",
      "--steps",
      "6",
      ...TINY,
      "--normalization",
      "none",
      "--optimizer",
      "sgd",
      "--learning-rate",
      "1e30",
      "--json",
      "--out",
      at("broken"),
    );
    expect(run.code).toBe(1);
    const { runs, findings } = JSON.parse(run.out);
    expect(runs[0]).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/expected a finite number/),
    });
    expect(findings[0].kind).toBe("failed");
    checkMarkup(readFileSync(at("broken/report.html"), "utf8"));
  });

  test("interrupted: what is finished stays, the rest goes on to the same bits", async () => {
    const args = [
      ...from("data"),
      "--losses",
      "dice,focal",
      "--seeds",
      "1",
      "--steps",
      "60",
      ...TINY,
      "--json",
    ];
    const child = spawn(process.execPath, [await program(), "compare", ...args, "--out", at("cut")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let out = "";
    child.stdout.on("data", (part) => {
      out += part;
    });
    const second = at("cut/runs/focalLoss/seed-1/run.json");
    while (!existsSync(second) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ interrupted: true, finished: 1, of: 2 });
    expect(existsSync(at("cut/report.html"))).toBe(false);
    const rest = JSON.parse((await compare(...args, "--out", at("cut"))).out);
    expect(rest.reused).toBe(1);
    const whole = JSON.parse((await compare(...args, "--out", at("uncut"))).out);
    const plain = (told: { runs: { seconds: number }[] }) => told.runs.map(({ seconds: _, ...one }) => one);
    expect(plain(rest)).toEqual(plain(whole));
  });

  test("a training that was begun with other loss options is not gone on with", async () => {
    // As the interrupted comparison above left it before it was finished.
    const [from0, result] = [at("cut/runs/focalLoss/seed-1"), "result.json"];
    unlinkSync(`${from0}/${result}`);
    const before = readFileSync(`${from0}/checkpoint.safetensors`);
    const run = await compare(
      ...[...from("data"), "--losses", "focal", "--loss-options", '{"focal": {"gamma": 1}}'],
      ...["--seeds", "1", "--steps", "60", ...TINY, "--out", at("cut")],
    );
    expect([run.code, run.err]).toEqual([
      1,
      expect.stringMatching(/loss of the run in .*focalLoss.* is .*expected .*"gamma":1/),
    ]);
    expect(readFileSync(`${from0}/checkpoint.safetensors`)).toEqual(before);
    expect(existsSync(`${from0}/${result}`)).toBe(false);
  });

  test("more examples may be asked for later", async () => {
    const args = [...from("data"), "--losses", "dice", "--seeds", "1", "--steps", "2", ...TINY, "--json"];
    for (const examples of ["0", "2"])
      expect((await compare(...args, "--examples", examples, "--out", at("examples"))).code).toBe(0);
    const html = readFileSync(at("examples/report.html"), "utf8");
    expect(html).toMatch(/Dice.*% wrong/);
    expect(html).not.toContain("no result");
  });

  test("measuring hears an interruption", async () => {
    const data = demoData();
    const model = { variables: {}, apply: (_: unknown, x: Tensor) => x };
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    expect(await measureNetwork(model, {}, data, ["dice"], controller.signal)).toBeNull();
    const measured = await measureNetwork(model, {}, data, ["dice"], new AbortController().signal);
    expect(measured?.predictions.size).toBe(data.validation.length);
  });

  test("the demonstration learns", async () => {
    const run = await compare(
      "--demo",
      "--losses",
      "dice",
      "--seeds",
      "1",
      "--steps",
      "40",
      "--threads",
      "1",
      "--json",
      "--out",
      at("demo"),
    );
    expect(run.err).toBe("");
    const { runs, classes, data } = JSON.parse(run.out);
    expect(classes).toEqual(["background", "lesion"]);
    expect(data.training + data.validation).toBe(40);
    expect(runs[0].metrics.dice.mean).toBeGreaterThan(0.6);
  });
});

test("mistakes: one line, nothing written", async () => {
  mkdirSync(at("foreign"));
  writeFileSync(at("foreign/letter.txt"), "x");
  const cases: [string[], number, RegExp][] = [
    [[...from("data")], 2, /needs --losses/],
    [["--losses", "dice"], 2, /needs --images DIR and --masks DIR/],
    [["--losses", "dice", ...from("data"), "--validation", "0"], 1, /images to measure on/],
    [["--losses", "dice", ...from("data"), "--minutes", "1"], 2, /minutes/],
    [
      ["--losses", "dice", ...from("data"), "--loss-options", '{"focal": {}}'],
      2,
      /focalLoss, which is not chosen/,
    ],
    [["--demo", ...from("data")], 2, /--images has no meaning beside --demo/],
    [["--losses", "dice", ...from("data"), "--out", at("foreign")], 1, /which holds letter\.txt/],
  ];
  for (const [args, code, message] of cases) {
    const run = await compare("--out", at("never"), ...args);
    expect(run.err).toMatch(message);
    expect(run.err.trim().split("\n")).toHaveLength(1);
    expect(run.code).toBe(code);
  }
  expect(existsSync(at("never"))).toBe(false);
  expect(readdirSync(at("foreign"))).toEqual(["letter.txt"]);
});
