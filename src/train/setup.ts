/** From what the caller gave to what a run works with: data and model checked, defaults that depend on them filled in. */
import { zeros } from "../create.ts";
import { OptionError, refuse, ShapeError } from "../errors.ts";
import { takesProgress } from "../losses/combine/progress.ts";
import { initialize, type Module } from "../nn/index.ts";
import { adam, type Optimizer } from "../optim/index.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import type { TensorRecord } from "../transform/stateful.ts";
import { bendOf } from "./data/batch.ts";
import { checkMetrics } from "./evaluate.ts";
import { checkNormalization, type FitSettings, fitSettings, lengthsOf } from "./options.ts";
import { checkPicture, variablesOf } from "./predict.ts";
import { tensorsOf } from "./state.ts";
import type { Data, FitLoss, FitOptions, Json, Sample, TrainingState } from "./types.ts";

/** A run that may start. */
export interface Setup {
  readonly settings: FitSettings;
  readonly optimizer: Optimizer;
  readonly crop: readonly number[];
  readonly stepsPerEpoch: number;
  /** Steps in all; `null` where only time ends the run. */
  readonly totalSteps: number | null;
  readonly variables: TensorRecord;
  readonly optimizerState: TensorRecord;
  /** Shapes of the inputs of a step. */
  readonly imageShape: Shape;
  readonly targetShape: Shape;
  /** What a run that goes on must have in common with the one before. */
  readonly common: TrainingState["settings"];
}

function checkSamples(what: string, samples: readonly Sample[], first: Sample): void {
  for (const sample of samples) {
    const name = `${what} sample ${sample.name}`;
    checkPicture("fit", name, sample);
    const pixels = sample.image.length / sample.channels;
    if (sample.channels !== first.channels || sample.size.length !== first.size.length) {
      const like = `${first.channels} channels and ${first.size.length} axes, like ${first.name}`;
      refuse(ShapeError, "fit", name, formatShape([sample.channels, ...sample.size]), like);
    }
    if (sample.target.length !== pixels)
      refuse(
        ShapeError,
        "fit",
        `target of ${name}`,
        `${sample.target.length} labels`,
        `${pixels}, one a pixel`,
      );
  }
}

/** A label that is no class would count as none, and nobody would know. */
function checkLabels(samples: readonly Sample[], outputs: number, ignoreIndex: number | undefined): void {
  const most = Math.max(2, outputs) - 1;
  for (const { name, target } of samples) {
    const odd = target.find((label) => label > most && label !== ignoreIndex);
    if (odd !== undefined)
      refuse(OptionError, "fit", `target of ${name}`, `label ${odd}`, `labels 0 to ${most}`);
  }
}

function cropOf({ crop }: FitSettings, samples: readonly Sample[]): number[] {
  const { size, name } = samples[0];
  if (crop !== undefined) return lengthsOf("fit", "crop", crop, size.length);
  const other = samples.find((sample) => formatShape(sample.size) !== formatShape(size));
  if (other !== undefined) {
    const given = `missing, with ${name} of ${formatShape(size)} and ${other.name} of ${formatShape(other.size)}`;
    refuse(OptionError, "fit", "crop", given, "a size, or images of one size");
  }
  return size.slice();
}

/** What is plain in the options; functions go by their names. */
function commonOf(setup: Omit<Setup, "common">, samples: readonly Sample[], loss: FitLoss): Setup["common"] {
  const { settings, optimizer, crop, stepsPerEpoch, totalSteps } = setup;
  const { batchSize, augmentation, normalization, ignoreIndex, levelWeights } = settings;
  const bend = bendOf(augmentation);
  const all = {
    loss: loss.name,
    optimizer: optimizer.name,
    images: samples.length,
    batchSize,
    crop,
    stepsPerEpoch,
    augmentation: { ...augmentation, elastic: bend },
    normalization: normalization ?? null,
    ignoreIndex: ignoreIndex ?? null,
    levelWeights: levelWeights ?? null,
    // With another number of steps, every step would have been another.
    ...(takesProgress(loss) ? { totalSteps } : {}),
  };
  return JSON.parse(JSON.stringify(all)) as Record<string, Json>;
}

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses what is no state, before anything of it is used. */
function checkState(state: TrainingState): void {
  const { step, seed, lossSum, waited, variables, optimizer, settings, history, progress = 0 } = state;
  const good = {
    step: Number.isSafeInteger(step) && step >= 0,
    seed: Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff,
    lossSum: Number.isFinite(lossSum),
    waited: Number.isSafeInteger(waited) && waited >= 0,
    variables: isRecord(variables),
    optimizer: isRecord(optimizer),
    settings: isRecord(settings),
    history: Array.isArray(history),
    progress: progress >= 0 && progress <= 1,
  };
  for (const [name, fine] of Object.entries(good)) {
    const given = name in state ? "damaged" : "missing";
    if (!fine) refuse(OptionError, "fit", `resume.${name}`, given, "a state that fit or readCheckpoint gave");
  }
}

/** The optimiser's part of a state must be what this optimiser keeps: its options may be others than before. */
function checkOptimizerState(state: TensorRecord, fresh: TensorRecord): void {
  const list = (record: TensorRecord) =>
    Object.entries(record)
      .map(([name, { shape }]) => `${name} ${formatShape(shape)}`)
      .sort();
  const [given, expected] = [list(state), list(fresh)];
  const extra = given.find((one) => !expected.includes(one));
  const missing = expected.find((one) => !given.includes(one));
  if (extra !== undefined || missing !== undefined)
    refuse(
      OptionError,
      "fit",
      "the state of the optimiser that is resumed",
      extra === undefined ? `without ${missing}` : `with ${extra}`,
      "an optimiser with the same options",
    );
}

function checkResume(state: TrainingState, common: Setup["common"], seed: number | undefined): void {
  for (const [name, value] of Object.entries(common)) {
    const [given, expected] = [JSON.stringify(value), JSON.stringify(state.settings[name])];
    if (given !== expected)
      refuse(OptionError, "fit", name, given, `${expected}, as in the run that is resumed`);
  }
  if (seed !== undefined && seed !== state.seed)
    refuse(OptionError, "fit", "seed", String(seed), `${state.seed}, as in the run that is resumed`);
}

/** Measuring needs something to measure on, and a monitor something that is measured. */
function checkMeasuring(options: FitOptions, { validation = [] }: Data): void {
  const { metrics = ["dice"], monitor, mode } = options;
  checkMetrics("fit", metrics);
  const measured = validation.length > 0 ? metrics : [];
  if (validation.length === 0) {
    for (const name of ["metrics", "prediction", "validateEvery"] as const)
      if (options[name] !== undefined)
        refuse(OptionError, "fit", name, "given", "validation samples with it");
  }
  if (monitor !== undefined && monitor !== "loss" && !measured.includes(monitor))
    refuse(OptionError, "fit", "monitor", JSON.stringify(monitor), ["loss", ...measured].join(", "));
  if (mode !== undefined && monitor === undefined)
    refuse(OptionError, "fit", "mode", JSON.stringify(mode), "a monitor with it");
}

/**
 * Steps in which as many pixels are drawn as the samples have: an epoch of random crops.
 *
 * @param crop - size of the crops, `[h, w]` or `[d, h, w]`
 * @param batchSize - crops of a step
 * @example
 * ```ts
 * import { epochSteps } from "segtape/train";
 * epochSteps([{ size: [512, 512] }, { size: [512, 512] }], [128, 128], 4); // 8
 * ```
 */
export function epochSteps(
  samples: readonly { readonly size: readonly number[] }[],
  crop: readonly number[],
  batchSize: number,
): number {
  const crops = samples.reduce((sum, { size }) => sum + Math.max(1, sizeOf(size) / sizeOf(crop)), 0);
  return Math.ceil(crops / batchSize);
}

/** Checks everything that can be wrong before the first step; nothing has run then. */
export function prepare(model: Module, data: Data, loss: FitLoss, options: FitOptions): Setup {
  const settings = fitSettings(options);
  const { train, validation = [] } = data;
  if (train.length === 0) refuse(OptionError, "fit", "data.train", "empty", "at least one sample");
  const first = train[0];
  checkSamples("training", train, first);
  checkSamples("validation", validation, first);
  checkNormalization("fit", settings.normalization, first.channels);
  checkMeasuring(options, data);
  const crop = cropOf(settings, train);
  if (settings.augmentation.quarterTurns && crop.at(-1) !== crop.at(-2))
    refuse(OptionError, "fit", "crop", formatShape(crop), "a square in the last two axes, for quarter turns");
  const { batchSize, epochs = Infinity, steps = Infinity, resume } = settings;
  const stepsPerEpoch = settings.stepsPerEpoch ?? epochSteps(train, crop, batchSize);
  const totalSteps = Math.min(steps, epochs * stepsPerEpoch);

  if (resume !== undefined) checkState(resume);
  const seed = resume?.seed ?? settings.seed;
  const start =
    resume === undefined ? (settings.variables ?? initialize(model, { seed })) : tensorsOf(resume.variables);
  const ordered = variablesOf("fit", model, start);
  const variables = Object.fromEntries(Object.keys(model.variables).map((name, i) => [name, ordered[i]]));
  const imageShape = [batchSize, first.channels, ...crop];
  // Recording alone tells the shape, and whether the network takes this size at all.
  const { shape } = model.apply(variables, zeros(imageShape));
  const outputs = shape[1];
  const expected = [batchSize, outputs, ...crop];
  if (formatShape(shape) !== formatShape(expected))
    refuse(ShapeError, "fit", "the model's output", formatShape(shape), formatShape(expected));
  checkLabels([...train, ...validation], outputs, settings.ignoreIndex);

  const optimizer = settings.optimizer ?? adam({ learningRate: 1e-3 });
  const trainable = Object.entries(variables).filter(([name]) => model.variables[name].trainable);
  const freshState = optimizer.init(Object.fromEntries(trainable));
  const setup = {
    settings: { ...settings, seed },
    optimizer,
    crop,
    stepsPerEpoch,
    totalSteps: Number.isFinite(totalSteps) ? totalSteps : null,
    variables,
    optimizerState: resume === undefined ? freshState : tensorsOf(resume.optimizer),
    imageShape,
    targetShape: outputs === 1 ? [batchSize, 1, ...crop] : [batchSize, ...crop],
  };
  const common = commonOf(setup, train, loss);
  if (resume !== undefined) {
    checkResume(resume, common, options.seed);
    checkOptimizerState(setup.optimizerState, freshState);
  }
  return { ...setup, common };
}
