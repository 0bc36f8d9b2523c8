/** One target for predictions of several resolutions: one mechanism, for {@link deepSupervision} and for training. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { formatShape, type Shape, sameShape } from "../../shape.ts";
import { isTensor, type Tensor, tensor } from "../../tensor.ts";
import { isObject } from "../shared/options.ts";

/** Anything that compares one prediction with its target. */
export type AnyLoss<Own> = (prediction: Tensor, target: Tensor, options?: Own) => Tensor;

/** Who asks, and what the weights are called there, for messages. */
export interface LevelWords {
  readonly op: string;
  readonly weights: string;
}

/** Refuses weights that nothing can be divided by. */
export function checkWeights({ op, weights: argument }: LevelWords, weights: readonly number[]): void {
  const numbers = Array.isArray(weights) && weights.every((w) => Number.isFinite(w) && w >= 0);
  if (numbers && weights.some((w) => w > 0)) return;
  const given = Array.isArray(weights) ? `[${weights.join(", ")}]` : String(weights);
  refuse(OptionError, op, argument, given, "numbers from 0, not all 0");
}

/** Weights divided by their sum, one for each of so many things. */
export function sharesOf(
  { op, weights: argument }: LevelWords,
  weights: readonly number[],
  count: number,
  things: string,
): number[] {
  if (weights.length !== count)
    refuse(OptionError, op, argument, `[${weights.join(", ")}]`, `one weight for each of ${count} ${things}`);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Shares of so many levels; each half of the one before, unless weights are given. */
export function levelShares(
  words: LevelWords,
  given: readonly number[] | undefined,
  count: number,
): number[] {
  const weights = given ?? Array.from({ length: count }, (_, level) => 2 ** -level);
  return sharesOf(words, weights, count, "outputs");
}

/** Position of the pixel nearest to the middle of each of `count` equal parts of an axis. */
const middles = (length: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));

/** Those pixels of one axis; where they are evenly spaced, as a slice, which costs nothing. */
function thinnedAxis(x: Tensor, axis: number, count: number): Tensor {
  const length = x.shape[axis];
  if (length === count) return x;
  const at = middles(length, count);
  const step = count === 1 ? length : at[1] - at[0];
  if (at.every((position, i) => position === at[0] + i * step))
    return x.slice(x.shape.map((n, i) => (i === axis ? [at[0], at[count - 1] + 1, step] : [0, n])));
  const along = x.shape.map((_, i) => (i === axis ? count : 1));
  const whole = x.shape.map((n, i) => (i === axis ? count : n));
  return x.gather(tensor(at, along).expand(whole), axis);
}

/**
 * A map thinned out to fewer pixels along its last axes: of each block the pixel nearest to its middle. Labels stay labels,
 * and what is ignored stays ignored.
 */
export function thinned(x: Tensor, space: Shape): Tensor {
  const lead = x.rank - space.length;
  return space.reduce((y, count, i) => thinnedAxis(y, lead + i, count), x);
}

/** Spatial axes of a map of `axes` of them. */
const spaceOf = ({ shape }: Tensor, axes: number): Shape => shape.slice(shape.length - axes);

const hasSize = (x: Tensor, space: Shape) =>
  x.rank > space.length && sameShape(spaceOf(x, space.length), space);

/** Options with every map of the images' size changed: weights of pixels, an image, also among the options of a part. */
export function withMaps<Options>(options: Options, space: Shape, change: (map: Tensor) => Tensor): Options {
  const changed = (value: unknown): unknown => {
    if (isTensor(value)) return hasSize(value, space) ? change(value) : value;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(inner)]));
  };
  return changed(options) as Options;
}

function checkLevel(op: string, at: number, prediction: Tensor, full: Shape): void {
  const space = prediction.shape.slice(2);
  const fits =
    at === 0 ? sameShape(space, full) : space.length === full.length && space.every((n, i) => n <= full[i]);
  if (fits) return;
  const expected = `${at === 0 ? "the size" : "at most the size"} ${formatShape(full)} of the target`;
  refuse(ShapeError, op, `prediction ${at}`, `of size ${formatShape(space)}`, expected);
}

function checkWeightMap(op: string, pixelWeights: Tensor, full: Shape): void {
  const space = spaceOf(pixelWeights, full.length);
  if (!sameShape(space, full))
    refuse(
      ShapeError,
      op,
      "pixelWeights",
      `of size ${formatShape(space)}`,
      `the size ${formatShape(full)} of the target`,
    );
}

function checkSum(op: string, values: readonly Tensor[]): void {
  const other = values.find((value) => !sameShape(value.shape, values[0].shape));
  if (other === undefined) return;
  const given = `${formatShape(values[0].shape)} and ${formatShape(other.shape)}`;
  const expected = 'values that add up: reduction "mean", "sum" or "image"';
  refuse(ShapeError, op, "the loss of levels", given, expected);
}

/**
 * Weighted sum of a loss over predictions of several resolutions, that of the full size first. The target, and maps
 * among the options, are thinned out for the coarser ones. A level of weight 0 is not computed.
 */
export function sumOfLevels<Own extends object>(
  loss: AnyLoss<Own>,
  words: LevelWords,
  shares: readonly number[],
  predictions: readonly Tensor[],
  target: Tensor,
  options: Own | undefined,
): Tensor {
  const { op } = words;
  const axes = predictions[0].rank - 2;
  const full = spaceOf(target, axes);
  const { pixelWeights } = (options ?? {}) as { readonly pixelWeights?: unknown };
  if (isTensor(pixelWeights)) checkWeightMap(op, pixelWeights, full);
  const terms = predictions.flatMap((prediction, level) => {
    checkLevel(op, level, prediction, full);
    if (shares[level] === 0) return [];
    const space = prediction.shape.slice(2);
    const own = withMaps(options, full, (map) => thinned(map, space));
    return [{ value: loss(prediction, thinned(target, space), own), share: shares[level] }];
  });
  checkSum(
    op,
    terms.map(({ value }) => value),
  );
  return terms
    .map(({ value, share }) => (share === 1 ? value : value.mul(share)))
    .reduce((sum, term) => sum.add(term));
}
