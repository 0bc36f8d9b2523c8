/** How large an image may become before float32 no longer holds what a loss computes of it. */
import { isArgument, topologicalOrder } from "../../../graph/linearize.ts";
import type { Node } from "../../../graph/node.ts";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { abs } from "../../../ops/functions.ts";
import { max } from "../../../ops/reduce.ts";
import type { Runner } from "../../../run/plan-cache.ts";
import { type Repeats, recordOn } from "../shared/float32.ts";
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

/** Growth counts where it goes on by the same power: what rounding leaves of 0 grows by chance. */
const SAME_POWER = 0.1;
/** Once, twice and four times the pixels. */
const LAYOUTS: readonly Repeats[] = [
  [1, 1],
  [2, 1],
  [2, 2],
];

/** The largest |x| of every step of value and gradient, in the order of recording. */
async function extremes(runner: Runner, steps: readonly Node[]): Promise<number[]> {
  const values = await runner.compute(steps.map((node) => max(abs(node))));
  return values.map((value) => value[0]);
}

/** Sums: folds, products of matrices, and running sums, which are told by their kind. */
const addsUp = ({ op }: Node): boolean =>
  (op.kind === "fold" && op.fold.combine === "add") || op.kind === "contract" || op.kind === "order";

/**
 * Where a quantity that grows by a power of the pixels meets a limit: the factor on the pixels of the last layout; none for
 * one that does not.
 */
function factorTo(limit: number, [once, twice, fourfold]: readonly number[]): number {
  const powers = [Math.log2(twice / once), Math.log2(fourfold / twice)];
  const power = (powers[0] + powers[1]) / 2;
  const grows = Math.abs(power) >= GROWS && Math.abs(powers[0] - powers[1]) <= SAME_POWER;
  const factor = (limit / fourfold) ** (1 / power);
  return grows && factor >= 1 ? factor : Infinity;
}

/**
 * Measures how every step of value and gradient grows from a scene to the same scene laid out two and four times, and goes
 * on by that power of the pixels. In float64, so that nothing is lost while measuring.
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
  const steps = LAYOUTS.map((repeats) => {
    const { value, grad } = recordOn(loss, options, scene, frame, repeats);
    return topologicalOrder([value.node, grad.node], isArgument);
  });
  const last = steps[steps.length - 1];
  const alike = (list: readonly Node[]) =>
    list.length === last.length && list.every(({ op }, i) => op === last[i].op);
  if (!steps.every(alike)) return null;
  const sizes: number[][] = [];
  for (const list of steps) sizes.push(await extremes(runner, list));
  const pixels = 4 * frame.width * frame.height;
  const position = new Map(last.map((node, i) => [node, i]));
  let [digits, range] = [Infinity, Infinity];
  last.forEach((node, i) => {
    const growth = sizes.map((of) => of[i]);
    for (const limit of [LARGEST, SMALLEST]) range = Math.min(range, pixels * factorTo(limit, growth));
    if (!addsUp(node)) return;
    const inTerms = sizes.map((of) =>
      node.inputs.reduce((sum, input) => sum / of[position.get(input) as number], of[i]),
    );
    digits = Math.min(digits, pixels * factorTo(COUNTED, inTerms));
  });
  // A hair more: 2^24 comes out as 2^24.
  const orNone = (limit: number) => (Number.isFinite(limit) ? Math.floor(limit * (1 + 1e-9)) : null);
  return { digits: orNone(digits), range: orNone(range) };
}
