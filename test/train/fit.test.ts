import { beforeAll, describe, expect, test } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  diceLoss,
  setBackend,
  type Tensor,
} from "../../src/index.ts";
import {
  batchNorm,
  conv2d,
  conv3d,
  dropout,
  initialize,
  relu,
  sequential,
  unet,
} from "../../src/nn/index.ts";
import { adam, clipByGlobalNorm, cosine, plateau, sgd } from "../../src/optim/index.ts";
import {
  type CheckpointEvent,
  type EpochEvent,
  evaluateModel,
  type FitOptions,
  type StepEvent,
  type TrainingState,
  fit as train,
} from "../../src/train/index.ts";
import { disc, discs, tinyNetwork } from "./support.ts";

beforeAll(() => setBackend("wasm", { threads: 1 }));

const numbersOf = async (variables: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(
    await Promise.all(Object.entries(variables).map(async ([name, x]) => [name, [...(await x.data())]])),
  );

/** A network with everything that depends on more than its input: dropout, running statistics. */
const restless = () =>
  sequential({
    conv: conv2d(1, 4, 3, { padding: "same", bias: false }),
    norm: batchNorm(4),
    act: relu(),
    drop: dropout(0.3),
    head: conv2d(4, 1, 3, { padding: "same" }),
  });

const restlessOptions: FitOptions = {
  batchSize: 2,
  crop: 12,
  stepsPerEpoch: 5,
  seed: 11,
  optimizer: adam({ learningRate: 0.02 }),
  schedule: cosine({ learningRate: 0.02, steps: 40 }),
  gradientTransform: clipByGlobalNorm(1),
  augmentation: {
    flips: true,
    quarterTurns: true,
    brightness: 0.1,
    contrast: 0.2,
    elastic: { deviation: 1, spacing: 6 },
  },
  normalization: { mean: 0.4, deviation: 0.2 },
  metrics: ["dice", "iou"],
};

const restlessData = { train: discs(5, [20, 20]), validation: [disc(50, [20, 20])] };

describe("learning", () => {
  test("finds discs that it has not seen", async () => {
    const model = tinyNetwork();
    const validation = discs(8).slice(6);
    const epochs: EpochEvent[] = [];
    const { variables, state, stopped } = await train(model, { train: discs(6), validation }, diceLoss, {
      epochs: 15,
      stepsPerEpoch: 10,
      optimizer: adam({ learningRate: 0.02 }),
      augmentation: { flips: true },
      onEpoch: (event) => epochs.push(event),
    });
    expect(stopped).toBe("epochs");
    expect(state.step).toBe(150);
    const losses = state.history.map(({ loss }) => loss);
    expect(losses).toHaveLength(15);
    expect(losses[14]).toBeLessThan(0.5 * losses[0]);
    const { mean } = await evaluateModel(model, variables, validation, ["dice"]);
    expect(mean.dice).toBeGreaterThan(0.9);
    expect(state.history[14].metrics).toEqual(mean);
    expect(epochs.map(({ loss, epoch, step, metrics }) => ({ loss, epoch, step, metrics }))).toEqual(
      state.history.map(({ loss, epoch, step, metrics }) => ({ loss, epoch, step, metrics })),
    );
  });

  test("the first step is the optimiser's on the loss's gradient", async () => {
    // One weight and one bias, one batch without randomness: worked out by hand.
    const sample = {
      name: "a",
      image: Float32Array.of(0, 1),
      channels: 1,
      size: [1, 2],
      target: Uint8Array.of(0, 1),
    };
    const model = conv2d(1, 1, 1);
    const variables = initialize(model, { seed: 1 });
    const w = await variables.weight.item();
    const losses: StepEvent[] = [];
    const result = await train(model, { train: [sample] }, binaryCrossEntropyLoss, {
      steps: 1,
      batchSize: 1,
      optimizer: sgd({ learningRate: 1 }),
      variables,
      onStep: (event) => losses.push(event),
    });
    const p = 1 / (1 + Math.exp(-w));
    const slopes = { weight: (p - 1) / 2, bias: (0.5 + p - 1) / 2 };
    expect(losses[0].loss).toBeCloseTo((Math.log(2) - Math.log(p)) / 2, 6);
    expect(losses[0].gradientNorm).toBeCloseTo(Math.hypot(slopes.weight, slopes.bias), 6);
    expect(losses[0].learningRate).toBe(1);
    expect(await result.variables.weight.item()).toBeCloseTo(w - slopes.weight, 6);
    expect(await result.variables.bias.item()).toBeCloseTo(-slopes.bias, 6);
  });

  test("several classes, some labels ignored", async () => {
    const samples = discs(4).map((sample) => ({
      ...sample,
      target: sample.target.map((label, i) => (i % 7 === 0 ? 255 : label === 1 ? 2 : i % 24 < 12 ? 0 : 1)),
    }));
    const model = sequential({
      conv: conv2d(1, 6, 3, { padding: "same" }),
      act: relu(),
      head: conv2d(6, 3, 1),
    });
    const { state } = await train(
      model,
      { train: samples, validation: samples.slice(0, 1) },
      categoricalCrossEntropyLoss,
      {
        epochs: 3,
        stepsPerEpoch: 20,
        ignoreIndex: 255,
        optimizer: adam({ learningRate: 0.02 }),
      },
    );
    expect(state.history[2].loss).toBeLessThan(0.85 * state.history[0].loss);
    expect(state.history[2].metrics?.dice).toBeGreaterThan(0.4);
  });

  test("volumes", async () => {
    const model = sequential({
      conv: conv3d(1, 3, 3, { padding: "same" }),
      act: relu(),
      head: conv3d(3, 1, 1),
    });
    const { state } = await train(model, { train: discs(3, [8, 12, 12]) }, binaryCrossEntropyLoss, {
      epochs: 4,
      stepsPerEpoch: 15,
      crop: [6, 10, 10],
      optimizer: adam({ learningRate: 0.02 }),
      augmentation: { flips: true, quarterTurns: true, elastic: { deviation: 1, spacing: 4 } },
    });
    expect(state.history[3].loss).toBeLessThan(0.8 * state.history[0].loss);
  });

  test("deep supervision: the loss is the weighted mean over the levels' losses", async () => {
    const model = unet({ depth: 3, baseChannels: 2, convolutionsPerLevel: 1, deepSupervision: true });
    const variables = initialize(model, { seed: 1 });
    const data = { train: [disc(1, [16, 16])] };
    const lossOf = async (options: Partial<FitOptions>) => {
      let first = Number.NaN;
      await train(model, data, diceLoss, {
        steps: 1,
        batchSize: 1,
        variables,
        onStep: ({ loss }) => {
          first = loss;
        },
        ...options,
      });
      return first;
    };
    const [full, half] = [await lossOf({ levelWeights: [1, 0] }), await lossOf({ levelWeights: [0, 1] })];
    expect(full).not.toBeCloseTo(half, 4);
    expect(await lossOf({})).toBeCloseTo((full + half / 2) / 1.5, 5);
    expect(await lossOf({ levelWeights: [1, 3] })).toBeCloseTo((full + 3 * half) / 4, 5);
    await expect(lossOf({ levelWeights: [1] })).rejects.toThrow(
      "levelWeights is [1], expected one weight for each of 2 outputs",
    );
  });
});

describe("the same seed", () => {
  test("gives the same run, bit for bit; another one does not", async () => {
    const run = async (seed: number) => {
      const losses: number[] = [];
      const { variables } = await train(restless(), restlessData, diceLoss, {
        ...restlessOptions,
        seed,
        steps: 12,
        onStep: ({ loss }) => losses.push(loss),
      });
      return { losses, variables: await numbersOf(variables) };
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect((await run(2)).losses[0]).not.toBe(first.losses[0]);
  });

  test.each([1, 3, 5, 7])(
    "a run that goes on from step %d has the bits of one without a break",
    async (pause) => {
      const state = async (options: FitOptions) =>
        (await train(restless(), restlessData, diceLoss, options)).state;
      const straight = await state({ ...restlessOptions, steps: 13 });
      const half = await state({ ...restlessOptions, steps: pause });
      expect(half.step).toBe(pause);
      // As a file would hold it, and with fresh objects everywhere.
      const resumed = await state({
        ...restlessOptions,
        optimizer: adam({ learningRate: 0.02 }),
        steps: 13,
        resume: structuredClone(half),
      });
      expect(resumed).toEqual(straight);
    },
  );

  test("a finished run that is resumed is finished", async () => {
    const { state } = await train(restless(), restlessData, diceLoss, { ...restlessOptions, steps: 4 });
    let steps = 0;
    const again = await train(restless(), restlessData, diceLoss, {
      ...restlessOptions,
      steps: 4,
      resume: state,
      onStep: () => steps++,
    });
    expect([steps, again.stopped]).toEqual([0, "steps"]);
    expect(again.state).toEqual(state);
  });

  test("running statistics are updated, and are not trained", async () => {
    const { variables } = await train(restless(), restlessData, diceLoss, { ...restlessOptions, steps: 10 });
    const before = await numbersOf(initialize(restless(), { seed: 11 }));
    const after = await numbersOf(variables);
    const still = Object.keys(restless().variables).filter((name) => !restless().variables[name].trainable);
    expect(still.length).toBe(2);
    for (const name of Object.keys(after)) expect(after[name], name).not.toEqual(before[name]);
  });
});

describe("schedules", () => {
  test("the learning rate of each step is the schedule's", async () => {
    const rates: number[] = [];
    const schedule = (step: number) => 0.1 / (1 + step);
    const { state } = await train(conv2d(1, 1, 1), { train: discs(4) }, diceLoss, {
      steps: 4,
      stepsPerEpoch: 2,
      schedule,
      onStep: ({ learningRate }) => rates.push(learningRate),
    });
    expect(rates).toEqual([0.1, 0.05, 0.1 / 3, 0.025]);
    expect(state.history.map(({ learningRate }) => learningRate)).toEqual([0.05, 0.025]);
  });

  test("a learning rate of 0 changes nothing but what is not trained", async () => {
    const model = tinyNetwork();
    const variables = initialize(model, { seed: 4 });
    const result = await train(model, { train: discs(4) }, diceLoss, {
      steps: 3,
      variables,
      schedule: () => 0,
    });
    expect(await numbersOf(result.variables)).toEqual(await numbersOf(variables));
  });

  test("a plateau observes the monitored number, and goes on after a resume", async () => {
    const options = { stepsPerEpoch: 1, batchSize: 4, optimizer: sgd() };
    const fresh = () => plateau({ learningRate: 1e-9, factor: 0.5, patience: 0, threshold: 0.5 });
    const rates = async (more: Partial<FitOptions>) => {
      const { state } = await train(tinyNetwork(), { train: discs(4) }, diceLoss, {
        ...options,
        schedule: fresh(),
        ...more,
      });
      return state;
    };
    const straight = await rates({ steps: 5 });
    // The loss does not move by half: each epoch after the first halves the rate.
    expect(straight.history.map(({ learningRate }) => learningRate)).toEqual([
      1e-9, 1e-9, 5e-10, 2.5e-10, 1.25e-10,
    ]);
    expect(await rates({ steps: 5, resume: await rates({ steps: 3 }) })).toEqual(straight);
  });
});

describe("the end of a run", () => {
  const data = { train: discs(4), validation: [disc(9)] };
  const quick: FitOptions = { batchSize: 2, crop: 8, stepsPerEpoch: 2 };

  test("patience: after so many measurements without improvement; the best variables are kept", async () => {
    const epochs: EpochEvent[] = [];
    const model = tinyNetwork();
    const result = await train(model, data, binaryCrossEntropyLoss, {
      ...quick,
      epochs: 50,
      patience: 3,
      monitor: "loss",
      // Learns, then goes astray for good.
      optimizer: sgd(),
      schedule: (step) => (step < 6 ? 0.2 : 100),
      onEpoch: (event) => epochs.push(event),
    });
    expect(result.stopped).toBe("patience");
    const best = result.state.best;
    expect(best).not.toBeNull();
    expect(epochs.length).toBe((best?.epoch ?? 0) + 3);
    expect(epochs.map(({ improved }) => improved).lastIndexOf(true)).toBe((best?.epoch ?? 0) - 1);
    expect(best?.value).toBe(Math.min(...epochs.map(({ loss }) => loss)));
    const kept = await numbersOf(result.bestVariables);
    expect(kept).not.toEqual(await numbersOf(result.variables));
    expect(kept["head.bias"]).toEqual([...(best?.variables["head.bias"].data ?? [])]);
  });

  test("minDelta: a smaller step is no improvement; a metric that rises is better when higher", async () => {
    const run = (options: Partial<FitOptions>) =>
      train(tinyNetwork(), data, diceLoss, { ...quick, epochs: 20, patience: 2, ...options });
    expect((await run({ minDelta: 1 })).state.best?.epoch).toBe(1);
    expect((await run({ minDelta: 1 })).state.history).toHaveLength(3);
    const { state } = await run({ optimizer: adam({ learningRate: 0.02 }), metrics: ["dice"] });
    const dice = state.history.map(({ metrics }) => metrics?.dice ?? 0);
    expect(state.best?.value).toBe(Math.max(...dice));
  });

  test("validation every so many epochs, and at the end", async () => {
    const { state } = await train(tinyNetwork(), data, diceLoss, {
      ...quick,
      epochs: 5,
      validateEvery: 2,
      metrics: ["iou"],
    });
    expect(state.history.map(({ metrics }) => metrics !== null)).toEqual([false, true, false, true, true]);
    expect(Object.keys(state.history[4].metrics ?? {})).toEqual(["iou"]);
  });

  test("a callback may stop, at once or later; callbacks are awaited", async () => {
    const order: string[] = [];
    const wait = () => new Promise((resolve) => setTimeout(resolve, 2));
    const result = await train(tinyNetwork(), data, diceLoss, {
      ...quick,
      epochs: 50,
      onStep: async ({ step, stop }) => {
        await wait();
        order.push(`step ${step}`);
        if (step === 5) stop();
      },
      onEpoch: async ({ epoch }) => {
        await wait();
        order.push(`epoch ${epoch}`);
      },
      onCheckpoint: async ({ state }) => {
        await wait();
        order.push(`checkpoint ${state.step}`);
      },
    });
    expect(result.stopped).toBe("callback");
    expect(order).toEqual([
      ...["step 1", "step 2", "epoch 1", "checkpoint 2"],
      ...["step 3", "step 4", "epoch 2", "checkpoint 4", "step 5", "checkpoint 5"],
    ]);
  });

  test("a signal, also one that a timer gives", async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 120);
    const result = await train(tinyNetwork(), data, diceLoss, {
      ...quick,
      minutes: 1,
      signal: controller.signal,
    });
    clearTimeout(timer);
    expect(result.stopped).toBe("signal");
    expect(result.state.step).toBeGreaterThan(0);
    const none = await train(tinyNetwork(), data, diceLoss, {
      ...quick,
      steps: 9,
      signal: AbortSignal.abort(),
    });
    expect([none.stopped, none.state.step]).toEqual(["signal", 0]);
  });

  test("timers and signals are heard while images are measured, too", async () => {
    const heard: boolean[] = [];
    let waited = false;
    const validation = discs(40, [64, 64]);
    await train(tinyNetwork(), { train: discs(1), validation }, diceLoss, {
      steps: 2,
      stepsPerEpoch: 1,
      batchSize: 1,
      metrics: ["hausdorff95"],
      // The first epoch waits for its plans to be made.
      onStep: ({ step }) => {
        if (step === 2)
          setTimeout(() => {
            waited = true;
          }, 0);
      },
      onEpoch: () => heard.push(waited),
    });
    expect(heard).toEqual([false, true]);
  });

  test("minutes", async () => {
    const { stopped, seconds, state } = await train(tinyNetwork(), data, diceLoss, {
      ...quick,
      steps: 1e9,
      minutes: 0.004,
    });
    expect(stopped).toBe("minutes");
    expect(seconds).toBeGreaterThanOrEqual(0.24);
    expect(seconds).toBeLessThan(5);
    expect(state.step).toBeGreaterThan(0);
  });

  test("an error of a callback ends the run, and is the caller's own", async () => {
    const broken = train(tinyNetwork(), data, diceLoss, {
      ...quick,
      steps: 5,
      onStep: () => {
        throw new RangeError("mine");
      },
    });
    await expect(broken).rejects.toThrow(new RangeError("mine"));
  });
});

describe("what is told", () => {
  test("steps, epochs, speed, time left", async () => {
    const steps: StepEvent[] = [];
    await train(tinyNetwork(), { train: discs(4) }, diceLoss, {
      steps: 6,
      epochs: 9,
      stepsPerEpoch: 4,
      onStep: (event) => steps.push(event),
    });
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(steps.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 1, 2, 2]);
    for (const event of steps) {
      expect(event.totalSteps).toBe(6);
      expect(event.imagesPerSecond).toBeGreaterThan(0);
      expect(event.gradientNorm).toBeGreaterThan(0);
      expect(event.learningRate).toBe(1e-3);
    }
    expect(steps[5].secondsLeft).toBe(0);
    expect(steps[1].secondsLeft).toBeGreaterThan(0);
  });

  test("checkpoints: a state of plain data that later steps leave alone, and whether it is the best", async () => {
    const events: CheckpointEvent[] = [];
    const { state } = await train(tinyNetwork(), { train: discs(4) }, diceLoss, {
      steps: 8,
      stepsPerEpoch: 4,
      checkpointEvery: 3,
      optimizer: adam({ learningRate: 0.01 }),
      onCheckpoint: (event) => events.push(event),
    });
    expect(events.map((event) => event.state.step)).toEqual([3, 6, 8]);
    expect(events.map(({ improved }) => improved)).toEqual([false, true, state.best?.epoch === 2]);
    const all: TrainingState[] = events.map((event) => event.state);
    expect(structuredClone(all[0])).toEqual(all[0]);
    expect(all[0].variables["head.bias"].data).not.toEqual(all[1].variables["head.bias"].data);
    expect(all[2]).toEqual(state);
    expect(Object.keys(state.optimizer)).toContain("step");
  });
});
