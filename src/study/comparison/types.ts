/** What a comparison of losses found, as plain data: the report, the command line and tests read nothing else. */
import type { EpochRecord } from "../../train/types.ts";

/** A metric over the validation images; `null` where it has no value. */
export interface ComparedMetric {
  /** Over the classes but class 0; of two classes, the foreground's. */
  readonly mean: number | null;
  /** Empty for a metric that is about all classes together. */
  readonly perClass: readonly (number | null)[];
}

/** One training: a loss and a seed. */
export interface ComparedRun {
  /** Name in the catalogue. */
  readonly loss: string;
  readonly seed: number;
  /** `refused`: the loss does not apply to these data. `failed`: training broke down. */
  readonly status: "ok" | "refused" | "failed";
  /** The error's message, when refused or failed. */
  readonly message?: string;
  /** Steps done. */
  readonly steps: number;
  readonly seconds: number;
  readonly history: readonly EpochRecord[];
  /** On the validation images, after the last step. */
  readonly metrics: Readonly<Record<string, ComparedMetric>>;
  /** Share of the validation pixels predicted as each class. */
  readonly shares: readonly number[];
}

/** What a loss says of predicting one class everywhere. */
export interface OneClassPrediction {
  /** Index of the class. */
  readonly label: number;
  /** The loss of it. */
  readonly value: number;
  /** Length of the gradient there over its length at the undecided start (all logits 0); `null` where that is 0. */
  readonly gradientShare: number | null;
}

/** One of the losses compared. */
export interface ComparedLoss {
  readonly name: string;
  readonly title: string;
  readonly family: string;
  readonly summary: string;
  readonly formula: string;
  /** The options that were set. */
  readonly options: Readonly<Record<string, unknown>>;
  /** One for each class; absent where the loss refused to tell. */
  readonly oneClass?: readonly OneClassPrediction[];
}

/** A validation image with what each loss made of it. */
export interface ComparedExample {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Channels first, in 0..1. */
  readonly image: Float32Array;
  readonly channels: number;
  /** Class of each pixel. */
  readonly truth: Uint8Array;
  /** Classes predicted, by the name of the loss; of the first seed that was trained to the end. */
  readonly predictions: Readonly<Record<string, Uint8Array>>;
}

/** The images behind a comparison. */
export interface ComparedData {
  readonly name: string;
  readonly training: number;
  readonly validation: number;
  /** Share of the validation pixels that belong to each class. */
  readonly shares: readonly number[];
  /** Mean Dice over the validation images of predicting each class everywhere, for that class. */
  readonly oneClassDice: readonly number[];
}

/** Several losses, each trained from several seeds, on the same data. */
export interface Comparison {
  readonly title: string;
  /** ISO 8601 date and time. */
  readonly created: string;
  /** Version of segtape. */
  readonly version: string;
  /** Facts on the training as `[term, text]`: network, steps, optimiser, executor. */
  readonly facts: readonly (readonly [term: string, text: string])[];
  /** Names of the classes; of two, the second is the foreground. */
  readonly classes: readonly string[];
  readonly data: ComparedData;
  readonly losses: readonly ComparedLoss[];
  readonly runs: readonly ComparedRun[];
  /** The first metric is the one of the curves. */
  readonly metrics: readonly string[];
  /** Metrics that are better when small. */
  readonly smallIsBetter: readonly string[];
  readonly examples: readonly ComparedExample[];
}
