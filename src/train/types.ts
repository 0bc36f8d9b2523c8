/** What training takes, tells and leaves behind: plain data throughout, so that files and threads can carry it. */
import type { HostArray } from "../array.ts";
import type { GradientTransform, Optimizer, Plateau, PlateauState, Schedule } from "../optim/index.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** An image with its mask. */
export interface Sample {
  /** For people: a file's name, usually. */
  readonly name: string;
  /** `[channels, ...size]`, row by row, in 0..1. */
  readonly image: Float32Array;
  readonly channels: number;
  /** `[h, w]` or `[d, h, w]`. */
  readonly size: readonly number[];
  /** Class index of each pixel; binary: 0 or 1. */
  readonly target: Uint8Array;
}

/** What is learnt from, and what is measured on. */
export interface Data {
  readonly train: readonly Sample[];
  readonly validation?: readonly Sample[];
}

/** What `fit` tells a loss, beside logits and target. */
export interface FitLossOptions {
  /** The label that is no class, where `fit` was given one. */
  readonly ignoreIndex?: number;
  /** Share of the training that is done, 0 .. 1, a scalar tensor; only for losses that list this option. */
  readonly progress?: Tensor;
}

/**
 * A loss of the catalogue, a sum of several, one's own, or any function of logits `[n, c, ...space]` and target to a scalar. The
 * target is `[n, 1, ...space]` of 0 and 1 where the model has one output, else class indices `[n, ...space]`. Options
 * are {@link FitLossOptions}; the type is wide, so that functions with optional parameters of their own pass as well.
 */
export interface FitLoss {
  (logits: Tensor, target: Tensor, options?: Readonly<Record<string, unknown>>): Tensor;
  /** What a resumed run must have in common with the one before. */
  readonly name: string;
  /** Options by name. A loss that lists `progress` is told how far the training is. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Smooth random deformation: displacements of a coarse grid of control points, joined by cubic B-splines. */
export interface ElasticOptions {
  /** Standard deviation of the displacement along each axis, in pixels, 0 to 1000. @defaultValue 4 */
  readonly deviation?: number;
  /** Pixels from one control point to the next, at least 2; below four deviations an image may fold. @defaultValue 32 */
  readonly spacing?: number;
}

/** Random changes of each sample, drawn anew at every step; all are off unless asked for. */
export interface Augmentation {
  /** Mirrors each spatial axis with probability 1/2. @defaultValue false */
  readonly flips?: boolean;
  /** Turns by 0, 90, 180 or 270 degrees in the plane of the last two axes; needs a square crop. @defaultValue false */
  readonly quarterTurns?: boolean;
  /** Adds a number from -brightness .. brightness; values stay within 0..1. @defaultValue 0 */
  readonly brightness?: number;
  /** Scales the distance from the crop's mean by 1 - contrast .. 1 + contrast, 0 to 1; values stay within 0..1. @defaultValue 0 */
  readonly contrast?: number;
  /** Bends image and mask alike: the image by linear interpolation, the mask by the nearest pixel. @defaultValue false */
  readonly elastic?: boolean | ElasticOptions;
}

/** `(value - mean) / deviation` for each channel, after augmentation; one number stands for every channel. */
export interface Normalization {
  /** @defaultValue 0 */
  readonly mean?: number | readonly number[];
  /** Above 0. @defaultValue 1 */
  readonly deviation?: number | readonly number[];
}

/** How {@link fit} goes about it. One of `steps`, `epochs` and `minutes` at least; the first that is reached ends the run. */
export interface FitOptions {
  /** Steps in all, those before a resume included. */
  readonly steps?: number;
  /** Epochs in all, those before a resume included. */
  readonly epochs?: number;
  /** Time budget of this call. */
  readonly minutes?: number;
  /** Crops of a step. @defaultValue 4 */
  readonly batchSize?: number;
  /** Size of the random crops, `[h, w]`, `[d, h, w]` or one length for all axes; smaller images are reflected. @defaultValue whole images, which must then be of one size */
  readonly crop?: number | readonly number[];
  /** Steps that count as an epoch. @defaultValue as many as draw as many pixels as the images have, see `epochSteps` */
  readonly stepsPerEpoch?: number;
  /** @defaultValue `adam({ learningRate: 1e-3 })` */
  readonly optimizer?: Optimizer;
  /**
   * The learning rate: a function of the step, counted from 0, or a plateau of this run's own, which observes `monitor`.
   * @defaultValue the optimiser's own, throughout
   */
  readonly schedule?: Schedule | Plateau;
  /** Changes gradients before the optimiser sees them: `clipByGlobalNorm(1)`. @defaultValue nothing */
  readonly gradientTransform?: GradientTransform;
  /**
   * Weights of the losses at a model's several outputs (deep supervision), full size first, divided by their sum;
   * coarser outputs are compared with every second, fourth ... pixel of the target.
   * @defaultValue 1, 1/2, 1/4 ...
   */
  readonly levelWeights?: readonly number[];
  /** Everything random follows from it: variables, order, crops, augmentation, dropout. 0 to 2^32 - 1. @defaultValue 0 */
  readonly seed?: number;
  /** @defaultValue nothing */
  readonly augmentation?: Augmentation;
  /** @defaultValue none: the network sees 0..1 */
  readonly normalization?: Normalization;
  /** A label that is no class: its pixels count neither in the loss, which gets it as an option, nor in metrics. @defaultValue none */
  readonly ignoreIndex?: number;
  /** Names from the catalogue of `segtape/metrics`, computed on the validation samples. @defaultValue `["dice"]` where there are such samples */
  readonly metrics?: readonly string[];
  /** Validates after every so many epochs, and after the last. @defaultValue 1 */
  readonly validateEvery?: number;
  /** How whole validation images are predicted. @defaultValue tiles as {@link predictImage} takes them */
  readonly prediction?: Omit<PredictOptions, "normalization" | "signal">;
  /** What tells the best epoch: `"loss"` (mean training loss) or one of `metrics`. @defaultValue the first metric, else `"loss"` */
  readonly monitor?: string;
  /** Whether less or more of the monitored number is better. @defaultValue `"min"` for the loss, for metrics as the catalogue says */
  readonly mode?: "min" | "max";
  /** Ends the run after so many measurements of `monitor` without improvement. @defaultValue never */
  readonly patience?: number;
  /** What counts as improvement: a difference above this. @defaultValue 0 */
  readonly minDelta?: number;
  /** Steps between calls of `onCheckpoint`; the end of the run always gets one. @defaultValue `stepsPerEpoch` */
  readonly checkpointEvery?: number;
  /** After every step; awaited. */
  readonly onStep?: (event: StepEvent) => unknown;
  /** After every epoch, validation included; awaited. */
  readonly onEpoch?: (event: EpochEvent) => unknown;
  /** With a state to go on from; awaited. */
  readonly onCheckpoint?: (event: CheckpointEvent) => unknown;
  /** Ends the run after the present step; the result says so. */
  readonly signal?: StopSignal;
  /** Goes on where this state was left, with the same bits as a run without a break. @defaultValue a fresh start */
  readonly resume?: TrainingState;
  /** Where a fresh start starts: every variable of the model. @defaultValue `initialize(model, { seed })` */
  readonly variables?: Readonly<Record<string, Tensor>>;
}

/** Where the run is. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** The present epoch, counted from 1. */
  readonly epoch: number;
  /** Steps of the whole run, as far as `steps` and `epochs` say it. */
  readonly totalSteps: number | null;
  /** Crops a second over the last steps. */
  readonly imagesPerSecond: number;
  /** An estimate from the steps and the minutes that remain; `null` while there is none. */
  readonly secondsLeft: number | null;
  /** Ends the run after this event. */
  readonly stop: () => void;
}

/** One step is done. */
export interface StepEvent extends Progress {
  /** Before the step's update, on its batch. */
  readonly loss: number;
  /** Euclidean length of the gradient by all variables, before any clipping by the optimiser. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** One epoch is done. */
export interface EpochEvent extends Progress {
  /** Mean over the epoch's steps. */
  readonly loss: number;
  /** Of the validation samples, by name; `null` in epochs without validation. */
  readonly metrics: Readonly<Record<string, number>> | null;
  /** Whether this is the best epoch so far. */
  readonly improved: boolean;
}

/** A state worth keeping. */
export interface CheckpointEvent extends Progress {
  readonly state: TrainingState;
  /** Whether the last epoch measured is the best so far, and was not so at the last checkpoint. */
  readonly improved: boolean;
}

/** One line of the history: an epoch. */
export interface EpochRecord {
  readonly epoch: number;
  /** Steps done at its end. */
  readonly step: number;
  readonly loss: number;
  /** Of its last step. */
  readonly learningRate: number;
  readonly metrics: Readonly<Record<string, number>> | null;
}

/** Numbers of one tensor as plain data. */
export interface ArrayData {
  readonly shape: Shape;
  readonly data: HostArray;
}

/** Numbers of many tensors, by name. */
export type Arrays = Readonly<Record<string, ArrayData>>;

/** The best epoch so far. */
export interface Best {
  readonly epoch: number;
  /** The monitored number. */
  readonly value: number;
  /** The network's variables at that epoch's end. */
  readonly variables: Arrays;
}

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Everything that a run needs to go on: plain data. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  readonly seed: number;
  /** Trained and other variables of the network. */
  readonly variables: Arrays;
  /** The optimiser's own. */
  readonly optimizer: Arrays;
  readonly history: readonly EpochRecord[];
  /** Sum of the losses of the epoch that is not over yet. */
  readonly lossSum: number;
  readonly best: Best | null;
  /** Measurements of `monitor` since the best. */
  readonly waited: number;
  /** Share of the training that was done, for a loss that asks, where the clock alone tells. */
  readonly progress?: number;
  /** Of a plateau schedule. */
  readonly plateau: PlateauState | null;
  /** What must be the same for the run to go on with the same bits: batch size, crop, augmentation ... */
  readonly settings: Readonly<Record<string, Json>>;
}

/** Why a run ended. */
export type StopReason = "steps" | "epochs" | "minutes" | "patience" | "callback" | "signal";

/** What {@link fit} leaves. */
export interface FitResult {
  /** After the last step, ready for `predictImage`. */
  readonly variables: Readonly<Record<string, Tensor>>;
  /** The best epoch's variables; those of the last step where nothing was measured. */
  readonly bestVariables: Readonly<Record<string, Tensor>>;
  readonly stopped: StopReason;
  /** To go on from. */
  readonly state: TrainingState;
  /** Time of this call. */
  readonly seconds: number;
}

/** What ends a run early. An `AbortSignal` is one; written out, so that these types need neither DOM's nor Node's. */
export interface StopSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

/** How {@link predictImage} cuts an image. */
export interface PredictOptions {
  /** Size of the tiles, `[h, w]`, `[d, h, w]` or one length; an image that fits is taken whole. @defaultValue 512, in space 64 */
  readonly tile?: number | readonly number[];
  /** Part of a tile that it shares with its neighbour along each axis, 0 to 0.9. @defaultValue 0.25 */
  readonly overlap?: number;
  /** Tiles of one run. @defaultValue as many as have 512 x 512 pixels together, at most 4 */
  readonly batchSize?: number;
  /** Sizes given to the network are multiples of this. @defaultValue the model's `divisor`, else 1 */
  readonly factor?: number;
  /** The same as in training. @defaultValue none */
  readonly normalization?: Normalization;
  /** Whether one class excludes the others: softmax over several outputs, or a sigmoid for each. @defaultValue true */
  readonly exclusive?: boolean;
  /** Stops between runs by throwing the signal's reason. */
  readonly signal?: StopSignal;
}

/** A picture to predict: a {@link Sample} without its mask. */
export type Picture = Pick<Sample, "image" | "channels" | "size">;
