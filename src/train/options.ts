/** Options of training and prediction: ranges and defaults, as losses and optimisers read theirs. */
import { OptionError, refuse } from "../errors.ts";
import { type OptionSpec, optionReader } from "../losses/shared/options.ts";
import { isTensor } from "../tensor.ts";
import type { Augmentation, FitOptions, Normalization, PredictOptions } from "./types.ts";

const isWhole = (value: unknown, low: number): value is number =>
  Number.isInteger(value) && Number(value) >= low;

const optional = (doc: string, expected: string, good: (value: unknown) => boolean): OptionSpec => ({
  default: undefined,
  doc,
  check: (value) => (good(value) ? null : expected),
});

const whole = (doc: string, fallback: number | undefined, min = 1): OptionSpec => ({
  default: fallback,
  doc,
  min,
  integer: true,
});

const number = (doc: string, fallback: number | undefined, min: number, max?: number): OptionSpec => ({
  default: fallback,
  doc,
  min,
  ...(max === undefined ? {} : { max }),
});

const callback = (doc: string) => optional(doc, "a function", (value) => typeof value === "function");

const lengths = (doc: string) =>
  optional(doc, "a length from 1, or one for each of 2 or 3 axes", (value) =>
    Array.isArray(value)
      ? (value.length === 2 || value.length === 3) && value.every((length) => isWhole(length, 1))
      : isWhole(value, 1),
  );

const part = (doc: string): OptionSpec => ({ default: {}, doc });

const signal = optional(
  "ends the run",
  "an AbortSignal",
  (value) => typeof value === "object" && value !== null && "aborted" in value,
);

const FIT: { readonly [K in keyof Required<FitOptions>]: OptionSpec } = {
  steps: whole("steps in all", undefined),
  epochs: whole("epochs in all", undefined),
  minutes: { ...number("time budget of this call", undefined, 0), exclusiveMin: true },
  batchSize: whole("crops of a step", 4),
  crop: lengths("size of the random crops"),
  stepsPerEpoch: whole("steps that count as an epoch", undefined),
  optimizer: optional("what changes the variables", "an optimiser of segtape/optim", (value) => {
    const { init, update } = (value ?? {}) as Record<string, unknown>;
    return typeof init === "function" && typeof update === "function";
  }),
  schedule: optional("learning rate of each step", "a function of the step, or plateau(...)", isSchedule),
  gradientTransform: callback("changes gradients before the optimiser sees them"),
  levelWeights: optional("weights of a model's several outputs", "numbers from 0, not all 0", (value) => {
    const numbers =
      Array.isArray(value) && value.length > 0 && value.every((w) => Number.isFinite(w) && w >= 0);
    return numbers && value.some((w) => w > 0);
  }),
  seed: { ...whole("where everything random comes from", 0, 0), max: 0xffffffff },
  augmentation: part("random changes of each sample"),
  normalization: optional("what brings values to the network's range", "{ mean, deviation }", isPlain),
  ignoreIndex: { ...whole("label that is no class", undefined, 0), max: 255 },
  metrics: optional(
    "what is measured on validation samples",
    "a list of names",
    (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
  ),
  validateEvery: whole("epochs from one validation to the next", 1),
  prediction: part("how whole images are predicted"),
  monitor: optional("what tells the best epoch", "a name", (value) => typeof value === "string"),
  mode: { default: undefined, choices: ["min", "max"], doc: "which way the monitored number gets better" },
  patience: whole("measurements without improvement before the end", undefined),
  minDelta: number("what counts as improvement", 0, 0),
  checkpointEvery: whole("steps from one checkpoint to the next", undefined),
  onStep: callback("after every step"),
  onEpoch: callback("after every epoch"),
  onCheckpoint: callback("with a state to go on from"),
  signal,
  resume: optional("the state to go on from", "a training state", isPlain),
  variables: optional(
    "where a fresh start starts",
    "a record of tensors",
    (value) => isPlain(value) && Object.values(value as object).every(isTensor),
  ),
};

const AUGMENTATION: { readonly [K in keyof Required<Augmentation>]: OptionSpec } = {
  flips: { default: false, doc: "mirrors each spatial axis" },
  quarterTurns: { default: false, doc: "turns in the plane of the last two axes" },
  brightness: number("largest number added", 0, 0, 1),
  contrast: number("largest change of scale", 0, 0, 1),
  elastic: optional(
    "bends image and mask",
    "true, false or { deviation, spacing }",
    (value) => typeof value === "boolean" || isPlain(value),
  ),
};

const ELASTIC = {
  deviation: number("standard deviation of the displacement", 4, 0, 1000),
  spacing: number("pixels between control points", 32, 2),
};

const PREDICT: { readonly [K in keyof Required<PredictOptions>]: OptionSpec } = {
  tile: lengths("size of the tiles"),
  overlap: number("part of a tile that it shares", 0.25, 0, 0.9),
  batchSize: whole("tiles of one run", undefined),
  factor: whole("sizes given to the network are multiples of this", undefined),
  normalization: FIT.normalization,
  exclusive: { default: true, doc: "whether one class excludes the others" },
  signal,
};

function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSchedule(value: unknown): boolean {
  const { observe, restore } = (value ?? {}) as Record<string, unknown>;
  return typeof value === "function" || (typeof observe === "function" && typeof restore === "function");
}

/** Options with what has a default filled in. */
type Filled<T, Names extends keyof T> = T & Required<Pick<T, Names>>;

/** {@link FitOptions} with defaults. */
export type FitSettings = Filled<
  FitOptions,
  "batchSize" | "seed" | "augmentation" | "validateEvery" | "prediction" | "minDelta"
>;

/** {@link PredictOptions} with defaults. */
export type PredictSettings = Filled<PredictOptions, "overlap" | "exclusive">;

const readFit = optionReader("fit", FIT);
const readAugmentation = optionReader("fit: augmentation", AUGMENTATION);
const readElastic = optionReader("fit: augmentation.elastic", ELASTIC);

/** Everything of {@link FitOptions} that can be checked without data and model. */
export function fitSettings(given: FitOptions): FitSettings {
  const settings = readFit(given) as unknown as FitSettings;
  const { steps, epochs, minutes } = settings;
  if (steps === undefined && epochs === undefined && minutes === undefined)
    refuse(OptionError, "fit", "length of the run", "missing", "steps, epochs or minutes");
  if (settings.resume !== undefined && settings.variables !== undefined)
    refuse(OptionError, "fit", "variables", "given", "those of the state that is resumed, or no state");
  const augmentation = readAugmentation(settings.augmentation) as Augmentation;
  if (isPlain(augmentation.elastic)) readElastic(augmentation.elastic);
  predictSettings("fit: prediction", settings.prediction);
  for (const name of ["normalization", "signal"] as const)
    if (name in settings.prediction)
      refuse(OptionError, "fit", `prediction.${name}`, "given", `the option ${name} of fit itself`);
  return { ...settings, augmentation };
}

/** {@link PredictOptions}, checked, with defaults. */
export function predictSettings(op: string, given: PredictOptions): PredictSettings {
  return optionReader(op, PREDICT)(given) as unknown as PredictSettings;
}

/** Refuses a normalisation that does not fit the channels. */
export function checkNormalization(op: string, given: Normalization | undefined, channels: number): void {
  if (given === undefined) return;
  for (const [name, setting] of Object.entries(given)) {
    if (name !== "mean" && name !== "deviation")
      refuse(OptionError, op, "normalization", name, "mean and deviation");
    const list: readonly unknown[] = Array.isArray(setting) ? setting : Array(channels).fill(setting ?? 1);
    const good =
      list.length === channels && list.every((x) => Number.isFinite(x) && (name === "mean" || Number(x) > 0));
    const range = name === "mean" ? "a number" : "a number above 0";
    if (!good)
      refuse(
        OptionError,
        op,
        `normalization.${name}`,
        `[${list.join(", ")}]`,
        `${range}, or one for each of ${channels} channels`,
      );
  }
}

/** One length for all axes, or one for each. */
export function lengthsOf(
  op: string,
  name: string,
  given: number | readonly number[],
  rank: number,
): number[] {
  if (typeof given === "number") return Array<number>(rank).fill(given);
  if (given.length === rank) return given.slice();
  refuse(OptionError, op, name, `[${given.join(", ")}]`, `${rank} lengths, as the images have axes`);
}
