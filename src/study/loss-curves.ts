/** A loss against the predicted probability: what it charges, and how hard it pulls, for each class. */
import type { Loss } from "../losses/shared/define-loss.ts";
import { evaluate, type Tensor, tensor } from "../tensor.ts";
import { grad } from "../transform/grad.ts";
import { logit, lossOfLogits } from "./measure.ts";
import { onFirstWithRoom } from "./stages.ts";
import type { LossCurves } from "./types.ts";

/** The class that is not moved is predicted this far from its label. */
const OTHERS = 0.05;

interface Stage {
  readonly side: number;
  readonly points: number;
}

const STAGES: readonly Stage[] = [
  { side: 24, points: 49 },
  { side: 176, points: 9 },
];

/** A disc that covers about a quarter of the square. */
function discMask(side: number): Float64Array {
  const centre = (side - 1) / 2;
  return Float64Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - centre, Math.floor(i / side) - centre];
    return x * x + y * y < (side * 0.28) ** 2 ? 1 : 0;
  });
}

async function curveOf(
  loss: Loss,
  options: Readonly<Record<string, unknown>>,
  { side, points }: Stage,
  foreground: boolean,
) {
  const grid = Array.from({ length: points }, (_, i) => 0.01 + (0.98 * i) / (points - 1));
  const shape = [points, 1, side, side];
  // One image a grid point: a single evaluation gives the whole curve.
  const target = tensor(discMask(side), [1, 1, side, side]).expand(shape);
  const moved = foreground ? target : target.neg().add(1);
  const others = target.mul(2).sub(1).mul(-logit(OTHERS));
  const valuesAt = (x: Tensor): Tensor => {
    const logits = moved.where(x.reshape([points, 1, 1, 1]).expand(shape), others);
    return lossOfLogits(loss, target, { ...options, reduction: "image" })(logits);
  };
  const x = tensor(grid.map(logit));
  const values = valuesAt(x);
  const gradient = grad((z: Tensor) => valuesAt(z).sum())(x);
  await evaluate(values, gradient);
  return { grid, loss: Array.from(await values.data()), gradient: Array.from(await gradient.data()) };
}

/**
 * Curves of a loss and its gradient against the predicted probability, for both classes.
 *
 * The stage is a disc on a plain ground. All pixels of one class are predicted at p, the others close to
 * their label, so that losses which look at regions, borders or windows have something to look at.
 */
export async function lossCurves(
  loss: Loss,
  options: Readonly<Record<string, unknown>> = {},
): Promise<LossCurves> {
  return onFirstWithRoom(STAGES, async (stage) => {
    const background = await curveOf(loss, options, stage, false);
    const foreground = await curveOf(loss, options, stage, true);
    return {
      probability: foreground.grid,
      loss: { background: background.loss, foreground: foreground.loss },
      gradient: { background: background.gradient, foreground: foreground.gradient },
    };
  });
}
