/** What a study found, as plain data: the report, the command line and tests read nothing else. */

import type { ToolResult } from "./tools/tool.ts";

/** A loss and its gradient on a scale of predicted probabilities, for a pixel of each class. */
export interface LossCurves {
  /** Predicted probabilities, ascending within (0, 1). */
  readonly probability: readonly number[];
  /** Loss at each probability, where the target is 0 (background) and where it is 1 (foreground). */
  readonly loss: { readonly background: readonly number[]; readonly foreground: readonly number[] };
  /** Derivative of the loss at each probability. */
  readonly gradient: { readonly background: readonly number[]; readonly foreground: readonly number[] };
  /** What `gradient` is taken by. Default "logits". */
  readonly gradientOf?: "logits" | "probabilities";
}

/** One loss in a study. */
export interface StudyLoss {
  /** Name in the catalogue, such as `diceLoss`; unique within a report. */
  readonly name: string;
  /** Name in prose, such as `Dice loss`. */
  readonly title: string;
  readonly family: string;
  /** One sentence. */
  readonly summary: string;
  /** Plain text; line breaks are kept. */
  readonly formula: string;
  readonly latex: string;
  /** Paper and equation. */
  readonly source: string;
  /** The options it ran with. */
  readonly options: Readonly<Record<string, unknown>>;
  /** `refused`: a typed error said that this loss does not apply here; `failed`: something broke. */
  readonly status: "ok" | "refused" | "failed";
  /** The error's message, when refused or failed. */
  readonly message?: string;
  readonly value?: number;
  /** Euclidean norm of the gradient over all pixels. */
  readonly gradientNorm?: number;
  /** Largest magnitude of the gradient over all pixels. */
  readonly gradientMax?: number;
  /** Share of pixels, 0 to 1, whose gradient is at most a thousandth of `gradientMax` in magnitude. */
  readonly vanishingShare?: number;
  /** Largest relative difference between the gradient and numerical differences. */
  readonly gradcheckError?: number;
  /** Time of value and gradient together. */
  readonly milliseconds?: number;
  /** What was run: recorded nodes, kernels after fusion, bytes held. */
  readonly plan?: { readonly nodes: number; readonly kernels: number; readonly bytes: number };
  /** Gradient map as a PNG file, drawn by `gradientImage`. */
  readonly gradientPng?: Uint8Array;
  /** Value at the ends of the gradient map's colour scale. */
  readonly gradientLimit?: number;
  readonly curves?: LossCurves;
}

/** A study of several losses on one prediction. */
export interface StudyReport {
  readonly title: string;
  /** ISO 8601 date and time. */
  readonly created: string;
  /** Version of segtape. */
  readonly version: string;
  readonly backend: { readonly asked: string; readonly ran: string; readonly device: string };
  readonly prediction: {
    readonly name: string;
    readonly png: Uint8Array;
    readonly min: number;
    readonly max: number;
  };
  readonly target: { readonly name: string; readonly png: Uint8Array; readonly foregroundShare: number };
  /** Prediction less target: false positives red, misses blue. */
  readonly errorMap: { readonly png: Uint8Array };
  /** The picture that was segmented, when it is known. */
  readonly image?: { readonly name: string; readonly png: Uint8Array };
  readonly width: number;
  readonly height: number;
  readonly losses: readonly StudyLoss[];
  /** Remarks on the whole study, one sentence each. */
  readonly notes: readonly string[];
  /** Answers of the study tools that were run. */
  readonly tools?: readonly ToolResult[];
  /** What the gradient maps, norms and largest values are taken by. Default "logits". */
  readonly gradientOf?: "logits" | "probabilities";
}
