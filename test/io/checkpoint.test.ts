import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileError } from "../../src/errors.ts";
import { diceLoss, setBackend } from "../../src/index.ts";
import {
  decodeCheckpoint,
  decodeSafetensors,
  encodeCheckpoint,
  encodeSafetensors,
  readCheckpoint,
  type Safetensors,
  writeCheckpoint,
} from "../../src/io/index.ts";
import { plateau } from "../../src/optim/index.ts";
import {
  type FitOptions,
  predictImage,
  type TrainingState,
  tensorsOf,
  fit as train,
} from "../../src/train/index.ts";
import { ROOT } from "../support/sources.ts";
import { disc, discs, tinyNetwork } from "../train/support.ts";

let folder: string;
beforeAll(async () => {
  await setBackend("wasm", { threads: 1 });
  folder = await mkdtemp(join(tmpdir(), "segtape-checkpoint-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const array = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });

const state: TrainingState = {
  step: 7,
  seed: 4294967295,
  variables: { "head.weight": { shape: [1, 2], data: Float32Array.of(0.1, -0) }, "head.bias": array(1) },
  optimizer: {
    step: { shape: [], data: Float64Array.of(7) },
    "adam.mean/head.bias": array(Number.MIN_VALUE),
  },
  history: [
    { epoch: 1, step: 3, loss: 0.1 + 0.2, learningRate: 1e-3, metrics: null },
    {
      epoch: 2,
      step: 6,
      loss: 0.3,
      learningRate: 1e-4,
      metrics: { dice: Number.NaN, hausdorff95: Infinity },
    },
  ],
  lossSum: 1 / 3,
  best: { epoch: 2, value: 0.3, variables: { "head.weight": array(5, 6), "head.bias": array(7) } },
  waited: 2,
  plateau: { learningRate: 1e-4, best: 0.3, waited: 1, cooling: 0 },
  settings: { loss: "diceLoss", crop: [8, 8], augmentation: { flips: true, elastic: null } },
};

const plain = (text: string) => decodeSafetensors(encodeCheckpoint(state)).metadata[text];

/** The same file with other arrays, or another text in its metadata, and a digest that fits. */
function tampered(change: Record<string, string>, others?: Safetensors["arrays"]): Uint8Array {
  const { arrays, metadata } = decodeSafetensors(encodeCheckpoint(state));
  const { sha256: _, ...texts } = { ...metadata, ...change };
  const sha256 = createHash("sha256")
    .update(encodeSafetensors(others ?? arrays, texts))
    .digest("hex");
  return encodeSafetensors(others ?? arrays, { ...texts, sha256 });
}

const withState = (change: object) =>
  tampered({ state: JSON.stringify({ ...JSON.parse(plain("state")), ...change }) });

describe("a checkpoint", () => {
  test("is read as it was written, bit for bit", async () => {
    const path = join(folder, "state.safetensors");
    const notes = { network: { depth: 3, normalization: "batch" }, list: [1, null] };
    await writeCheckpoint(path, state, notes);
    expect(await readCheckpoint(path)).toEqual({ state, notes, version: "development" });
    expect(Object.is((await readCheckpoint(path)).state.variables["head.weight"].data[1], -0)).toBe(true);
    const early = { ...state, best: null, plateau: null, history: [] };
    expect(decodeCheckpoint(encodeCheckpoint(early)).state).toEqual(early);
  });

  test("is a safetensors file that others can read", () => {
    const { arrays, metadata } = decodeSafetensors(encodeCheckpoint(state));
    expect(Object.keys(arrays).sort()).toEqual([
      ...["best/head.bias", "best/head.weight", "optimizer/adam.mean/head.bias", "optimizer/step"],
      ...["variables/head.bias", "variables/head.weight"],
    ]);
    expect(Object.keys(metadata).sort()).toEqual([
      "format",
      "notes",
      "revision",
      "sha256",
      "state",
      "version",
    ]);
  });

  test("carries a run over: what goes on from the file has the bits of a run without a break", async () => {
    const path = join(folder, "run.safetensors");
    const data = { train: discs(5, [16, 16]), validation: [disc(9, [16, 16])] };
    const options = (steps: number): FitOptions => ({
      ...{ steps, stepsPerEpoch: 3, batchSize: 2, crop: 8, seed: 5 },
      augmentation: { flips: true, elastic: { deviation: 1, spacing: 4 } },
      schedule: plateau({ learningRate: 0.01, mode: "max", patience: 0 }),
    });
    const model = tinyNetwork();
    const straight = await train(model, data, diceLoss, options(11));
    await train(model, data, diceLoss, {
      ...options(7),
      onCheckpoint: ({ state: present }) => writeCheckpoint(path, present),
    });
    const saved = await readCheckpoint(path);
    expect(saved.state.step).toBe(7);
    const resumed = await train(model, data, diceLoss, { ...options(11), resume: saved.state });
    expect(resumed.state).toEqual(straight.state);
    const probabilities = await predictImage(model, tensorsOf(resumed.state.variables), data.validation[0]);
    expect(probabilities).toEqual(await predictImage(model, straight.variables, data.validation[0]));
  });
});

describe("refusals name the file and what is wrong", () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      "a foreign safetensors file",
      encodeSafetensors({ x: array(1) }),
      /is no checkpoint: format missing, expected "segtape-checkpoint"/,
    ],
    ["another format", encodeSafetensors({ x: array(1) }, { format: "pt" }), /is no checkpoint: format "pt"/],
    [
      "a later revision",
      tampered({ revision: "2", version: "9.0.0" }),
      /cannot be read: revision 2, written by segtape 9\.0\.0, expected 1/,
    ],
    [
      "a digest of other content",
      encodeSafetensors(decodeSafetensors(encodeCheckpoint(state)).arrays, {
        ...decodeSafetensors(encodeCheckpoint(state)).metadata,
        notes: "{ }",
      }),
      /is damaged: content of digest [0-9a-f]{64}, expected [0-9a-f]{64}/,
    ],
    ["no JSON", tampered({ state: "{" }), /is damaged: its state/],
    ["notes that are none", tampered({ notes: "[]" }), /is damaged: its notes/],
    ["half a step", withState({ step: 1.5 }), /its step/],
    ["a negative seed", withState({ seed: -1 }), /its seed/],
    ["no sum", withState({ lossSum: null }), /its lossSum/],
    ["no wait", withState({ waited: "1" }), /its waited/],
    ["no settings", withState({ settings: [] }), /its settings/],
    ["a plateau that is none", withState({ plateau: 1 }), /its plateau/],
    ["a history that is none", withState({ history: {} }), /its history/],
    ["an epoch that is none", withState({ history: [{ epoch: 1 }] }), /its history/],
    [
      "a metric in words",
      withState({ history: [{ ...state.history[0], metrics: { dice: "good" } }] }),
      /its history/,
    ],
    ["a best without a value", withState({ best: { epoch: 1 } }), /its best/],
    ["arrays of no best", withState({ best: null }), /its best/],
    ["an array of no group", tampered({}, { other: array(1) }), /is damaged: array other/],
    [
      "whole numbers",
      tampered({}, { "variables/x": { shape: [1], data: Int32Array.of(1) } }),
      /is damaged: array variables\/x, expected floats/,
    ],
  ])("%s", async (_, bytes, message) => {
    const path = join(folder, "odd.safetensors");
    await writeFile(path, bytes);
    const error = await readCheckpoint(path).catch((caught: unknown) => caught as Error);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(path);
  });

  test("any damage is refused, unless it changes nothing; any cut is refused", () => {
    const whole = encodeCheckpoint(state);
    const attempt = (bytes: Uint8Array) => {
      try {
        return decodeCheckpoint(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
        return null;
      }
    };
    for (let length = 0; length < whole.length; length++) expect(attempt(whole.slice(0, length))).toBeNull();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (damage) => {
          const bytes = whole.slice();
          for (const [at, byte] of damage) bytes[at] = byte;
          const read = attempt(bytes);
          if (read !== null) expect(read.state).toEqual(state);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("kill -9", () => {
  test("at any moment leaves a whole checkpoint, and one not older than the last that was done", async () => {
    const program = join(folder, "writer.mjs");
    // Writes one checkpoint after the other, each full of its number, and tells each that is done.
    await build({
      stdin: {
        contents: `
          import { writeCheckpoint } from "./src/io/disk/checkpoint.ts";
          const state = ${JSON.stringify({ ...state, variables: {}, optimizer: {}, best: null, history: [] })};
          for (let step = 1; ; step++) {
            const data = new Float32Array(200_000).fill(step);
            const variables = { w: { shape: [data.length], data } };
            await writeCheckpoint(process.argv[2], { ...state, step, variables, optimizer: variables });
            process.stdout.write(step + "\\n");
          }`,
        resolveDir: ROOT,
      },
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    const path = join(folder, "killed.safetensors");
    for (let round = 0; round < 8; round++) {
      const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
      let told = "";
      child.stdout.on("data", (chunk) => {
        told += chunk;
      });
      const ended = new Promise((resolve) => child.on("close", resolve));
      while (!told.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setTimeout(resolve, round * 7));
      child.kill("SIGKILL");
      await ended;
      const { step, variables, optimizer } = (await readCheckpoint(path)).state;
      expect(step).toBeGreaterThanOrEqual(Number(told.trim().split("\n").at(-1)));
      expect(new Set([...variables.w.data, ...optimizer.w.data])).toEqual(new Set([step]));
    }
    // What the killed ones left is hidden and temporary.
    const left = (await readdir(folder)).filter((name) => name.includes("killed.safetensors"));
    expect(left.filter((name) => !/^\..*\.tmp$/.test(name))).toEqual(["killed.safetensors"]);
    expect((await readFile(path)).length).toBeGreaterThan(1_600_000);
  });
});
