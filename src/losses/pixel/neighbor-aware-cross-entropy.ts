import type { Tensor } from "../../tensor.ts";
import { charged } from "../shared/classes.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { localMean } from "../shared/local-mean.ts";
import type { SharedOptions } from "../shared/options.ts";
import { onKnown, type Pixels } from "../shared/pixels.ts";
import { box, gaussian, half, SIGMA, WINDOW_SIZE, windowed } from "../shared/windows.ts";

/** Options of {@link neighborAwareCrossEntropyLoss} beside the shared ones. */
export interface NeighborAwareCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** Weight of the penalty on logits, the paper's lambda and MONAI's alpha. From 0. @defaultValue 0.1 */
  readonly penaltyWeight?: number;
  /** Length of the window along each axis, odd. @defaultValue 3 */
  readonly windowSize?: number;
  /** How neighbours count: all alike, or by a Gaussian. @defaultValue "mean" */
  readonly window?: "mean" | "gaussian";
  /** Deviation of the Gaussian window. Above 0. @defaultValue 1 */
  readonly sigma?: number;
  /** Squares the distance of logits from the proportions around them. @defaultValue false */
  readonly squared?: boolean;
  /** What lies beyond the image: nothing, so that the window shrinks, or pixels of no class. @defaultValue "inside" */
  readonly border?: "inside" | "zero";
}

/** Share of each class in the target around each pixel. */
function proportions(pixels: Pixels, weights: readonly number[], border: "inside" | "zero"): Tensor {
  const { g, space } = pixels;
  if (border === "inside") return localMean(pixels, weights)(g);
  const windows = space.map(() => weights);
  return windowed(onKnown(g, pixels), windows, half);
}

/**
 * Neighbour-aware cross entropy (NACL): cross entropy, and a penalty that keeps logits near the class proportions
 * around each pixel, so that the network is no surer than its labels are.
 *
 * `L = mean over pixels of CE + w (1/C) sum_c |t_c - x_c|`
 *
 * Symbols: CE cross entropy, x logits, t the share of each class in the target under a window around the pixel,
 * w `penaltyWeight`, C the number of classes. `squared: true` takes `(t_c - x_c)^2`. The logits themselves are
 * compared with shares in 0 .. 1, as published: far from borders they are pulled to 1 and 0, however sure the
 * pixel could be. Probabilities do not tell logits (a number a pixel is lost), so that they are refused.
 *
 * At the borders of the image, and around pixels of weight 0 (`ignoreIndex`, `pixelWeights`), the window
 * shrinks to the pixels that are known. MONAI pads with zeros (`border: "zero"`), which lowers the proportions
 * at the borders; its Gaussian window is integrated over each pixel, ours taken at its middle.
 *
 * One-class images: the proportions are 1 and 0 throughout. Value and gradient are finite for every finite
 * logit; a logit exactly at its proportion has no pull from the penalty.
 *
 * Kin: `penaltyWeight: 0` is {@link categoricalCrossEntropyLoss}, whose `labelSmoothing` moderates every pixel
 * alike.
 *
 * @param prediction - logits `[n, c, ...space]`
 * @param target - the same shape, or class indices `[n, ...space]`
 * @throws {@link OptionError} in modes "binary" and "multilabel": a single logit has no proportion to be near;
 * give two channels
 * @see Murugesan et al. 2023 (arXiv 2303.06268)
 * @example
 * ```ts
 * import { neighborAwareCrossEntropyLoss, tensor } from "segtape";
 * const logits = tensor([[[0, 0, 0], [0, 0, 0]]]);
 * const loss = neighborAwareCrossEntropyLoss(logits, tensor([[1, 1, 1]]));
 * await loss.item(); // log 2 + 0.1 / 2 = 0.7431...
 * ```
 */
export const neighborAwareCrossEntropyLoss: Loss<NeighborAwareCrossEntropyOptions> =
  defineLoss<NeighborAwareCrossEntropyOptions>(
    "neighborAwareCrossEntropyLoss",
    {
      title: "Neighbour-aware cross entropy",
      family: "pixel",
      summary: "Cross entropy, with logits kept near the class proportions of the target around each pixel.",
      formula: "L = mean of CE + w (1/C) sum_c |t_c - x_c|, t = local mean of g",
      latex:
        "L = \\frac{1}{N}\\sum_i \\mathrm{CE}_i + \\frac{w}{C}\\sum_c |\\tau_{ic} - x_{ic}|, \\quad " +
        "\\tau_{ic} = \\sum_{j \\in W_i} \\omega_j g_{jc}",
      source: "Murugesan et al. 2023",
      modes: ["multiclass"],
      instead: "two channels",
      shared: PIXEL_LOSS,
      options: {
        input: { choices: ["logits"] },
        penaltyWeight: { default: 0.1, min: 0, doc: "weight of the penalty on logits" },
        windowSize: { ...WINDOW_SIZE, default: 3 },
        window: { default: "mean", choices: ["mean", "gaussian"], doc: "how neighbours count" },
        sigma: { ...SIGMA, default: 1 },
        squared: { default: false, doc: "squares the distance of logits from proportions" },
        border: { default: "inside", choices: ["inside", "zero"], doc: "what lies beyond the image" },
      },
    },
    (pixels, { penaltyWeight, windowSize, window, sigma, squared, border }) => {
      const { whole } = pixels;
      const weights = window === "mean" ? box(windowSize) : gaussian(windowSize, sigma);
      const gap = proportions(whole, weights, border).sub(whole.logits);
      const penalty = (squared ? gap.square() : gap.abs()).mean(1, true);
      const cost = whole.crossEntropy.sum(1, true).add(penalty.mul(penaltyWeight));
      return charged(cost, pixels);
    },
  );
