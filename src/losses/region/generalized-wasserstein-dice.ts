import { OptionError, refuse } from "../../errors.ts";
import { type Tensor, tensor } from "../../tensor.ts";
import { byClass, totalOverClasses } from "../shared/classes.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { errorShare } from "../shared/overlap.ts";
import { complement, type Pixels } from "../shared/pixels.ts";
import { countedVolumes, inverseVolumes } from "../shared/volumes.ts";

/** How far each class is from each other one: symmetric, from 0, with zeros on the diagonal. */
export type ClassDistances = readonly (readonly number[])[];

/** Options of {@link generalizedWassersteinDiceLoss} beside the shared ones. */
export interface GeneralizedWassersteinDiceOptions
  extends Omit<SharedOptions, "includeBackground">,
    SmoothOptions {
  /** How bad it is to take a class for another, divided by the largest; "equal": all alike. @defaultValue "equal" */
  readonly distances?: "equal" | ClassDistances;
  /**
   * Weights of classes: 1, and 0 for the background's overlap; or the inverse of their volumes, in overlap and error.
   * @defaultValue "foreground"
   */
  readonly weighting?: "foreground" | "volume";
}

const MATRIX = '"equal" or a symmetric matrix of numbers from 0, not all 0, with zeros on the diagonal';

/** What is wrong with a matrix of distances, whatever the number of classes. */
function checkDistances(value: unknown): string | null {
  const square =
    Array.isArray(value) && value.every((row) => Array.isArray(row) && row.length === value.length);
  if (!square) return MATRIX;
  const matrix = value as readonly (readonly unknown[])[];
  const good = matrix.every((row, k) =>
    row.every(
      (d, l) =>
        typeof d === "number" && Number.isFinite(d) && d >= 0 && d === matrix[l][k] && (k !== l || d === 0),
    ),
  );
  return good && matrix.some((row) => row.some((d) => d !== 0)) ? null : MATRIX;
}

/** The distances as shares of the largest, `[1, c, c, 1, ...]`. */
function matrixOf({ loss, shape }: Pixels, distances: "equal" | ClassDistances): Tensor {
  const [, classes, ...space] = shape;
  if (distances !== "equal" && distances.length !== classes) {
    refuse(
      OptionError,
      loss,
      "distances",
      `a matrix of ${distances.length} classes`,
      `one of ${classes} (the prediction's channels)`,
    );
  }
  const largest = distances === "equal" ? 1 : Math.max(...distances.flat());
  const entries = Float64Array.from({ length: classes * classes }, (_, i) => {
    const [k, l] = [Math.floor(i / classes), i % classes];
    return distances === "equal" ? Number(k !== l) : distances[k][l] / largest;
  });
  return tensor(entries, [1, classes, classes, ...space.map(() => 1)]);
}

/** Expected distance of the predicted class from each class l, `sum_k M_lk p_k`: `[n, c, ...space]`. */
function distanceFrom({ p, shape }: Pixels, matrix: Tensor): Tensor {
  const [n, classes, ...space] = shape;
  return p
    .reshape([n, 1, classes, ...space])
    .mul(matrix)
    .sum(2);
}

/**
 * Generalized Wasserstein Dice loss: a Dice loss in which some confusions of classes are worse than others.
 *
 * `L = 1 - (2 T + s) / (2 T + E + s)`, `T = sum_i a_l(i) (1 - W_i)`, `E = sum_i W_i`, `W_i = sum_k M_l(i)k
 * p_k(i)`, for each image, then reduced.
 *
 * Symbols: i a pixel, l(i) its class, p predicted, M `distances`, s `smooth`. W is the Wasserstein distance between
 * the predicted distribution over classes and the true class: what it takes to move all of p there. a is 1,
 * and 0 for the background (class 0), so that right background, of which there is much, does not count; wrong
 * background does. Soft targets mix the classes, `W = sum_l g_l sum_k M_lk p_k`. Distances are divided by their
 * largest, as in peers. Range 0 .. 1.
 *
 * `weighting: "volume"` is the other published form (MONAI's and the authors' "GDL"): `a_l` is the inverse of the
 * class's volume, the background's too, and weighs E as well. It is taken as a share of the image's largest, as in
 * {@link generalizedDiceLoss}, so that s is as many pixels of the rarest class; peers have `1 / (V + 1)`.
 *
 * Classes join within their image: `reduction: "none"` gives `[n]`, one value an image (`[1]` with `aggregate:
 * "batch"`). `classWeights` multiply a. `includeBackground` is refused: errors on the background belong to
 * the formula.
 *
 * One-class images: nothing but background costs `1 - s / (E + s)`, whose gradient pulls every pixel to the
 * background; any other class is an ordinary case.
 *
 * Kin: with "equal" distances W is `1 - p_l`, and two classes cost what {@link diceLoss} of the foreground does.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]`
 * @throws {@link OptionError} for distances of another number of classes, and in modes "binary" and
 *   "multilabel", which have {@link generalizedDiceLoss}
 * @see Fidon et al. 2017, eq. 6-9; Tilborghs et al. 2020 for the weights by volume
 * @example
 * ```ts
 * import { generalizedWassersteinDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[1, 0]], [[0, 0.5]], [[0, 0.5]]]]);
 * const distances = [[0, 1, 1], [1, 0, 0.4], [1, 0.4, 0]];
 * const options = { input: "probabilities", smooth: 0, distances } as const;
 * // W is 0 and 0.5 * 0.4: 0.2 / (2 * 0.8 + 0.2)
 * await generalizedWassersteinDiceLoss(p, tensor([[[0, 1]]]), options).item(); // 0.1111...
 * ```
 */
export const generalizedWassersteinDiceLoss: Loss<GeneralizedWassersteinDiceOptions> =
  defineLoss<GeneralizedWassersteinDiceOptions>(
    "generalizedWassersteinDiceLoss",
    {
      title: "Generalized Wasserstein Dice",
      family: "region",
      summary: "Dice over classes in which some confusions are worse than others.",
      formula: "L = 1 - (2 T + s) / (2 T + E + s), T = sum_i a (1 - W_i), E = sum_i W_i, W = sum_k M_lk p_k",
      latex:
        "L = 1 - \\frac{2\\sum_i \\alpha_{l_i}(1 - W_i) + s}{2\\sum_i \\alpha_{l_i}(1 - W_i) + \\sum_i W_i + s}, " +
        "\\quad W_i = \\sum_k M_{l_i k}\\,p_{k,i}",
      source: "Fidon et al. 2017",
      constants: "class weights by volume",
      modes: ["multiclass"],
      instead: "generalizedDiceLoss",
      shared: REGION_LOSS.filter((name) => name !== "includeBackground"),
      options: {
        smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
        distances: {
          default: "equal",
          check: checkDistances,
          doc: "how bad it is to take a class for another: a symmetric matrix, or equal",
        },
        weighting: {
          default: "foreground",
          choices: ["foreground", "volume"],
          doc: "weights of classes: 0 for the background's overlap, or by the inverse of their volumes",
        },
      },
    },
    (pixels, { distances, weighting, ...smooth }) => {
      const { g } = pixels;
      const distance = distanceFrom(pixels, matrixOf(pixels, distances));
      const right = pixels.sum(g.mul(complement(distance)));
      const wrong = pixels.sum(g.mul(distance));
      const byVolume = weighting === "volume";
      const weight = byVolume
        ? inverseVolumes(countedVolumes(pixels), 1)
        : byClass(pixels, 0, 1).reshape([1, pixels.shape[1]]);
      const overlap = totalOverClasses(right.mul(weight), pixels);
      const errors = byVolume ? totalOverClasses(wrong.mul(weight), pixels) : wrong.sum(1);
      return errorShare(overlap.mul(2), errors, smooth);
    },
  );
