/** The training worker's methods, called as the page calls them. */
import { beforeAll, describe, expect, test } from "vitest";
import { decodeCheckpoint, encodeCheckpoint, encodePng } from "../../../src/io/index.ts";
import { losses } from "../../../src/losses/catalogue.ts";
import type { LossChoice } from "../../../src/studio/state/choices.ts";
import { DEFAULTS, type TrainSettings } from "../../../src/studio/subject/training/settings.ts";
import { type TrainPart, trainMethods } from "../../../src/studio/worker/train-methods.ts";

/** Little work, yet all of it. */
const SMALL: TrainSettings = { ...DEFAULTS, count: 5, steps: 3, batch: 2, depth: 2, channels: 2, every: 2 };
const DICE = { name: "diceLoss", options: {} };

/** Trains, and gives what was told. */
async function trained(
  settings: TrainSettings,
  onward = false,
  { loss = DICE as LossChoice, signal = new AbortController().signal, onPart = (_: TrainPart) => {} } = {},
) {
  const parts: TrainPart[] = [];
  const part = (value: unknown) => {
    parts.push(value as TrainPart);
    onPart(value as TrainPart);
  };
  const stopped = await trainMethods.train({ settings, loss, backend: "wasm", onward }, { part, signal });
  const steps = parts.filter((one) => one.kind === "step");
  return { stopped, parts, steps, losses: steps.map(({ loss: value }) => value) };
}

const predicted = (settings: TrainSettings) => trainMethods.predict({ settings, backend: "wasm" });

describe("training", () => {
  test("tells the beginning, every step, and measurements before, in between and at the end", async () => {
    const { parts, stopped } = await trained(SMALL);
    expect(stopped).toBe("steps");
    expect(parts.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      "begun 0",
      "measured 0",
      "step 1",
      "step 2",
      "measured 2",
      "step 3",
      "measured 3",
    ]);
    const measured = parts.filter((part) => part.kind === "measured");
    expect(
      measured.every(({ dice, predictions }) => dice >= 0 && dice <= 1 && predictions.length === 1),
    ).toBe(true);
  });

  test("goes on with the same bits as one without a break", async () => {
    const whole = await trained({ ...SMALL, steps: 6 });
    const first = await trained(SMALL);
    const second = await trained({ ...SMALL, steps: 6 }, true);
    expect(second.parts[0]).toEqual({ kind: "begun", step: 3, total: 6 });
    expect([...first.losses, ...second.losses]).toEqual(whole.losses);
  });

  test("done with its steps, it goes on for as many again", async () => {
    await trained(SMALL);
    expect((await trained(SMALL, true)).parts[0]).toEqual({ kind: "begun", step: 3, total: 6 });
  });

  test("with other settings it keeps the weights and begins the rest anew", async () => {
    await trained({ ...SMALL, steps: 6 });
    const before = await predicted(SMALL);
    const { parts } = await trained(SMALL, true, { loss: { name: "focalLoss", options: {} } });
    expect(parts[0]).toEqual({ kind: "begun", step: 0, total: 3 });
    expect(parts[1]).toEqual({ ...before, kind: "measured", step: 0 });
  });

  test("ends after the step in which it is told to", async () => {
    const controller = new AbortController();
    const onPart = (part: TrainPart) => part.kind === "step" && part.step === 2 && controller.abort();
    const { stopped, steps } = await trained({ ...SMALL, steps: 50 }, false, {
      signal: controller.signal,
      onPart,
    });
    expect([stopped, steps.length]).toEqual(["signal", 2]);
    expect(trainMethods.kept(null)?.step).toBe(2);
  });

  test("a breakdown is told as such, and the weights of the last measurement stay", async () => {
    await trained(SMALL);
    const loss = { name: "polyCrossEntropyLoss", options: { epsilon: 1e38 } };
    await expect(trained(SMALL, true, { loss })).rejects.toMatchObject({ name: "TrainingError" });
    expect(trainMethods.kept(null)?.step).toBe(3);
    const { data } = Object.values(decodeCheckpoint(await trainMethods.save(null)).state.variables)[0];
    expect(data.every(Number.isFinite)).toBe(true);
  });

  test("an executor that does not run here is named, with the reason", async () => {
    const asked = { settings: SMALL, loss: DICE, backend: "webgpu" as const, onward: false };
    const context = { part: () => {}, signal: new AbortController().signal };
    await expect(trainMethods.train(asked, context)).rejects.toThrow(
      /trained on webgpu here \(.+\)\. Choose/,
    );
  });

  // The losses have tests of their own. Here: one of each family, and those that want to see the background as a class.
  const families = new Map(Object.values(losses).map((loss) => [loss.family, loss.name]));
  const exclusive = Object.values(losses).filter(({ modes }) => !modes.includes("binary"));
  test.each([...families.values(), ...exclusive.map(({ name }) => name)])("%s", async (name) => {
    const { losses: values } = await trained({ ...SMALL, steps: 1 }, false, { loss: { name, options: {} } });
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test("a loss that needs larger pictures says so", async () => {
    const run = trained(SMALL, false, { loss: { name: "msSsimLoss", options: {} } });
    await expect(run).rejects.toThrow("expected at least 161 along each axis");
  });
});

describe("weights", () => {
  let bytes: Uint8Array;
  let before: Awaited<ReturnType<typeof predicted>>;
  beforeAll(async () => {
    await trained(SMALL);
    before = await predicted(SMALL);
    bytes = await trainMethods.save(null);
    await trained({ ...SMALL, seed: 9 });
  });

  test("come back from a file and predict the same", async () => {
    expect(await predicted(SMALL)).not.toEqual(before);
    const summary = await trainMethods.load({ path: "a.safetensors", bytes });
    expect(summary).toMatchObject({ step: 3, depth: 2, channels: 2 });
    expect(await predicted(SMALL)).toEqual(before);
  });

  test("from a file go on as if they had never been away", async () => {
    const whole = await trained({ ...SMALL, steps: 6 });
    await trainMethods.load({ path: "a.safetensors", bytes });
    const rest = await trained({ ...SMALL, steps: 6 }, true);
    expect(rest.losses).toEqual(whole.losses.slice(3));
  });

  test("are a checkpoint of the library", () => {
    const { state, notes } = decodeCheckpoint(bytes);
    expect(state.step).toBe(3);
    expect(notes.network).toMatchObject({ depth: 2, baseChannels: 2, classes: 1 });
  });

  test("are refused where they are none, are damaged, or of a network of another kind", async () => {
    const load = (content: Uint8Array) => trainMethods.load({ path: "odd.safetensors", bytes: content });
    await expect(load(Uint8Array.of(1, 2, 3))).rejects.toThrow("odd.safetensors");
    const damaged = bytes.slice();
    damaged[damaged.length - 1] ^= 1;
    await expect(load(damaged)).rejects.toThrow("odd.safetensors is damaged");
    const { state } = decodeCheckpoint(bytes);
    const other = (network: object) => load(encodeCheckpoint(state, { network: { ...network } }));
    await expect(other({ classes: 3 })).rejects.toThrow("a network of 3 classes");
    await expect(other({ dimensions: 3 })).rejects.toThrow("a network for volumes");
    await expect(load(encodeCheckpoint(state))).rejects.toThrow("without the network's options");
    await trainMethods.load({ path: "a.safetensors", bytes });
    expect(await predicted(SMALL)).toEqual(before);
  });
});

describe("the visitor's files", () => {
  const SIDE = 16;
  const png = (value: (x: number, y: number) => number, channels = 1, width = SIDE) => {
    const data = Uint8Array.from({ length: width * SIDE * channels }, (_, i) => {
      const pixel = Math.floor(i / channels);
      return value(pixel % width, Math.floor(pixel / width));
    });
    return encodePng({ width, height: SIDE, channels, data });
  };
  const half = (x: number): number => (x < SIDE / 2 ? 0 : 255);
  const pairs = (count: number, mask = half, channels = 1) =>
    Array.from({ length: count }, (_, at) => [
      { path: `set/images/p${at}.png`, bytes: png((x, y) => half(x) / 2 + ((x * y + at) % 40), channels) },
      { path: `set/masks/p${at}.png`, bytes: png(mask) },
    ]).flat();
  const FILES: TrainSettings = { ...SMALL, data: "files" };

  test("are split, shown, and trained on", async () => {
    expect(await trainMethods.files(pairs(6))).toEqual({ pairs: 6, channels: 1, classes: ["0", "255"] });
    const { train, validation, previews } = trainMethods.show(FILES);
    expect([train, validation]).toEqual([5, 1]);
    expect(previews[0]).toMatchObject({ width: SIDE, height: SIDE });
    expect([...previews[0].mask.subarray(7, 9)]).toEqual([0, 255]);
    expect((await trained(FILES)).losses).toHaveLength(3);
  });

  test("with several classes: the one chosen against the rest", async () => {
    const three = (x: number) => [0, 100, 200][Math.min(2, Math.floor(x / 6))];
    expect(await trainMethods.files(pairs(2, three))).toMatchObject({ classes: ["0", "100", "200"] });
    const masks = [1, 2].map((foreground) => trainMethods.show({ ...FILES, foreground }).previews[0].mask);
    expect(masks.map((mask) => [...mask.subarray(5, 13)])).toEqual([
      [0, 255, 255, 255, 255, 255, 255, 0],
      [0, 0, 0, 0, 0, 0, 0, 255],
    ]);
    expect(() => trainMethods.show({ ...FILES, foreground: 3 })).toThrow("no class 3 in the masks");
  });

  test("in colours are trained on, and refused by weights for grey ones", async () => {
    await trained(SMALL);
    expect(await trainMethods.files(pairs(3, half, 3))).toMatchObject({ channels: 3 });
    await expect(predicted(FILES)).rejects.toThrow("These weights are for grey images, and the pictures are");
    expect((await trained(FILES)).losses).toHaveLength(3);
  });

  test("all that is wrong with them is told by their names", async () => {
    const [image, mask, ...rest] = pairs(3);
    const problems = async (...files: typeof rest) => {
      const reading = await trainMethods.files([...files, ...rest]);
      return "problems" in reading ? reading.problems : [];
    };
    expect(await problems(image)).toEqual(["set/images/p0.png: no mask p0.png in set/masks"]);
    expect(await problems(image, { ...mask, bytes: png(half, 1, 8) })).toEqual([
      "set/masks/p0.png: 8 x 16, expected 16 x 16 like set/images/p0.png",
    ]);
    const [broken] = await problems(image, { ...mask, bytes: mask.bytes.slice(0, 60) });
    expect(broken).toContain("set/masks/p0.png");
    expect(await trainMethods.files([image, mask])).toEqual({
      problems: ["one pair, p0: expected two at least, one to learn from and one to measure on"],
    });
  });
});
