/** How large an image may become before float32 no longer holds what a loss computes of it. */
import { isArgument, topologicalOrder } from "../../../graph/linearize.ts";
import type { Node } from "../../../graph/node.ts";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { abs } from "../../../ops/functions.ts";
import { max } from "../../../ops/reduce.ts";
import type { Runner } from "../../../run/plan-cache.ts";
import { recordOn } from "../shared/float32.ts";
import type { Frame, Scene } from "../shared/probe.ts";
import type { OwnOptions } from "../shared/subject.ts";

/** Pixels of the largest image; `null` where nothing grows with the image. */
export interface SizeLimits {
  /** Up to here the largest term of a sum over pixels is not below the sum's last digit: a count is exact. */
  readonly digits: number | null;
  /** Up to here everything computed lies between the smallest normal number of float32 and the largest. */
  readonly range: number | null;
}

const LARGEST = 3.4028234663852886e38;
const SMALLEST = 1.1754943508222875e-38;
/** Whole numbers up to here are exact. */
const COUNTED = 2 ** 24;
/** Growth below this power of the pixels is none: contents that differ a little. */
const GROWS = 0.2;

/** The largest |x| of every step of value and gradient, in the order of recording. */
async function extremes(runner: Runner, steps: readonly Node[]): Promise<number[]> {
  const values = await runner.compute(steps.map((node) => max(abs(node))));
  return values.map((value) => value[0]);
}

/** Every step that is computed, on the scene laid out `repeat` times in both directions. */
function stepsOf(loss: Loss, options: OwnOptions, scene: Scene, frame: Frame, repeat: number): Node[] {
  const { value, grad } = recordOn(loss, options, scene, frame, repeat);
  return topologicalOrder([value.node, grad.node], isArgument);
}

/** Sums: folds, products of matrices, and running sums, which are told by their kind. */
const addsUp = ({ op }: Node): boolean =>
  (op.kind === "fold" && op.fold.combine === "add") || op.kind === "contract" || op.kind === "order";

/** Where a quantity that grows by a power of the pixels meets a limit: the factor on the pixels; none for one that does not. */
function factorTo(limit: number, small: number, large: number): number {
  // Four times the pixels.
  const power = Math.log(large / small) / Math.log(4);
  const factor = (limit / large) ** (1 / power);
  return Math.abs(power) >= GROWS && factor >= 1 ? factor : Infinity;
}

/**
 * Measures how every step of value and gradient grows from a scene to the same scene laid out twice in both directions,
 * and goes on by that power of the pixels. In float64, so that nothing is lost while measuring.
 *
 * @returns `null` where the steps themselves depend on the size
 */
export async function sizeLimits(
  runner: Runner,
  loss: Loss,
  options: OwnOptions,
  scene: Scene,
  frame: Frame,
): Promise<SizeLimits | null> {
  const [once, twice] = [1, 2].map((repeat) => stepsOf(loss, options, scene, frame, repeat));
  if (once.length !== twice.length || once.some(({ op }, i) => op !== twice[i].op)) return null;
  const [small, large] = [await extremes(runner, once), await extremes(runner, twice)];
  const pixels = 4 * frame.width * frame.height;
  const position = new Map(twice.map((node, i) => [node, i]));
  let [digits, range] = [Infinity, Infinity];
  twice.forEach((node, i) => {
    for (const limit of [LARGEST, SMALLEST])
      range = Math.min(range, pixels * factorTo(limit, small[i], large[i]));
    if (!addsUp(node)) return;
    const inTerms = (of: readonly number[]) =>
      of[i] / node.inputs.reduce((product, input) => product * of[position.get(input) as number], 1);
    digits = Math.min(digits, pixels * factorTo(COUNTED, inTerms(small), inTerms(large)));
  });
  // A hair more: 2^24 comes out as 2^24.
  const orNone = (limit: number) => (Number.isFinite(limit) ? Math.floor(limit * (1 + 1e-9)) : null);
  return { digits: orNone(digits), range: orNone(range) };
}
