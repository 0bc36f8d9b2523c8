import { refuse, ShapeError } from "../../errors.ts";
import { formatShape, sameShape } from "../../shape.ts";
import { isTensor, type Tensor } from "../../tensor.ts";
import { meanOverClasses } from "../shared/classes.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import { overSpace } from "../shared/mass.ts";
import type { SharedOptions } from "../shared/options.ts";
import { type Pixels, ratio } from "../shared/pixels.ts";
import {
  type VariationForm,
  type VariationOptions,
  variation,
  variationOptions,
} from "../shared/variation.ts";

/** Options of {@link mumfordShahLoss} beside the shared ones. */
export interface MumfordShahOptions extends Omit<SharedOptions, "aggregate">, VariationOptions {
  /** The image that the classes should explain, `[n, channels, ...space]`. @defaultValue the target */
  readonly image?: Tensor;
  /** Weight of the borders' length, from 0. @defaultValue 1e-3 */
  readonly lengthWeight?: number;
  /**
   * How steps along several axes add up to a length: as a vector, or one by one.
   * @defaultValue "anisotropic"
   */
  readonly form?: VariationForm;
}

/** Channels of an image, each `[n, 1, ...space]`. */
function channelsOf(image: Tensor): Tensor[] {
  return Array.from({ length: image.shape[1] }, (_, k) => image.slice([[0], [k, k + 1]]));
}

function checkImage({ loss, shape: [n], space }: Pixels, image: Tensor): void {
  const [images, channels, ...rest] = image.shape;
  if (images === n && channels >= 1 && sameShape(rest, space)) return;
  const expected = `[${n}, channels, ${space.join(", ")}] like the prediction`;
  refuse(ShapeError, loss, "image", formatShape(image.shape), expected);
}

/** Mean over pixels of `y (x - c)^2`, c the mean of x under y, summed over the channels x: `[n, c]`. */
function misfit(y: Tensor, channels: readonly Tensor[], pixels: Pixels): Tensor {
  const mass = pixels.sum(y);
  const parts = channels.map((x) => {
    const mean = ratio(pixels.sum(y.mul(x)), mass, 0);
    const gap = x.sub(overSpace(mean, pixels));
    return pixels.mean(y.mul(gap.square()));
  });
  return parts.reduce((sum, part) => sum.add(part));
}

/**
 * Mumford-Shah loss: how far an image is from one mean value for each predicted class, and how long the borders are. A
 * regulariser, which may do without labels.
 *
 * `L = sum over classes k of 1/N sum y_k |x - c_k|^2 + l 1/N sum |grad y_k|`, `c_k = sum y_k x / sum y_k`, for each image
 *
 * Symbols: y_k predicted probability of class k (of an independent channel: p and 1 - p), x the image, with one channel
 * or several, c_k its mean in class k, l `lengthWeight`, N number of pixels; `|grad y|` as in {@link totalVariationLoss},
 * by default summed over axes as in the published code. That code has sums over the batch where here are means, and l =
 * 0.001.
 *
 * Without `image` the target takes its place, of all classes where they are exclusive: the loss asks that each predicted
 * class be of one target class, and does not tell which. Either way a prediction and the same with its classes
 * exchanged cost the same; meant as a part beside a loss that knows their names, as in
 * `weightedSum([[diceLoss, 1], [mumfordShahLoss, 0.1, { image }]])`. With an image, the target is only read for
 * `ignoreIndex`: where there are no labels, any target will do.
 *
 * Exclusive classes join within their image: `reduction: "none"` gives `[n]`. The means c_k follow the prediction; they
 * are where the misfit is least, so its first derivative is the same as if they were constant.
 *
 * One-class images: a target without variation is fitted by every prediction, and only borders cost; with an image they
 * are images like any other.
 *
 * Kin: {@link activeContourLoss} fixes the means at 1 and 0.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link ShapeError} where `image` has another number of images or size than the prediction
 * @see Kim and Ye 2019 (arXiv 1904.02872); Mumford and Shah 1989
 * @example
 * ```ts
 * import { mumfordShahLoss, tensor } from "segtape";
 * const p = tensor([[[1, 1, 0, 0]]]);
 * const image = tensor([[[5, 7, 2, 2]]]);
 * // Means 6 and 2: squares 1 and 1 of 4 pixels; one border between two classes.
 * const options = { input: "probabilities", image, lengthWeight: 1, epsilon: 0 } as const;
 * await mumfordShahLoss(p, p, options).item(); // 2/4 + 2 * 1/4 = 1
 * ```
 */
export const mumfordShahLoss: Loss<MumfordShahOptions> = defineLoss<MumfordShahOptions>(
  "mumfordShahLoss",
  {
    title: "Mumford-Shah",
    family: "boundary",
    summary: "How far the image is from one mean value a predicted class, and how long the borders are.",
    formula: "L = sum_k 1/N sum y_k |x - c_k|^2 + l 1/N sum |grad y_k|, c_k = sum y_k x / sum y_k",
    latex:
      "L = \\frac{1}{N}\\sum_k \\sum_i y_{ki} \\lVert x_i - c_k \\rVert^2" +
      " + \\lambda \\lVert\\nabla y_{ki}\\rVert, \\quad c_k = \\frac{\\sum_i y_{ki} x_i}{\\sum_i y_{ki}}",
    source: "Kim and Ye 2019",
    shared: PIXEL_LOSS,
    options: {
      image: {
        default: undefined,
        doc: "the image that the classes should explain; by default the target",
        check: (value) => (isTensor(value) ? null : "a tensor [n, channels, ...space]"),
      },
      lengthWeight: { default: 1e-3, min: 0, doc: "weight of the borders' length" },
      ...variationOptions("anisotropic"),
    },
  },
  (pixels, { lengthWeight, form, epsilon, ...options }) => {
    const image: Tensor | undefined = options.image;
    if (image !== undefined) checkImage(pixels, image);
    const { p, q, g, mode } = pixels;
    const length = pixels.mean(variation(p, { form, epsilon }, pixels)).mul(lengthWeight);
    if (mode === "multiclass") {
      const each = misfit(p, channelsOf(image ?? g), pixels).add(length);
      return meanOverClasses(each, pixels).mul(pixels.shape[1]);
    }
    const channels = image === undefined ? [g] : channelsOf(image);
    return misfit(p, channels, pixels)
      .add(misfit(q, channels, pixels))
      .add(length.mul(2));
  },
);
