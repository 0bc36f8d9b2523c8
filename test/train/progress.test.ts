/** Losses that change over the training: what `fit` tells them, and that a run stays a run. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  deepSupervision,
  defineLoss,
  diceLoss,
  hausdorffDistanceLoss,
  OptionError,
  ramp,
  rampedSum,
  setBackend,
  type Tensor,
  TrainingError,
  tensor,
  weightedSum,
} from "../../src/index.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/index.ts";
import { conv2d, dropout, initialize, sequential, unet } from "../../src/nn/index.ts";
import { adam } from "../../src/optim/index.ts";
import { currentRunner } from "../../src/run/backends.ts";
import { type FitLoss, type FitOptions, type TrainingState, fit as train } from "../../src/train/index.ts";
import { disc, discs, tinyNetwork } from "./support.ts";

beforeAll(() => setBackend("wasm", { threads: 1 }));

const data = { train: discs(3, [12, 12]) };

/** A loss whose value is the progress. */
const clock: FitLoss = Object.assign(
  (logits: Tensor, _target: Tensor, { progress }: { progress?: Tensor } = {}) =>
    logits
      .mul(0)
      .sum()
      .add(progress ?? Number.NaN),
  { options: { progress: {} } },
);

async function told(loss: FitLoss, options: FitOptions): Promise<{ seen: number[]; state: TrainingState }> {
  const seen: number[] = [];
  const { state } = await train(conv2d(1, 1, 1), data, loss, {
    batchSize: 1,
    ...options,
    onStep: ({ loss: value }) => seen.push(value),
  });
  return { seen, state };
}

describe("the progress that a loss is told", () => {
  test("is the share of the steps that are done, by steps or by epochs", async () => {
    const quarters = [0, 0.25, 0.5, 0.75];
    expect((await told(clock, { steps: 4 })).seen).toEqual(quarters);
    expect((await told(clock, { epochs: 2, stepsPerEpoch: 2 })).seen).toEqual(quarters);
    // The limit that comes first counts; the clock does not, where there is a number of steps.
    expect((await told(clock, { steps: 9, epochs: 2, stepsPerEpoch: 2, minutes: 60 })).seen).toEqual(
      quarters,
    );
  });

  test("is that of the clock, where nothing else ends the run, and goes on after a resume", async () => {
    const first = await told(clock, { minutes: 0.004 });
    expect(first.seen.length).toBeGreaterThan(2);
    expect(first.seen).toEqual([...first.seen].sort((a, b) => a - b));
    expect(first.seen[0]).toBeLessThan(0.5);
    expect(first.seen.every((t) => t >= 0 && t <= 1)).toBe(true);
    expect(first.state.progress).toBe(1);
    const half = { ...first.state, progress: 0.5 };
    const { state: kept } = decodeCheckpoint(encodeCheckpoint(half));
    expect(kept.progress).toBe(0.5);
    const second = await told(clock, { minutes: 0.004, resume: kept });
    expect(second.seen[0]).toBeGreaterThanOrEqual(0.5);
    await expect(told(clock, { minutes: 1, resume: { ...half, progress: 2 } })).rejects.toThrow(
      "resume.progress is damaged",
    );
  });

  test("comes to losses that list it, and to no others", async () => {
    const seen: unknown[] = [];
    const plain = (logits: Tensor, target: Tensor, options?: object) => {
      seen.push(options);
      return logits.sub(target).square().mean();
    };
    await told(plain, { steps: 2 });
    // Recorded once, with three inputs.
    expect(seen).toEqual([undefined]);
    expect((await told(diceLoss, { steps: 2 })).state.settings).not.toHaveProperty("totalSteps");
    const own = defineLoss<{ progress?: Tensor }>(
      "ownLoss",
      { options: { progress: { default: undefined, doc: "share of the training that is done" } } },
      ({ p }, { progress }) => p.mul(0).add(progress),
    );
    for (const loss of [own, weightedSum([own]), weightedSum([[weightedSum([own, [diceLoss, 0]]), 1]])])
      expect((await told(loss, { steps: 4 })).seen, loss.name).toEqual([0, 0.25, 0.5, 0.75]);
  });
});

describe("a ramped sum", () => {
  const loss = () =>
    rampedSum([
      [diceLoss, ramp.linear(1, 0.01)],
      [hausdorffDistanceLoss, ramp.linear(0, 0.99)],
    ]);
  const model = () => sequential({ first: tinyNetwork(), drop: dropout(0.2), head: conv2d(1, 1, 1) });
  const options: FitOptions = {
    steps: 9,
    batchSize: 2,
    crop: 8,
    stepsPerEpoch: 4,
    seed: 3,
    optimizer: adam({ learningRate: 0.02 }),
    augmentation: { flips: true },
  };
  const trained = async (more: FitOptions = {}) => {
    const losses: number[] = [];
    const onStep = ({ loss: value }: { loss: number }) => losses.push(value);
    const { state } = await train(model(), data, loss(), { ...options, onStep, ...more });
    return { losses, state };
  };

  test("is the sum with the weights of the time, at each step", async () => {
    const network = conv2d(1, 1, 1);
    const variables = initialize(network, { seed: 2 });
    const sample = disc(4, [10, 10]);
    const steps = 3;
    const seen: number[] = [];
    await train(network, { train: [sample] }, loss(), {
      steps,
      batchSize: 1,
      variables,
      schedule: () => 0,
      onStep: ({ loss: value }) => seen.push(value),
    });
    const x = network.apply(variables, tensor(sample.image, [1, 1, 10, 10]));
    const g = tensor(Float32Array.from(sample.target), [1, 1, 10, 10]);
    const [dice, distance] = [await diceLoss(x, g).item(), await hausdorffDistanceLoss(x, g).item()];
    expect(seen).toHaveLength(steps);
    seen.forEach((value, step) => {
      const t = step / steps;
      expect(value).toBeCloseTo((1 - 0.99 * t) * dice + 0.99 * t * distance, 4);
    });
  });

  test("trains with the same bits every time, and after a break at any step", async () => {
    const straight = await trained();
    expect(await trained()).toEqual(straight);
    for (const pause of [1, 4, 6]) {
      let state: TrainingState | undefined;
      await trained({
        onCheckpoint: (event) => {
          state ??= event.state;
        },
        checkpointEvery: pause,
        onStep: ({ step, stop }) => step === pause && stop(),
      });
      expect(state?.step).toBe(pause);
      const resumed = await trained({ resume: structuredClone(state) });
      expect(resumed.state).toEqual(straight.state);
      expect(resumed.losses).toEqual(straight.losses.slice(pause));
    }
  });

  test("is not resumed with another number of steps, or other ramps", async () => {
    const { state } = await trained({ steps: 2 });
    await expect(trained({ resume: state })).rejects.toThrow(OptionError);
    await expect(trained({ resume: state })).rejects.toThrow(
      "fit: totalSteps is 9, expected 2, as in the run that is resumed",
    );
    const other = rampedSum([
      [diceLoss, ramp.linear(1, 0.5)],
      [hausdorffDistanceLoss, ramp.linear(0, 0.99)],
    ]);
    await expect(train(model(), data, other, { ...options, steps: 2, resume: state })).rejects.toThrow(
      /fit: loss is "linear\(1, 0.5\) diceLoss/,
    );
  });

  test("is one plan from the first step to the last", async () => {
    const runner = await currentRunner();
    const sizes: number[] = [];
    await trained({ onStep: () => sizes.push(runner.size) });
    expect(sizes).toHaveLength(9);
    expect(new Set(sizes).size).toBe(1);
  });

  test("supervises several levels, whether fit adds them up or the caller", async () => {
    const network = unet({ depth: 3, baseChannels: 2, convolutionsPerLevel: 1, deepSupervision: true });
    const variables = initialize(network, { seed: 1 });
    const sample = disc(1, [16, 16]);
    const seen: number[] = [];
    await train(network, { train: [sample] }, loss(), {
      steps: 2,
      batchSize: 1,
      variables,
      schedule: () => 0,
      levelWeights: [2, 1],
      onStep: ({ loss: value }) => seen.push(value),
    });
    const x = tensor(sample.image, [1, 1, 16, 16]);
    const g = tensor(Float32Array.from(sample.target), [1, 1, 16, 16]);
    const context = { training: true, noise: { uniform: () => tensor(0) }, updates: {} };
    const both = deepSupervision(loss(), [2, 1])(network.outputs(variables, x, context), g, {
      progress: 0.5,
    });
    expect(seen[1]).toBeCloseTo(await both.item(), 5);
  });

  test("that breaks down at some time says where", async () => {
    const broken = rampedSum([diceLoss, [hausdorffDistanceLoss, (t) => t.sub(0.5).neg().log().abs()]]);
    const run = train(model(), data, broken, { ...options, steps: 8 });
    await expect(run).rejects.toThrow(TrainingError);
    await expect(run).rejects.toThrow(/at step 4, .*log/);
  });
});
