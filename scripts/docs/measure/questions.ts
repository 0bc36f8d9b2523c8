/** What is asked of every loss: one small experiment each, whose answer is a number. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import {
  disc,
  type Image,
  logit,
  onStage,
  paint,
  pullOf,
  speckles,
  sureOf,
  undecided,
  valuesOf,
} from "./stage.ts";

/** Euclidean length. */
const norm = (x: Image) => Math.sqrt(x.reduce((sum, y) => sum + y * y, 0));

/**
 * Share of the gradient, by magnitude, that falls on the foreground, where a disc covers this share of the image and the
 * network is undecided.
 */
export const foregroundShare = (loss: Loss, share: number): Promise<number> =>
  onStage(async (side) => {
    const middle = (side - 1) / 2;
    const mask = disc(side, middle, middle, side * Math.sqrt(share / Math.PI));
    const { gradient } = await pullOf(loss, undecided(side), mask, side);
    const strength = gradient.map(Math.abs);
    const inside = strength.reduce((sum, g, i) => sum + g * mask[i], 0);
    return inside / strength.reduce((sum, g) => sum + g, 0);
  });

/** What a disc costs that is predicted in the wrong place. */
export interface Misplacement {
  /** One pixel aside, as a share of a complete miss. */
  readonly onePixel: number;
  /** A miss twice as far away, over the nearer one: 1 for losses that see no distance. */
  readonly twiceAsFar: number;
}

export const misplacement = (loss: Loss): Promise<Misplacement> =>
  onStage(async (side) => {
    const unit = side / 96;
    const at = (shift: number) => disc(side, 22 * unit + shift, (side - 1) / 2, 10 * unit);
    const shifts = [0, 1, 25 * unit, 50 * unit];
    const [right, near, miss, far] = await valuesOf(
      loss,
      shifts.map((shift) => sureOf(at(shift))),
      at(0),
      side,
    );
    return { onePixel: (near - right) / (miss - right), twiceAsFar: (far - right) / (miss - right) };
  });

/** Probabilities that are tried for {@link honestAnswer}. */
const GRID = [0.02, ...Array.from({ length: 19 }, (_, i) => (i + 1) / 20), 0.98];

/** The one probability that costs least where nothing is known but that three pixels in ten are foreground. */
export const honestAnswer = (loss: Loss): Promise<number> =>
  onStage(async (side) => {
    const guesses = GRID.map((p) => paint(side, () => logit(p)));
    const values = await valuesOf(loss, guesses, speckles(side, 0.3), side);
    return GRID[values.indexOf(Math.min(...values))];
  });

/** How hard a soft target pulls on a prediction that equals it, as a share of the pull on an undecided one. */
export const softResidue = (loss: Loss): Promise<number> =>
  onStage(async (side) => {
    const middle = (side - 1) / 2;
    const logits = paint(side, (x, y) => (side / 4 - Math.hypot(x - middle, y - middle)) / (side / 32));
    const held = logits.map((z) => Math.min(4, Math.max(-4, z)));
    const soft = held.map((z) => 1 / (1 + Math.exp(-z)));
    const equal = await pullOf(loss, held, soft, side);
    const far = await pullOf(loss, undecided(side), soft, side);
    return norm(equal.gradient) / norm(far.gradient);
  });

/** What a gap in a thin tube costs, over what the same number of pixels costs that are missing along its rim. */
export const gapCost = (loss: Loss): Promise<number> =>
  onStage(async (side) => {
    const unit = side / 96;
    const height = (x: number) => Math.round(side / 2 + 12 * unit * Math.sin((2 * Math.PI * x) / side));
    const inTube = (x: number, y: number) => Math.abs(y - height(x)) <= 1;
    const tube = paint(side, (x, y) => Number(inTube(x, y)));
    const width = Math.round(5 * unit);
    const start = Math.round(side / 2);
    const gap = paint(side, (x, y) => Number(inTube(x, y) && !(x >= start && x < start + width)));
    const rim = paint(side, (x, y) =>
      Number(inTube(x, y) && !(x >= start && x < start + 3 * width && y === height(x) - 1)),
    );
    const [whole, broken, thin] = await valuesOf(loss, [tube, gap, rim].map(sureOf), tube, side);
    return (broken - whole) / (thin - whole);
  });
