/** A training in its folder, and what may happen to that folder meanwhile. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoData } from "../../src/cli/comparing/demo.ts";
import { planFor } from "../../src/cli/training/request.ts";
import { runSession } from "../../src/cli/training/session.ts";
import { setupOf } from "../../src/cli/training/setup.ts";
import { FileError } from "../../src/errors.ts";
import { diceLoss, setBackend } from "../../src/index.ts";
import { readCheckpoint } from "../../src/io/index.ts";
import { readJson, temporaryFolder } from "../support/training-data.ts";

const { at, remove } = temporaryFolder("session");
afterAll(remove);
beforeAll(() => setBackend("wasm", { threads: 1 }));

const data = demoData();
const plan = planFor({
  positionals: [],
  options: { steps: "6", batch: "1", crop: "8", depth: "1", "base-channels": "2" },
});

/** Trains six steps with a checkpoint every two; `meanwhile` is called after the third, or another. */
function trainInto(folder: string, meanwhile: () => void = () => undefined, when = 3) {
  const chosen = { loss: diceLoss, options: {} };
  const setup = setupOf(plan, data, chosen, 0, "max");
  const begun = {
    format: "segtape-run",
    revision: 1,
    segtape: "0",
    arguments: {},
    identity: { plan, loss: { name: diceLoss.name, options: {} }, seed: 0, data: data.fingerprint },
    labels: data.labels,
    channels: data.channels,
    network: setup.network,
    normalization: data.normalization,
    images: { train: [], validation: [] },
  } as const;
  return runSession(folder, begun, setup, data, {
    signal: new AbortController().signal,
    checkpointEvery: 2,
    onStep: ({ step }) => {
      if (step === when) meanwhile();
    },
  });
}

const checkpointOf = (run: string) => at(run, "checkpoint.safetensors");
const stepOf = async (run: string) => (await readCheckpoint(checkpointOf(run))).state.step;

test("taken over by another process: the first writes nothing more", async () => {
  const record = at("shared", "run.json");
  const others = () => JSON.stringify({ ...readJson(record), session: "another", status: "finished" });
  let text = "";
  const first = trainInto(at("shared"), () => {
    text = others();
    writeFileSync(record, text);
  });
  await expect(first).rejects.toThrow(FileError);
  await expect(first).rejects.toThrow(/shared is taken over by another process/);
  expect(readFileSync(record, "utf8")).toBe(text);
  expect(await stepOf("shared")).toBe(2);
  expect(readdirSync(at("shared")).sort()).toEqual(["checkpoint.safetensors", "run.json"]);
});

test("a checkpoint that cannot be written: told in the record, and the run goes on later", async () => {
  await trainInto(at("whole"));
  const failed = trainInto(at("blocked"), () => {
    renameSync(checkpointOf("blocked"), at("kept"));
    // Nothing can be renamed to where a folder is.
    mkdirSync(checkpointOf("blocked"));
  });
  await expect(failed).rejects.toThrow(/cannot write .*checkpoint\.safetensors/);
  expect(readJson(at("blocked", "run.json"))).toMatchObject({
    status: "failed",
    step: 2,
    message: expect.stringMatching(/cannot write/),
  });
  expect(readdirSync(at("blocked")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  rmdirSync(checkpointOf("blocked"));
  renameSync(at("kept"), checkpointOf("blocked"));
  const { record } = await trainInto(at("blocked"));
  expect([record.status, record.step]).toEqual(["finished", 6]);
  expect(readFileSync(checkpointOf("blocked"))).toEqual(readFileSync(checkpointOf("whole")));
});

test("an error before the first checkpoint leaves no folder", async () => {
  const interrupted = () => {
    throw new RangeError("out of memory");
  };
  await expect(trainInto(at("deep/none"), interrupted, 1)).rejects.toThrow("out of memory");
  expect(existsSync(at("deep"))).toBe(false);
});
