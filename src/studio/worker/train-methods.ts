/** What the training worker does for the page: reads pictures, trains, measures, saves and loads. */
import { DataError, type LabelledImages } from "../../io/pairs.ts";
import { initialize } from "../../nn/index.ts";
import { type BackendChoice, setBackend } from "../../run/backends.ts";
import { fit as fitNetwork, tensorsOf } from "../../train/index.ts";
import type { StopReason } from "../../train/types.ts";
import { type LossChoice, textOfChoice } from "../state/choices.ts";
import { dataText, signatureOf, type TrainSettings } from "../subject/training/settings.ts";
import type { CallContext } from "./calls.ts";
import {
  type FilesReading,
  type GivenFile,
  type Pictures,
  type Preview,
  picturesOf,
  previewsOf,
  readFiles,
  readingOf,
} from "./train/data.ts";
import { type Measurement, measure } from "./train/measure.ts";
import { cropOf, fitLossOf, modelOf, networkOf, optimizerOf, scheduleOf } from "./train/setup.ts";
import { bytesOfKept, type Kept, keptOfBytes } from "./train/weights.ts";

/** A training that the page asks for. */
export interface TrainRequest {
  readonly settings: TrainSettings;
  readonly loss: LossChoice;
  readonly backend: BackendChoice;
  /** Whether it goes on with the weights at hand instead of beginning anew. */
  readonly onward: boolean;
}

/** What is told while it goes on. */
export type TrainPart =
  | {
      readonly kind: "begun";
      /** Steps done before. */
      readonly step: number;
      readonly total: number;
    }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly loss: number;
      readonly rate: number;
      /** Seconds a step, and until the end. */
      readonly pace: number;
      readonly left: number | null;
    }
  | ({ readonly kind: "measured" } & Measurement);

/** The weights at hand, for people. */
export interface KeptSummary {
  readonly step: number;
  readonly depth: number;
  /** Of the first level; `null` where the network has numbers of its own for each. */
  readonly channels: number | null;
  /** Settings and loss that they were trained with, as text. */
  readonly signature: string;
}

let files: LabelledImages | null = null;
let pictures: { readonly text: string; readonly made: Pictures } | null = null;
let kept: Kept | null = null;
let present: BackendChoice | null = null;

/** Changes with the files, so that pictures of other files are not taken for these. */
let filesRead = 0;

function picturesFor(settings: TrainSettings): Pictures {
  const text = `${dataText(settings)} ${settings.data === "files" ? filesRead : ""}`;
  if (pictures?.text !== text) pictures = { text, made: picturesOf(settings, files) };
  return pictures.made;
}

async function use(backend: BackendChoice): Promise<void> {
  if (present === backend) return;
  try {
    await setBackend(backend);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Nothing can be trained on ${backend} here (${why}). Choose another executor above.`);
  }
  present = backend;
}

const summaryOf = ({ state, network, signature }: Kept): KeptSummary => ({
  step: state.step,
  depth: network.depth ?? 0,
  channels: typeof network.baseChannels === "number" ? network.baseChannels : null,
  signature,
});

function checkChannels({ network }: Kept, { channels }: Pictures): void {
  const word = (count: number | undefined) => (count === 1 ? "grey images" : "images in colours");
  if (network.channels !== channels)
    throw new Error(
      `These weights are for ${word(network.channels)}, and the pictures are ${word(channels)}.`,
    );
}

async function train(
  { settings, loss, backend, onward }: TrainRequest,
  { part, signal }: CallContext,
): Promise<StopReason> {
  const tell = (word: TrainPart) => part(word);
  await use(backend);
  const set = picturesFor(settings);
  const before = onward ? kept : null;
  if (before !== null) checkChannels(before, set);
  const network = before?.network ?? networkOf(settings, set.channels);
  const normalization = before?.normalization ?? set.normalization;
  const signature = `${signatureOf(settings, textOfChoice(loss))} ${set.identity}`;
  const model = modelOf(network);
  // Where anything is another than before, weights are taken along and all else begins anew.
  const resume = before !== null && before.signature === signature ? before.state : undefined;
  const variables =
    resume === undefined
      ? before === null
        ? initialize(model, { seed: settings.seed })
        : tensorsOf(before.state.variables)
      : undefined;
  const done = resume?.step ?? 0;
  const total = done < settings.steps ? settings.steps : done + settings.steps;
  tell({ kind: "begun", step: done, total });
  if (variables !== undefined)
    tell({ kind: "measured", step: 0, ...(await measure(model, variables, set, normalization)) });
  const { stopped, state } = await fitNetwork(model, { train: set.train }, fitLossOf(loss), {
    steps: total,
    batchSize: settings.batch,
    crop: cropOf(set.train, model.divisor, settings),
    optimizer: optimizerOf(settings),
    schedule: scheduleOf(settings, total),
    augmentation: { flips: settings.turns, quarterTurns: settings.turns },
    normalization,
    seed: settings.seed,
    checkpointEvery: settings.every,
    signal,
    ...(resume === undefined ? { variables } : { resume }),
    onStep: ({ step, loss: value, learningRate, imagesPerSecond, secondsLeft }) =>
      tell({
        kind: "step",
        step,
        loss: value,
        rate: learningRate,
        pace: settings.batch / imagesPerSecond,
        left: secondsLeft,
      }),
    onCheckpoint: async ({ step, state: now }) => {
      kept = { state: now, network, normalization, signature };
      const found = await measure(model, tensorsOf(now.variables), set, normalization);
      tell({ kind: "measured", step, ...found });
    },
  });
  kept = { state, network, normalization, signature };
  return stopped;
}

/** Everything that the page may ask of the training worker. */
export const trainMethods = {
  /** Takes the visitor's files; those before stay where these are not fit. */
  async files(given: readonly GivenFile[]): Promise<FilesReading> {
    try {
      files = await readFiles(given);
      filesRead++;
      return readingOf(files);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return { problems: error.problems };
    }
  },

  /** The validation pictures that will be shown. */
  show: (
    settings: TrainSettings,
  ): { readonly train: number; readonly validation: number; readonly previews: Preview[] } => {
    const set = picturesFor(settings);
    return { train: set.train.length, validation: set.validation.length, previews: previewsOf(set) };
  },

  train,

  /** What weights there are. */
  kept: (_: null): KeptSummary | null => (kept === null ? null : summaryOf(kept)),

  /** The weights at hand on the validation pictures. */
  async predict({
    settings,
    backend,
  }: Pick<TrainRequest, "settings" | "backend">): Promise<Measurement | null> {
    if (kept === null) return null;
    await use(backend);
    const set = picturesFor(settings);
    checkChannels(kept, set);
    const { state, network } = kept;
    const normalization = kept.normalization ?? set.normalization;
    const found = await measure(modelOf(network), tensorsOf(state.variables), set, normalization);
    return { step: state.step, ...found };
  },

  /** The bytes of the weights at hand. */
  async save(_: null): Promise<Uint8Array> {
    if (kept === null) throw new Error("There are no weights yet: nothing was trained or loaded.");
    return bytesOfKept(kept);
  },

  /** Takes weights from a file; those at hand stay where it is not fit. */
  async load({ path, bytes }: GivenFile): Promise<KeptSummary> {
    kept = keptOfBytes(bytes, path);
    return summaryOf(kept);
  },
};

export type TrainMethods = typeof trainMethods;
