/**
 * What the studio looks at: a mask and a prediction of one size, 8 bits a pixel. A PNG and a link hold 8 bits as
 * well, so that both give back exactly what was seen.
 */
import type { Grid } from "./edits.ts";

/** Two maps of the same size, row by row. Maps are never changed in place. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 255 inside, 0 outside. */
  readonly mask: Uint8Array;
  /** Level k stands for the probability k / 255. */
  readonly prediction: Uint8Array;
  /** Grey values behind both, where there is an image. */
  readonly image?: Uint8Array;
}

/** Which of a picture's maps is painted on. */
export type Layer = "prediction" | "mask";

/** One map of a picture with its size, as edits take it. */
export const gridOf = ({ width, height, ...maps }: Picture, layer: Layer): Grid => ({
  width,
  height,
  levels: maps[layer],
});

/** Half a step of 8 bits: a stored 0 means "less than the smallest step", not certainty. */
export const MARGIN = 1 / 510;

/** The probability that a level stands for, away from 0 and 1 by {@link MARGIN}, where logits are infinite. */
export const probabilityOf = (level: number): number => Math.min(Math.max(level / 255, MARGIN), 1 - MARGIN);

/** The level nearest to a probability. */
export const levelOf = (probability: number): number =>
  Math.round(255 * Math.min(Math.max(probability, 0), 1));

const tableOf = (of: (level: number) => number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, level) => of(level));

const PROBABILITIES = tableOf(probabilityOf);
const LOGITS = tableOf((level) => Math.log(probabilityOf(level) / (1 - probabilityOf(level))));
const SHARES = tableOf((level) => level / 255);

/** A plain loop: `from` with a function takes as long as a dozen losses of the picture. */
function lookedUp(levels: Uint8Array, table: Float32Array): Float32Array {
  const values = new Float32Array(levels.length);
  for (let i = 0; i < levels.length; i++) values[i] = table[levels[i]];
  return values;
}

/** Probabilities as a loss takes them. */
export const probabilitiesOf = (levels: Uint8Array): Float32Array => lookedUp(levels, PROBABILITIES);

/** Logits of {@link probabilitiesOf}. */
export const logitsOfLevels = (levels: Uint8Array): Float32Array => lookedUp(levels, LOGITS);

/** Targets as a loss takes them: 1 inside, 0 outside. */
export const targetOf = (mask: Uint8Array): Float32Array => lookedUp(mask, SHARES);

/** The same picture with one map exchanged. */
export const withLayer = (picture: Picture, layer: Layer, map: Uint8Array): Picture => ({
  ...picture,
  [layer]: map,
});

/** Dice and IoU of the prediction cut at 1/2; 1 where both are empty. */
export function overlapOf({ mask, prediction }: Picture): { readonly dice: number; readonly iou: number } {
  let both = 0;
  let sum = 0;
  for (let i = 0; i < mask.length; i++) {
    // The leading bit of a level says on which side of 1/2 it is.
    const [inside, predicted] = [mask[i] >> 7, prediction[i] >> 7];
    both += inside & predicted;
    sum += inside + predicted;
  }
  return sum === 0 ? { dice: 1, iou: 1 } : { dice: (2 * both) / sum, iou: both / (sum - both) };
}
