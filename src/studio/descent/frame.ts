/** What a descent tells of itself: figures of every step, maps of those that are shown. */
import type { LossChoice } from "../state/choices.ts";
import type { RemoteError } from "../worker/calls.ts";
import type { Maps } from "../worker/engine-methods.ts";
import type { OptimizerChoice } from "./optimizers.ts";

/**
 * A pixel is settled once the right class has three times the odds of the wrong one: at a probability of 3/4. At 1/2
 * a start that is undecided would count as right wherever it happens to round up.
 */
export const SETTLED_LOGIT = Math.log(3);

/** Several losses going downhill from the same start. */
export interface Descent {
  /** `prediction` is where to start. */
  readonly maps: Maps;
  readonly losses: readonly LossChoice[];
  readonly optimizer: OptimizerChoice;
  readonly rate: number;
}

/** One loss after a number of steps. */
export interface Reading {
  readonly step: number;
  /** Of the loss. */
  readonly value: number;
  /** Of the prediction cut at 1/2. */
  readonly dice: number;
  /** Share of the foreground that is settled; 1 where there is none. */
  readonly foreground: number;
  /** Share of the background that is settled; 1 where there is none. */
  readonly background: number;
  /** Pixels that are not settled. */
  readonly open: number;
  /**
   * Root mean square of the gradient times the number of pixels: what pulls at a typical pixel, in the same units for
   * pictures of all sizes.
   */
  readonly pull: number;
  /** The same over the open pixels alone; 0 where there are none. */
  readonly openPull: number;
  /** Root mean square of the way that this step has moved the logits of pixels which were open before it. */
  readonly way: number;
}

/** The maps of one loss at one step. */
export interface LossMaps {
  /** The prediction in 8 bits. */
  readonly levels: Uint8Array;
  /** By logits. */
  readonly gradient: Float32Array;
  /** Since which step each pixel is settled, -1 where it is not. */
  readonly since: Float32Array;
}

/** One loss in a frame. */
export type LossFrame =
  | {
      readonly maps: LossMaps;
      /** Of the steps since the last frame. */
      readonly readings: readonly Reading[];
    }
  | { readonly error: RemoteError };

/** What is sent to be shown. */
export interface Frame {
  readonly step: number;
  readonly losses: readonly LossFrame[];
}
