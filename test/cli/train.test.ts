/** `segtape train` from outside: mistakes, what a run leaves, and runs that are cut off. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePng, readCheckpoint } from "../../src/io/index.ts";
import { seededRandom } from "../../src/random.ts";
import { program, segtape } from "../support/program.ts";
import { greyPaint, readJson, TINY, temporaryFolder, writePairs } from "../support/training-data.ts";

const { at, remove } = temporaryFolder("train");
afterAll(remove);
beforeAll(() => {
  writePairs(at("data"), 6, greyPaint(0, 255));
});

const data = () => ["--images", at("data", "images"), "--masks", at("data", "masks")];
const train = (...args: string[]) => segtape("train", ...args);
const bits = (run: string) => readFileSync(at(run, "checkpoint.safetensors"));

describe("a run", () => {
  test("learns, and leaves its folder complete", async () => {
    const run = await train(
      ...data(),
      "--loss",
      "dice",
      "--epochs",
      "25",
      "--learning-rate",
      "0.02",
      "--validation",
      "2",
      ...TINY,
      "--out",
      at("run"),
    );
    expect(run.code).toBe(0);
    // Nobody looks at a bar here: one line an epoch.
    expect(run.err.trim().split("\n")).toHaveLength(25);
    expect(run.out).toContain(at("run"));
    expect(readdirSync(at("run")).sort()).toEqual([
      "checkpoint.safetensors",
      "history.csv",
      "report.html",
      "run.json",
    ]);
    const record = readJson(at("run", "run.json"));
    expect(record).toMatchObject({
      status: "finished",
      step: 50,
      network: { depth: 2, channels: 1, classes: 1 },
      identity: { loss: { name: "diceLoss", options: {} }, seed: 0 },
    });
    expect(record.labels.classes.map((one: { value: number }) => one.value)).toEqual([0, 255]);
    expect([record.images.train.length, record.images.validation.length]).toEqual([4, 2]);
    expect(record.normalization.mean[0]).toBeGreaterThan(0.2);
    expect(record.history).toHaveLength(25);
    expect(record.best.value).toBeGreaterThan(0.8);
    const { state } = await readCheckpoint(at("run", "checkpoint.safetensors"));
    expect(state.history).toEqual(record.history);
    expect(readFileSync(at("run", "history.csv"), "utf8").split("\n")[0]).toBe(
      "epoch,step,loss,learningRate,dice,iou",
    );
    expect(readFileSync(at("run", "report.html"), "utf8")).toContain("<svg");
  });

  test("as JSON: nothing else is printed", async () => {
    const run = await train(
      ...data(),
      "--loss",
      "focalLoss",
      "--loss-options",
      '{"gamma": 1}',
      "--steps",
      "3",
      ...TINY,
      "--seed",
      "4",
      "--json",
      "--out",
      at("json"),
    );
    expect(run.err).toBe("");
    const told = JSON.parse(run.out);
    expect(told).toMatchObject({ run: at("json"), stopped: "steps", step: 3, status: "finished" });
    expect(told.identity).toMatchObject({ seed: 4, loss: { options: { gamma: 1 } } });
  });

  test("takes every option of network, optimiser and augmentation", async () => {
    const options = [
      "--optimizer",
      "adamW",
      "--schedule",
      "cosine",
      "--warmup",
      "2",
      "--clip-norm",
      "1",
      "--dropout",
      "0.1",
      "--normalization",
      "group",
      "--base-channels",
      "8",
      "--upsampling",
      "bilinear",
      "--deep-supervision",
      "--augment",
      "flips,turns,brightness=0.1,contrast,elastic=2",
      "--metrics",
      "hausdorff95,dice",
      "--crop",
      "8",
    ];
    const run = await train(
      ...data(),
      "--loss",
      "dice",
      "--epochs",
      "2",
      ...TINY,
      ...options,
      "--json",
      "--out",
      at("all"),
    );
    expect(run.err).toBe("");
    const { identity, network, history } = JSON.parse(run.out);
    expect(network).toMatchObject({
      normalization: "group",
      dropout: 0.1,
      upsampling: "bilinear",
      deepSupervision: true,
    });
    expect(identity.plan.augmentation).toEqual({
      flips: true,
      quarterTurns: true,
      brightness: 0.1,
      contrast: 0.1,
      elastic: { deviation: 2 },
    });
    expect(Object.keys(history[1].metrics)).toEqual(["hausdorff95", "dice"]);
  });
});

test.each(["train", "predict", "compare"])("%s --help has examples", async (name) => {
  const run = await segtape(name, "--help");
  expect([run.code, run.err]).toEqual([0, ""]);
  expect(run.out).toContain(`Usage: segtape ${name}`);
  expect(run.out).toContain("Examples:");
});

describe("mistakes", () => {
  const png = (folder: string, name: string, extra = {}) => {
    mkdirSync(at(folder), { recursive: true });
    const bytes = encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16), ...extra });
    writeFileSync(at(folder, name), bytes);
  };

  test("of the data are told all at once, before anything is written", async () => {
    png("bad/images", "alone.png");
    png("bad/images", "size.png");
    png("bad/images", "value.png");
    writeFileSync(at("bad/images", "notes.txt"), "x");
    png("bad/masks", "lost.png");
    png("bad/masks", "size.png", { width: 2, data: new Uint8Array(8) });
    png("bad/masks", "value.png", { data: new Uint8Array(16).fill(9) });
    const run = await train(
      "--images",
      at("bad/images"),
      "--masks",
      at("bad/masks"),
      "--classes",
      "0,255",
      "--loss",
      "dice",
      "--out",
      at("none"),
    );
    expect(run.code).toBe(1);
    expect(run.out).toBe("");
    const lines = run.err.trim().split("\n");
    expect(lines[0]).toMatch(/^segtape: readPairs: .*5 problems:$/);
    for (const pattern of [
      /notes\.txt/,
      /alone\.png/,
      /lost\.png/,
      /size\.png: 2 x 4/,
      /value\.png: 16 pixels of value 9/,
    ])
      expect(lines.slice(1).filter((line) => pattern.test(line)).length).toBeGreaterThan(0);
    expect(lines).toHaveLength(6);
    expect(existsSync(at("none"))).toBe(false);
  });

  test.each([
    ["no such folder", ["--images", "/nowhere"], 1, /nowhere: no such file/],
    ["a loss that refuses its options", ["--loss-options", '{"smooth": -1}'], 1, /smooth/],
    ["options that are no JSON", ["--loss-options", "{"], 2, /--loss-options is "\{"/],
    ["no such loss", ["--loss", "lossy"], 2, /no loss "lossy"/],
    ["no such metric", ["--metrics", "dice,nice"], 2, /no metric "nice"/],
    ["no such optimiser", ["--optimizer", "magic"], 2, /--optimizer is "magic"/],
    ["all held out", ["--validation", "6"], 1, /6 of 6 images/],
    ["a name held out that is not there", ["--validation", "0,nobody"], 1, /nobody/],
    [
      "a schedule without an end",
      ["--schedule", "cosine", "--minutes", "1"],
      2,
      /cosine needs --steps or --epochs/,
    ],
    ["an augmentation that is none", ["--augment", "flips,shear"], 2, /"shear"/],
    ["classes that are none", ["--classes", "0"], 2, /--classes is "0"/],
    ["a size that the network cannot take", ["--crop", "15"], 1, /multiples of 2/],
    ["a folder that cannot be made", ["--out", "/proc/none/run"], 1, /cannot make folder \/proc\/none/],
  ])("%s", async (_, args, code, message) => {
    const out = at("refused");
    const run = await train(
      ...data(),
      "--loss",
      "dice",
      ...(args.includes("--minutes") ? [] : ["--steps", "1"]),
      ...TINY,
      "--out",
      out,
      ...args,
    );
    expect(run.err).toMatch(message);
    expect(run.err.trim().split("\n")).toHaveLength(1);
    expect(run.code).toBe(code);
    expect(existsSync(out)).toBe(false);
  });

  test("--out that holds something else, a run, or a run with another configuration", async () => {
    mkdirSync(at("other"));
    writeFileSync(at("other", "thesis.tex"), "x");
    const small = [...data(), "--loss", "dice", "--steps", "2", ...TINY];
    const foreign = await train(...small, "--out", at("other"));
    expect([foreign.code, foreign.err]).toEqual([1, expect.stringMatching(/thesis\.tex but no run\.json/)]);
    expect(readdirSync(at("other"))).toEqual(["thesis.tex"]);

    expect((await train(...small, "--out", at("mine"))).code).toBe(0);
    const before = bits("mine");
    const again = await train(...small, "--out", at("mine"));
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/holds a run .*--resume to go on/)]);
    const changed = await train("--out", at("mine"), "--resume", "--batch", "3");
    expect([changed.code, changed.err]).toEqual([
      1,
      expect.stringMatching(/batch of the run in .* is 2, expected 3/),
    ]);
    const moved = await train("--out", at("mine"), "--resume", "--validation", "2");
    expect([moved.code, moved.err]).toEqual([
      1,
      expect.stringMatching(/other images, masks or held-out images/),
    ]);
    expect(bits("mine")).toEqual(before);
  });

  test("one image: it is trained on, and told that nothing was measured; what asks for more is refused", async () => {
    writePairs(at("one"), 1, greyPaint(0, 255));
    const small = [
      "--images",
      at("one/images"),
      "--masks",
      at("one/masks"),
      "--loss",
      "dice",
      "--steps",
      "1",
    ];
    const run = await train(...small, ...TINY, "--out", at("one-run"));
    expect(run.code).toBe(0);
    expect(run.out).toContain("No image was held out");
    for (const [args, message] of [
      [["--validation", "0.5"], /1 of 1 images/],
      [["--metrics", "dice"], /--metrics is dice, expected images held out/],
    ] as const) {
      const refused = await train(...small, ...args, ...TINY, "--out", at("one-refused"));
      expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(message)]);
    }
    expect(existsSync(at("one-refused"))).toBe(false);
  });

  test("--resume of nothing says so", async () => {
    const run = await train("--resume", "--out", at("nothing"));
    expect([run.code, run.err]).toEqual([
      1,
      expect.stringMatching(/--resume is .*nothing, empty or not there/),
    ]);
  });

  test("--resume with another executor leaves the threads of the first behind", async () => {
    const begun = await train(...data(), "--loss", "dice", "--steps", "1", ...TINY, "--out", at("executor"));
    expect(begun.code).toBe(0);
    const run = await train("--resume", "--backend", "reference", "--steps", "2", "--out", at("executor"));
    expect(run.err).not.toMatch(/threads/);
    expect(run.code).toBe(0);
    const { arguments: kept, step } = readJson(at("executor", "run.json"));
    expect([kept.backend, kept.threads, step]).toEqual(["reference", undefined, 2]);
  });

  test("a loss that is no longer finite: the operation is named, the last good checkpoint stays", async () => {
    const run = await train(
      ...data(),
      "--loss",
      "dice",
      "--steps",
      "9",
      ...TINY,
      "--normalization",
      "none",
      "--optimizer",
      "sgd",
      "--learning-rate",
      "1e30",
      "--checkpoint-every",
      "1",
      "--json",
      "--out",
      at("nan"),
    );
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/fit: .* is (NaN|Infinity|-Infinity) at step \d/);
    const record = readJson(at("nan", "run.json"));
    expect(record.status).toBe("failed");
    expect(record.message).toMatch(/expected a finite number \(.+\)/);
    const { state } = await readCheckpoint(at("nan", "checkpoint.safetensors"));
    expect(state.step).toBe(record.step);
    expect(Object.values(state.variables).every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });
});

describe("cut off", () => {
  const STEPS = "240";
  const args = (out: string) => [
    "train",
    ...data(),
    "--loss",
    "dice",
    "--steps",
    STEPS,
    "--checkpoint-every",
    "7",
    ...TINY,
    "--dropout",
    "0.2",
    "--augment",
    "flips",
    "--json",
    "--out",
    out,
  ];

  beforeAll(async () => {
    const run = await segtape(...args(at("whole")));
    expect(run.err).toBe("");
  });

  const start = async (out: string, ...more: string[]) =>
    spawn(process.execPath, [await program(), ...args(out), ...more], { stdio: "ignore" });
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Waits until the folder has this file, or the program ended. */
  async function waitFor(path: string, child: ReturnType<typeof spawn>) {
    while (!existsSync(path) && child.exitCode === null) await sleep(5);
  }

  test("by kill -9 at any moment: --resume gives the same bits", async () => {
    const random = seededRandom(Date.now() >>> 0);
    const moments: string[] = [];
    for (let kill = 0; kill < 3; kill++) {
      const child = await start(at("killed"), "--resume");
      await waitFor(at("killed", kill === 0 ? "run.json" : "checkpoint.safetensors"), child);
      await sleep(random.int(0, 250));
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      moments.push(
        existsSync(at("killed", "run.json")) ? `${readJson(at("killed", "run.json")).step}` : "none",
      );
    }
    writeFileSync(at("killed", ".checkpoint.safetensors.0123456789ab.tmp"), "half a file");
    // Nothing but the folder is needed to go on.
    const last = await segtape("train", "--out", at("killed"), "--resume", "--json");
    expect(last.err, `killed at ${moments.join(", ")}`).toBe("");
    expect(JSON.parse(last.out)).toMatchObject({ step: Number(STEPS), status: "finished" });
    expect(bits("killed").equals(bits("whole")), `killed at ${moments.join(", ")}`).toBe(true);
    expect(readJson(at("killed", "run.json")).history).toEqual(readJson(at("whole", "run.json")).history);
    expect(readdirSync(at("killed")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("by Ctrl-C: the step is finished and kept", async () => {
    const child = await start(at("stopped"));
    await waitFor(at("stopped", "checkpoint.safetensors"), child);
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(130);
    const record = readJson(at("stopped", "run.json"));
    expect(record.status).toBe("interrupted");
    expect(record.step).toBeLessThan(Number(STEPS));
    expect((await readCheckpoint(join(at("stopped"), "checkpoint.safetensors"))).state.step).toBe(
      record.step,
    );
    const last = await segtape("train", "--out", at("stopped"), "--resume", "--json");
    expect(last.code).toBe(0);
    expect(bits("stopped").equals(bits("whole"))).toBe(true);
  });

  test("a longer run goes on from a shorter one", async () => {
    const run = await segtape("train", "--out", at("whole"), "--resume", "--steps", "250", "--json");
    expect(JSON.parse(run.out)).toMatchObject({ step: 250 });
    const direct = await segtape(...args(at("direct")), "--steps", "250");
    expect(direct.code).toBe(0);
    expect(bits("direct").equals(bits("whole"))).toBe(true);
    // Three steps an epoch: a length in other terms takes the place of the first.
    const epochs = await segtape("train", "--out", at("direct"), "--resume", "--epochs", "84", "--json");
    expect(JSON.parse(epochs.out)).toMatchObject({ step: 252, stopped: "epochs" });
  });
});
