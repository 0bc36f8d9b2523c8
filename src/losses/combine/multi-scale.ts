import { ones } from "../../create.ts";
import { OptionError, refuse } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss, type LossCall } from "../shared/define-loss.ts";
import { SHARED, type SharedName, type SharedOptions } from "../shared/options.ts";
import { type Pixels, ratio } from "../shared/pixels.ts";
import { checkLoss, honours } from "./checks.ts";
import { inFormula, inLatex } from "./formula.ts";
import { checkWeights, sharesOf, withMaps } from "./levels.ts";

/** How a loss of several scales is made. */
export interface MultiScaleOptions {
  /** One a scale, from 0, divided by their sum. @defaultValue equal weights */
  readonly weights?: readonly number[];
  /** Name of the loss, in messages and reports. @defaultValue the loss and its scales */
  readonly name?: string;
}

const OP = "multiScale";
const WORDS = { op: OP, weights: "weights" };

/** Means of blocks of `size` pixels along each spatial axis; those at the end may have fewer. */
function pooled(x: Tensor, size: number): Tensor {
  const space = x.shape.slice(2);
  const missing = space.map((length) => (size - (length % size)) % size);
  if (missing.every((count) => count === 0)) return x.avgPool(size);
  const frame = [[0, 0], [0, 0], ...missing.map((count) => [0, count])] as [number, number][];
  const whole = (y: Tensor) => y.pad(frame).avgPool(size);
  return whole(x).div(whole(ones([1, 1, ...space])));
}

/** Probabilities, shares and weights, pooled: pixels that do not count leave the means of their block. */
function pooledPair({ p, g, weight }: Pixels, size: number) {
  if (weight === null) return { prediction: pooled(p, size), target: pooled(g, size), more: {} };
  const pixelWeights = pooled(weight, size);
  const mean = (x: Tensor) => ratio(pooled(x.mul(weight), size), pixelWeights, 0);
  return { prediction: mean(p), target: mean(g), more: { pixelWeights } };
}

function checkScales(scales: readonly number[]): void {
  const whole = Array.isArray(scales) && scales.every((scale) => Number.isInteger(scale) && scale >= 1);
  if (whole && scales.length > 0 && new Set(scales).size === scales.length) return;
  const given = Array.isArray(scales) ? `[${scales.join(", ")}]` : String(scales);
  refuse(OptionError, OP, "scales", given, "whole numbers from 1, each once");
}

/** Weights are what a pixel that does not count leaves behind once it is pooled. */
function sharedOf(loss: Loss): SharedName[] {
  const weighs = honours(loss, "pixelWeights");
  return (Object.keys(SHARED) as SharedName[]).filter(
    (name) => honours(loss, name) && (weighs || name !== "ignoreIndex"),
  );
}

/**
 * A loss at several scales: of the prediction as it is, and of means over blocks of pixels.
 *
 * `L = sum_s v_s L(P_s p, P_s g)`, `v_s = w_s / sum_r w_r`, for each image, then reduced
 *
 * Symbols: P_s the means over blocks of s pixels along each axis, s the `scales`, p predicted probabilities, g target
 * shares, w_s the weights, by default equal. At scale 1 the loss sees what it was given. At the others logits are
 * made probabilities first, since the mean of logits is the logit of nothing, and class indices one-hot; the loss then
 * gets both with `input: "probabilities"`. A block at the end of an axis may have fewer pixels; it counts like the
 * others. As in compound losses each scale gives one value an image, `[n]`, which `reduction` takes further.
 *
 * Means are soft even where p and g are hard. Overlap losses are then 0 for maps that agree only if squares stand in
 * their denominator ({@link diceLoss} with `squared: true`), and cross entropies keep the entropy of g; gradients are
 * those of agreement all the same. Where logits saturate, only scale 1 still has a gradient.
 *
 * `ignoreIndex` and `pixelWeights` leave out, or weigh, a pixel within the mean of its block, and the block counts with
 * its mean weight. A loss that cannot weigh pixels refuses both. All other options are those of the loss; a map of the
 * image's size among them is pooled.
 *
 * MONAI's MultiScaleLoss keeps the size and smooths both maps by Gaussian or Cauchy kernels of given widths, whatever they
 * hold: of logits too it takes the mean. {@link deepSupervision} is for networks with several outputs.
 *
 * @param loss - a loss of the catalogue, or one that `defineLoss` made
 * @param scales - lengths of the blocks, such as `[1, 2, 4]`
 * @throws {@link OptionError} for scales that are not whole numbers from 1, each once, and for a loss that takes no
 *   probabilities or gives no values of images
 * @example
 * ```ts
 * import { diceLoss, multiScale, tensor } from "segtape";
 * const loss = multiScale(diceLoss, [1, 2]);
 * const [p, g] = [tensor([[[0.8, 0.2]]]), tensor([[[1, 0]]])];
 * // at scale 2 both are 1/2
 * await loss(p, g, { input: "probabilities", squared: true, smooth: 0 }).item(); // (1 - 1.6 / 1.68) / 2 = 0.0238...
 * ```
 */
export function multiScale<Own extends object>(
  loss: Loss<Own>,
  scales: readonly number[],
  { name: given, weights }: MultiScaleOptions = {},
): Loss<Own> {
  const inner: unknown = loss;
  checkLoss(OP, "loss", inner);
  for (const option of ["input", "reduction"])
    if (!honours(inner, option))
      refuse(OptionError, OP, "loss", `${loss.name}, without ${option}`, `a loss with the option ${option}`);
  checkScales(scales);
  if (weights !== undefined) checkWeights(WORDS, weights);
  const shares = sharesOf(WORDS, weights ?? scales.map(() => 1), scales.length, "scales");
  const name = given ?? `${OP}(${loss.name}, ${scales.join(", ")})`;
  const own = Object.entries(inner.options).filter(([option]) => !Object.hasOwn(SHARED, option));
  const shared = sharedOf(inner);

  const body = (
    pixels: Pixels,
    options: Readonly<Record<string, unknown>>,
    { prediction, target, given: asked }: LossCall,
  ) => {
    const ofLoss = Object.fromEntries(own.map(([option]) => [option, options[option]]));
    const { ignoreIndex: _ignored, pixelWeights: _weights, ...rest } = asked;
    const atScale = (scale: number) => {
      if (scale === 1) return inner(prediction, target, { ...asked, ...ofLoss, reduction: "image" });
      // The loss leaves the background out itself, once the classes have shared a pixel.
      const pair = pooledPair(pixels.whole, scale);
      const maps = withMaps(ofLoss, pixels.space, (map) => pooled(map, scale));
      const mode: SharedOptions = honours(inner, "mode") ? { mode: pixels.mode } : {};
      const all = { ...rest, ...mode, ...pair.more, ...maps, input: "probabilities", reduction: "image" };
      return inner(pair.prediction, pair.target, all);
    };
    return scales
      .flatMap((scale, i) => (shares[i] === 0 ? [] : [atScale(scale).mul(shares[i])]))
      .reduce((sum, term) => sum.add(term));
  };
  return defineLoss<Record<string, unknown>>(
    name,
    {
      title: `${loss.title} at scales ${scales.join(", ")}`,
      family: "compound",
      summary: `${loss.summary} Seen at several scales.`.trim(),
      formula: `L = mean over scales of ${inFormula(inner)}`,
      latex: `L = \\sum_s v_s ${inLatex(inner)}`,
      source: loss.source,
      constants: loss.constants,
      modes: loss.modes,
      shared,
      options: Object.fromEntries(own),
    },
    body,
  ) as Loss<object> as Loss<Own>;
}
