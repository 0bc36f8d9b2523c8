/** What a training is to be, as plain data: read from the command line, kept with the run, compared when it is resumed. */
import { type ClassSpec, parseClasses } from "../../io/index.ts";
import type { UNetOptions } from "../../nn/index.ts";
import type { Augmentation } from "../../train/types.ts";
import { wholeNumber } from "../choose.ts";
import { type Parsed, UsageError } from "../command.ts";

/** Options as they were typed. */
export type Arguments = Parsed["options"];

/** Which images are held out; a share that nobody asked for holds none out where there is but one. */
export type Holdout =
  | { readonly share: number; readonly unasked?: true }
  | { readonly count: number }
  | { readonly names: readonly string[] };

/** Everything about a training but its data, its loss and its seed. */
export interface Plan {
  readonly length: { readonly epochs?: number; readonly steps?: number; readonly minutes?: number };
  /** Side of the crops; `null` as the images allow. */
  readonly crop: number | null;
  readonly batch: number;
  readonly augmentation: Augmentation;
  readonly optimizer: string;
  /** `null`: the optimiser's own. */
  readonly learningRate: number | null;
  readonly schedule: string;
  readonly warmup: number;
  readonly clipNorm: number | null;
  readonly network: Pick<
    UNetOptions,
    "depth" | "baseChannels" | "normalization" | "dropout" | "upsampling" | "deepSupervision"
  >;
  readonly metrics: readonly string[];
}

const given = ({ options }: Parsed, name: string) => options[name] as string | undefined;

/** A number given as text, or `null`. */
function number(parsed: Parsed, name: string, good: (x: number) => boolean, expected: string): number | null {
  const text = given(parsed, name);
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || !good(value))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}, expected ${expected}`);
  return value;
}

function choice<const T extends string>(
  parsed: Parsed,
  name: string,
  choices: readonly T[],
  fallback: NoInfer<T>,
): T {
  const text = given(parsed, name) ?? fallback;
  if (!(choices as readonly string[]).includes(text))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}, expected one of ${choices.join(", ")}`);
  return text as T;
}

const above0 = (x: number) => x > 0;
const positive = (parsed: Parsed, name: string) => number(parsed, name, above0, "a number above 0");
const whole = (parsed: Parsed, name: string) =>
  given(parsed, name) === undefined ? undefined : wholeNumber(parsed, name, 0, 1);

/** Sizes of augmentations that are given without one. */
const USUAL: Readonly<Record<string, number>> = { brightness: 0.1, contrast: 0.1, elastic: 4 };

function augmentationOf(parsed: Parsed): Augmentation {
  const text = given(parsed, "augment");
  if (text === undefined || text === "none") return {};
  const found: Record<string, boolean | number | object> = {};
  for (const part of text.split(",")) {
    const [, name, size] = /^\s*([a-z]+)(?:=([\d.]+))?\s*$/.exec(part) ?? [];
    const plain = name === "flips" || name === "turns";
    const known = plain ? size === undefined : name !== undefined && Object.hasOwn(USUAL, name);
    const amount = Number(size ?? USUAL[name]);
    if (!known || (!plain && !(amount > 0)) || (!plain && name !== "elastic" && amount > 1))
      throw new UsageError(
        `--augment has ${JSON.stringify(part)}, expected some of flips, turns, brightness=X, contrast=X (0 to 1), elastic=PIXELS`,
      );
    if (name === "turns") found.quarterTurns = true;
    else if (plain) found.flips = true;
    else found[name] = name === "elastic" ? { deviation: amount } : amount;
  }
  return found;
}

function lengthOf(parsed: Parsed): Plan["length"] {
  const [epochs, steps, minutes] = [
    whole(parsed, "epochs"),
    whole(parsed, "steps"),
    positive(parsed, "minutes"),
  ];
  if (epochs === undefined && steps === undefined && minutes === null) return { epochs: 50 };
  return {
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(minutes === null ? {} : { minutes }),
  };
}

/** Words by commas, each once. */
export function wordsOf(text: string, option: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.includes(""))
    throw new UsageError(`--${option} is ${JSON.stringify(text)}, expected names by commas`);
  return [...new Set(words)];
}

/** Reads the plan; `fallbacks` are defaults of the command. */
export function planOf(parsed: Parsed, knownMetrics: readonly string[], fallbacks: Arguments = {}): Plan {
  const all: Parsed = { ...parsed, options: { ...fallbacks, ...parsed.options } };
  // A length given replaces the length that the command would take.
  const own = ["epochs", "steps", "minutes"].some((name) => parsed.options[name] !== undefined);
  const metrics = wordsOf(given(all, "metrics") ?? "dice,iou", "metrics");
  const unknown = metrics.find((name) => !knownMetrics.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`no metric ${JSON.stringify(unknown)}, expected some of ${knownMetrics.join(", ")}`);
  const plan: Plan = {
    length: lengthOf(own ? parsed : all),
    crop: whole(all, "crop") ?? null,
    batch: wholeNumber(all, "batch", 4, 1),
    augmentation: augmentationOf(all),
    optimizer: choice(all, "optimizer", ["adam", "adamW", "sgd", "rmsProp"], "adam"),
    learningRate: positive(all, "learning-rate"),
    schedule: choice(all, "schedule", ["constant", "cosine", "polynomial", "plateau"], "constant"),
    warmup: wholeNumber(all, "warmup", 0, 0),
    clipNorm: positive(all, "clip-norm"),
    network: {
      depth: wholeNumber(all, "depth", 3, 1, 8),
      baseChannels: wholeNumber(all, "base-channels", 16, 1),
      normalization: choice(all, "normalization", ["none", "batch", "group", "instance"], "batch"),
      dropout: number(all, "dropout", (x) => x >= 0 && x < 1, "a number from 0, below 1") ?? 0,
      upsampling: choice(all, "upsampling", ["nearest", "bilinear", "transposed"], "nearest"),
      deepSupervision: all.options["deep-supervision"] === true,
    },
    metrics,
  };
  const { schedule, warmup, length } = plan;
  if (
    ["cosine", "polynomial"].includes(schedule) &&
    length.epochs === undefined &&
    length.steps === undefined
  )
    throw new UsageError(`--schedule ${schedule} needs --steps or --epochs to span`);
  if (schedule === "plateau" && warmup > 0)
    throw new UsageError("--warmup has no meaning beside --schedule plateau");
  return plan;
}

/** The classes that `--classes` lists. */
export function classesOf(parsed: Parsed): ClassSpec[] | undefined {
  const text = given(parsed, "classes");
  if (text === undefined) return undefined;
  try {
    return parseClasses(text);
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/^parseClasses: classes/, "--classes"));
  }
}

/** What `--validation` holds out. A number below 1 is a share, a whole number a count, anything else names. */
export function holdoutOf(parsed: Parsed): Holdout {
  const text = given(parsed, "validation");
  if (text === undefined) return { share: 0.2, unasked: true };
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    return { names: wordsOf(text.replace(/,\s*$/, ""), "validation") };
  if (value >= 0 && value < 1) return { share: value };
  if (Number.isInteger(value) && value >= 1) return { count: value };
  throw new UsageError(
    `--validation is ${JSON.stringify(text)}, expected a share below 1, a number of images, or names by commas`,
  );
}
