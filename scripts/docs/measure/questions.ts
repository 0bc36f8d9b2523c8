/** What is asked of every loss: one small experiment each, whose answer is a number. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { logit } from "../../../src/study/measure.ts";
import { onStage, paint, speckles, sureOf, valuesOf } from "./stage.ts";

/** Probabilities that are tried for the answer to 30 %. */
const GRID = [0.02, ...Array.from({ length: 19 }, (_, i) => (i + 1) / 20), 0.98];

/** The one probability that costs least where nothing is known but that three pixels in ten are foreground. */
export const honestAnswer = (loss: Loss): Promise<number> =>
  onStage(async (side) => {
    const guesses = GRID.map((p) => paint(side, () => logit(p)));
    const values = await valuesOf(loss, guesses, speckles(side, 0.3), side);
    return GRID[values.indexOf(Math.min(...values))];
  });

/** How much the logits of a soft target are stretched for {@link softStretch}; 1 comes first, so that it wins a draw. */
const STRETCHES = [1, 0.25, 0.35, 0.5, 0.7, 0.85, 1.2, 1.4, 2, 2.8, 4];

/** The stretch of a soft target's own logits that costs least: 1 where the loss learns it as it is. */
export const softStretch = (loss: Loss): Promise<number> =>
  onStage(async (side) => {
    const middle = (side - 1) / 2;
    const logits = paint(side, (x, y) => {
      const depth = side / 4 - Math.hypot(x - middle, y - middle);
      return Math.min(4, Math.max(-4, depth / (side / 32)));
    });
    const soft = logits.map((z) => 1 / (1 + Math.exp(-z)));
    const guesses = STRETCHES.map((stretch) => logits.map((z) => stretch * z));
    const values = await valuesOf(loss, guesses, soft, side);
    return STRETCHES[values.indexOf(Math.min(...values))];
  });

/** Of what a gap in a thin tube and as many missing pixels along its rim cost together, the share of the gap. */
export const gapShare = (loss: Loss): Promise<number> =>
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
    const [gapCost, rimCost] = [broken - whole, Math.max(0, thin - whole)];
    return gapCost / (gapCost + rimCost);
  });
