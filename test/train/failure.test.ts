/** What goes wrong, and what is refused. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  customVjp,
  diceLoss,
  OptionError,
  ones,
  SegtapeError,
  ShapeError,
  setBackend,
  type Tensor,
  TrainingError,
  zeros,
} from "../../src/index.ts";
import { conv2d, initialize, type Module, unet } from "../../src/nn/index.ts";
import { adam, sgd } from "../../src/optim/index.ts";
import { runnerOf } from "../../src/run/backends.ts";
import {
  type FitLoss,
  type FitOptions,
  type Sample,
  type TrainingState,
  fit as train,
} from "../../src/train/index.ts";
import { disc, discs, tinyNetwork } from "./support.ts";

beforeAll(() => setBackend("wasm", { threads: 1 }));

const caught = async (run: Promise<unknown>) =>
  run.then(
    () => null,
    (error: unknown) => error as Error,
  );

describe("a loss that is no number", () => {
  const options: FitOptions = { steps: 40, batchSize: 2, crop: 8, optimizer: sgd({ learningRate: 0.1 }) };
  const data = { train: discs(4) };

  test("ends the run with an error that names step, operation and line", async () => {
    // Goes down, through zero, and on into the logarithm's dark side.
    const loss: FitLoss = (logits) => logits.mean().add(0.5).log();
    let steps = 0;
    const variables = { weight: ones([1, 1, 1, 1]), bias: zeros([1]) };
    const error = await caught(
      train(conv2d(1, 1, 1), data, loss, { ...options, variables, onStep: () => steps++ }),
    );
    expect(error).toBeInstanceOf(TrainingError);
    expect(error).toBeInstanceOf(SegtapeError);
    const { step, firstOp, code, message } = error as TrainingError;
    expect([step, firstOp, code]).toEqual([steps, "log", "TRAINING"]);
    expect(step).toBeGreaterThan(0);
    expect(message).toMatch(
      /^fit: loss is NaN at step \d+, expected a finite number \(log gave NaN at element 0 from \(-[\d.e-]+\) in the value, recorded at .*failure\.test\.ts:\d+\)$/,
    );
  });

  test("a gradient that is no number is found before it spoils the variables", async () => {
    const twisted = customVjp(
      (x) => x,
      (g) => [g.neg().log()],
    );
    const loss: FitLoss = (logits) => twisted(logits).mean();
    const error = await caught(train(conv2d(1, 1, 1), data, loss, options));
    expect(error).toBeInstanceOf(TrainingError);
    expect((error as TrainingError).step).toBe(0);
    expect((error as TrainingError).message).toMatch(/the gradient's norm is NaN at step 0/);
    expect((error as TrainingError).message).toContain("log gave NaN at element 0");
    expect((error as TrainingError).message).toContain("in the gradient");
  });

  test("leaves the state before that step: the last checkpoint is whole, and goes on where it can", async () => {
    let states: TrainingState[] = [];
    let poisoned = true;
    const loss: FitLoss = (logits, target) =>
      diceLoss(logits, target).add(poisoned ? logits.sum().mul(0).div(logits.sum().mul(0)) : 0);
    const saved = { onCheckpoint: ({ state }: { state: TrainingState }) => states.push(state) };
    Object.defineProperty(loss, "name", { value: "mine" });
    expect(await caught(train(conv2d(1, 1, 1), data, loss, { ...options, ...saved }))).toBeInstanceOf(
      TrainingError,
    );
    expect(states).toEqual([]);
    poisoned = false;
    const good = await train(conv2d(1, 1, 1), data, loss, {
      ...options,
      ...saved,
      steps: 4,
      checkpointEvery: 1,
    });
    for (const { variables } of states)
      for (const { data } of Object.values(variables)) expect(data.every(Number.isFinite)).toBe(true);
    states = [];
    poisoned = true;
    expect(
      await caught(train(conv2d(1, 1, 1), data, loss, { ...options, resume: good.state })),
    ).toMatchObject({
      step: 4,
    });
  });

  test("noise is drawn again as it was in the step", async () => {
    // One draw in twenty is below the threshold: with another draw, nothing would be found.
    const rare: Module = {
      ...conv2d(1, 1, 1),
      apply: (variables, x, context = {}) => {
        const draw = context.noise?.uniform([1]).sub(0.05).log().mul(1e-9);
        const logits = conv2d(1, 1, 1).apply(variables, x);
        return draw === undefined ? logits : logits.add(draw.sum());
      },
    };
    const error = (await caught(train(rare, data, diceLoss, { ...options, steps: 1000 }))) as TrainingError;
    expect(error.step).toBeGreaterThan(0);
    expect(error.firstOp).toBe("log");
  });
});

describe("memory", () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const settled = async () => {
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return process.memoryUsage();
  };

  test("300 steps hold no more than 60, and one plan", async () => {
    const runner = await runnerOf("wasm", { threads: 1 });
    const measured: { heap: number; arrays: number; plans: number }[] = [];
    await train(tinyNetwork(), { train: discs(4) }, diceLoss, {
      steps: 300,
      stepsPerEpoch: 30,
      crop: 16,
      augmentation: { flips: true, elastic: true },
      onStep: async ({ step }) => {
        if (step !== 60 && step !== 300) return;
        const { heapUsed, arrayBuffers } = await settled();
        measured.push({ heap: heapUsed, arrays: arrayBuffers, plans: runner.size });
      },
    });
    const [before, after] = measured;
    expect(after.plans).toBe(before.plans);
    expect(after.arrays - before.arrays).toBeLessThan(50_000);
    expect(after.heap - before.heap).toBeLessThan(500_000);
  });

  test("20 runs of one model share their plan", async () => {
    const runner = await runnerOf("wasm", { threads: 1 });
    const run = () => train(tinyNetwork(), { train: discs(2) }, diceLoss, { steps: 1, crop: 8 });
    await run();
    const before = runner.size;
    for (let i = 0; i < 20; i++) await run();
    expect(runner.size).toBe(before);
  });
});

describe("refusals, before the first step", () => {
  const data = { train: [disc(1, [8, 8])], validation: [disc(2, [8, 8])] };
  const model = conv2d(1, 1, 1);
  const at = async (
    options: object,
    { m = model as Module, d = data as { train: Sample[]; validation?: Sample[] } } = {},
  ) => {
    let steps = 0;
    const error = await caught(
      train(m, d, diceLoss, { steps: 2, onStep: () => steps++, ...options } as FitOptions),
    );
    expect(steps).toBe(0);
    return `${error}`;
  };

  test.each<[string, object, string]>([
    ["no length", { steps: undefined }, "length of the run is missing, expected steps, epochs or minutes"],
    ["an unknown option", { step: 2 }, "option step is not taken"],
    ["half a step", { steps: 1.5 }, "steps is 1.5, expected an integer from 1"],
    ["no batch", { batchSize: 0 }, "batchSize is 0, expected an integer from 1"],
    ["no time", { minutes: 0 }, "minutes is 0, expected a number above 0"],
    ["a crop of three axes", { crop: [4, 4, 4] }, "crop is [4, 4, 4], expected 2 lengths"],
    ["a crop of nothing", { crop: [4, 0] }, "crop is [4, 0], expected a length from 1"],
    ["another optimiser", { optimizer: {} }, "optimizer is Object, expected an optimiser of segtape/optim"],
    [
      "another schedule",
      { schedule: 0.1 },
      "schedule is 0.1, expected a function of the step, or plateau(...)",
    ],
    [
      "an object for a schedule",
      { schedule: {} },
      "schedule is Object, expected a function of the step, or plateau(...)",
    ],
    ["a schedule that goes below 0", { schedule: () => -1 }, "schedule(0) is -1, expected a number from 0"],
    ["a negative seed", { seed: -1 }, "seed is -1, expected an integer from 0 up to 4294967295"],
    [
      "a misspelt augmentation",
      { augmentation: { flip: true } },
      "fit: augmentation: option flip is not taken",
    ],
    [
      "too much brightness",
      { augmentation: { brightness: 2 } },
      "fit: augmentation: brightness is 2, expected a number from 0 up to 1",
    ],
    [
      "a dense grid",
      { augmentation: { elastic: { spacing: 1 } } },
      "fit: augmentation.elastic: spacing is 1, expected a number from 2",
    ],
    [
      "turns of an oblong",
      { crop: [4, 6], augmentation: { quarterTurns: true } },
      "crop is [4, 6], expected a square in the last two axes",
    ],
    ["two means for one channel", { normalization: { mean: [0, 1] } }, "normalization.mean is [0, 1]"],
    [
      "a misspelt normalisation",
      { normalization: { std: 1 } },
      "normalization is std, expected mean and deviation",
    ],
    ["an unknown metric", { metrics: ["dise"] }, "metrics is dise, expected dice"],
    ["an unmeasured monitor", { monitor: "iou" }, 'monitor is "iou", expected loss, dice'],
    ["a mode of nothing", { mode: "min" }, 'mode is "min", expected a monitor with it'],
    ["a mode of another name", { monitor: "loss", mode: "up" }, 'mode is "up", expected "min", "max"'],
    ["options of tiles", { prediction: { tile: 0 } }, "fit: prediction: tile is 0"],
    [
      "a normalisation of tiles alone",
      { prediction: { normalization: { mean: 1 } } as object },
      "prediction.normalization is given",
    ],
    ["no function", { onStep: 1 }, "onStep is 1, expected a function"],
    ["no signal", { signal: true }, "signal is true, expected an AbortSignal"],
    [
      "level weights of nothing",
      { levelWeights: [0] },
      "levelWeights is [0], expected numbers from 0, not all 0",
    ],
  ])("%s", async (_, options, message) => {
    expect(await at(options)).toContain(message);
    expect(await at(options)).toMatch(/^OptionError: fit: /);
  });

  test("data", async () => {
    const sample = disc(1, [8, 8]);
    expect(await at({}, { d: { train: [] } })).toContain("data.train is empty");
    expect(await at({}, { d: { train: [sample, disc(2, [8, 9])] } })).toContain(
      "crop is missing, with disc 1 of [8, 8] and disc 2 of [8, 9], expected a size",
    );
    expect(await at({}, { d: { train: [sample, disc(2, [8, 8, 8])] } })).toContain(
      "training sample disc 2 is [1, 8, 8, 8], expected 1 channels and 2 axes, like disc 1",
    );
    expect(await at({}, { d: { train: [{ ...sample, image: new Float32Array(9) }] } })).toContain(
      "training sample disc 1 is 9 numbers, expected 64",
    );
    expect(await at({}, { d: { train: [{ ...sample, target: new Uint8Array(9) }] } })).toContain(
      "target of training sample disc 1 is 9 labels, expected 64, one a pixel",
    );
    expect(await at({}, { d: { train: [{ ...sample, target: new Uint8Array(64).fill(255) }] } })).toContain(
      "target of disc 1 is label 255, expected labels 0 to 1",
    );
    expect(await at({ metrics: ["dice"] }, { d: { train: [sample] } })).toContain(
      "metrics is given, expected validation samples with it",
    );
    expect(await at({ monitor: "dice" }, { d: { train: [sample] } })).toContain(
      'monitor is "dice", expected loss',
    );
  });

  test("models", async () => {
    const still: Module = { variables: {}, apply: (_, x) => x };
    expect(await at({}, { m: still })).toContain("model is without trainable variables");
    expect(await at({}, { m: conv2d(1, 1, 3) })).toContain(
      "the model's output is [4, 1, 6, 6], expected [4, 1, 8, 8]",
    );
    expect(await at({}, { m: conv2d(2, 1, 3) })).toMatch(/^ShapeError/);
    expect(await at({ crop: 6 }, { m: unet({ depth: 3, baseChannels: 1 }) })).toContain(
      "multiples of 4, as [4, 4] or [8, 8]",
    );
    expect(await at({ variables: {} })).toContain("variables is without weight");
    const wrong = { ...initialize(model), weight: initialize(conv2d(1, 2, 1)).weight } as Record<
      string,
      Tensor
    >;
    expect(await at({ variables: wrong })).toContain("weight is [2, 1, 1, 1], expected [1, 1, 1, 1]");
    expect(await caught(train(model, data, (x) => x, { steps: 1 }))).toBeInstanceOf(SegtapeError);
    expect(await caught(train(conv2d(1, 1, 3), data, diceLoss, { steps: 1 }))).toBeInstanceOf(ShapeError);
  });

  test("a state that is none", async () => {
    const options: FitOptions = { steps: 2, batchSize: 2, crop: 4 };
    const { state } = await train(model, data, diceLoss, options);
    for (const [change, message] of [
      [{ step: 1.5 }, "resume.step is damaged"],
      [{ lossSum: Number.NaN }, "resume.lossSum is damaged"],
      [{ history: null }, "resume.history is damaged"],
      [{ settings: undefined }, "resume.settings is damaged"],
    ] as const) {
      const resume = { ...state, ...change } as unknown as TrainingState;
      expect(await at({ ...options, steps: 4, resume })).toContain(message);
    }
    expect(await at({ ...options, resume: {} as TrainingState })).toContain("resume.step is missing");
  });

  test("a state of another run", async () => {
    const options: FitOptions = { steps: 2, batchSize: 2, crop: 4, seed: 3 };
    const { state } = await train(model, data, diceLoss, options);
    const resumed = (more: object) => at({ ...options, steps: 4, resume: state, ...more });
    expect(await resumed({ batchSize: 3 })).toContain(
      "batchSize is 3, expected 2, as in the run that is resumed",
    );
    expect(await resumed({ crop: 5 })).toContain("crop is [5,5], expected [4,4]");
    expect(await resumed({ seed: 4 })).toContain("seed is 4, expected 3");
    expect(await resumed({ augmentation: { flips: true } })).toContain("augmentation is ");
    expect(await resumed({ optimizer: sgd() })).toContain('optimizer is "sgd", expected "adam"');
    expect(await resumed({ optimizer: adam({ amsgrad: true }) })).toContain("adam.largestVariance");
    const heavy = { ...options, optimizer: sgd({ momentum: 0.9 }) };
    const { state: moved } = await train(model, data, diceLoss, heavy);
    // State that the optimiser of now would leave unused.
    expect(await at({ ...options, steps: 4, resume: moved, optimizer: sgd() })).toMatch(
      /state of the optimiser that is resumed is with sgd\.velocity.*, expected an optimiser with the same options/,
    );
    expect(await at({ ...options, steps: 4, resume: state }, { m: tinyNetwork() })).toContain(
      "variables is without conv.weight",
    );
    expect(
      await caught(train(model, data, diceLoss, { ...options, resume: state, variables: initialize(model) })),
    ).toBeInstanceOf(OptionError);
  });
});
