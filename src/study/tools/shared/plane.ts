/** Values of a loss over a plane of logits. */
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { tensor } from "../../../tensor.ts";
import { type LogitPair, lossOfLogits, type StudyPair } from "../../measure.ts";
import { type Frame, isPerImage } from "./probe.ts";
import { reduced, sizeWithin } from "./resize.ts";
import type { OwnOptions } from "./subject.ts";

/** A point of logits and two directions, all maps of one size. */
export interface Plane extends Frame {
  readonly origin: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly target: Float64Array;
}

/** Steps along the first and the second direction. */
export type Step = readonly [first: number, second: number];

/** Pixels of one run: enough to be worth it, few enough to stay in the caches. */
const PIXELS_A_RUN = 2 ** 18;

/**
 * The loss at each step from the origin.
 *
 * @throws what the loss throws; an error where a value is not finite
 */
export async function valuesOn(
  loss: Loss,
  options: OwnOptions,
  plane: Plane,
  steps: readonly Step[],
): Promise<number[]> {
  const { width, height } = plane;
  const map = (data: Float64Array) => tensor(data, [1, 1, height, width]);
  const [origin, first, second, target] = [plane.origin, plane.first, plane.second, plane.target].map(map);
  const ask = async (some: readonly Step[], count: number): Promise<ArrayLike<number> | null> => {
    const along = (axis: 0 | 1) =>
      tensor(
        Float64Array.from({ length: count }, (_, i) => some[Math.min(i, some.length - 1)][axis]),
        [count, 1, 1, 1],
      );
    const logits = origin.add(first.mul(along(0))).add(second.mul(along(1)));
    const shares = target.expand([count, 1, height, width]);
    const values = await lossOfLogits(loss, shares, { ...options, reduction: "image" })(logits).data();
    return values.length === count ? values : null;
  };
  const most = Math.max(1, Math.min(steps.length, Math.floor(PIXELS_A_RUN / (width * height))));
  const firstOf = async (length: number) => (await ask(steps.slice(0, length), most))?.[0] ?? null;
  const batched =
    most > 1 &&
    (await isPerImage(
      loss,
      options,
      () => firstOf(most),
      () => firstOf(1),
    ));
  const count = batched ? most : 1;
  const values: number[] = [];
  for (let at = 0; at < steps.length; at += count) {
    const some = steps.slice(at, at + count);
    const found = await ask(some, count);
    for (let i = 0; i < some.length; i++) values.push(found?.[i] ?? Number.NaN);
  }
  if (!values.every(Number.isFinite)) throw new Error(`${loss.name}: value is not finite`);
  return values;
}

/** The pair at a size that is at most `side` pixels along either axis; labels stay hard. */
export function smallPair({ pair, logits }: LogitPair, side: number): LogitPair {
  const to = sizeWithin(pair, side);
  if (to.width === pair.width && to.height === pair.height) return { pair, logits };
  const small: StudyPair = {
    ...to,
    prediction: reduced(pair.prediction, pair, to),
    target: reduced(pair.target, pair, to).map((share) => (share >= 0.5 ? 1 : 0)),
  };
  return { pair: small, logits: reduced(logits, pair, to) };
}
