/** Structural similarity of two maps, as errors: what SSIM and its multi-scale form are made of. */
import type { Tensor } from "../../tensor.ts";
import type { OptionSpec, SharedName, SharedOptions } from "./options.ts";
import { gaussian, half, mirrored, type Padding, SIGMA, WINDOW_SIZE, windowed } from "./windows.ts";

/** What both losses take to look at windows. */
export interface SimilarityOptions {
  /** Length of the window along each axis, odd. @defaultValue 11 */
  readonly windowSize?: number;
  /** Deviation of the Gaussian window. Above 0. @defaultValue 1.5 */
  readonly sigma?: number;
  /** Keeps the comparison of means finite: `C1 = k1^2`. Above 0. @defaultValue 0.01 */
  readonly k1?: number;
  /** Keeps the comparison of variances finite: `C2 = k2^2`. Above 0. @defaultValue 0.03 */
  readonly k2?: number;
  /** What lies beyond the image: whole windows only, zeros, or its mirror image. @defaultValue "valid" */
  readonly padding?: Padding;
}

export const SIMILARITY: { readonly [K in keyof SimilarityOptions]-?: OptionSpec } = {
  windowSize: WINDOW_SIZE,
  sigma: SIGMA,
  k1: { default: 0.01, min: 0, exclusiveMin: true, doc: "keeps the comparison of means finite" },
  k2: { default: 0.03, min: 0, exclusiveMin: true, doc: "keeps the comparison of variances finite" },
  padding: { default: "valid", choices: ["valid", "zero", "reflect"], doc: "what lies beyond the image" },
};

/** Shared options of losses that look through windows. */
export type WindowSharedOptions = Omit<SharedOptions, "aggregate" | "ignoreIndex" | "pixelWeights">;

/** A window looks at all its pixels alike: there is no leaving one out, and no ratio to aggregate. */
export const WINDOW_LOSS: readonly SharedName[] = [
  "input",
  "mode",
  "reduction",
  "classWeights",
  "includeBackground",
];

/** Maps of `[n, c, ...space]`, both 0 where two images agree. */
export interface SimilarityErrors {
  /** `1 - (2 m_p m_g + C1) / (m_p^2 + m_g^2 + C1)`: how far apart local means are. */
  readonly luminance: Tensor;
  /** `1 - (2 s_pg + C2) / (s_p^2 + s_g^2 + C2)`: how far local variations are from going together. */
  readonly structure: Tensor;
}

/** The largest window that an axis has room for. */
function fitting(length: number, windowSize: number, padding: Padding): number {
  const room =
    padding === "zero" ? windowSize : padding === "reflect" ? 2 * length - 1 : length - 1 + (length % 2);
  return Math.min(windowSize, room);
}

/**
 * Errors of local means and variations, each from 0 to 2.
 *
 * `2 a b = a^2 + b^2 - (a - b)^2` turns both fractions into
 * `1 - (spread of the difference) / (spread of both)`, so errors come out directly, without a difference of
 * numbers near 1; four windowed means do for everything. Maps are centred at 1/2 first: variances as
 * `E x^2 - (E x)^2` then keep their digits in float32.
 */
export function similarityErrors(
  p: Tensor,
  g: Tensor,
  options: Required<SimilarityOptions>,
): SimilarityErrors {
  const { windowSize, sigma, k1, k2, padding } = options;
  const sizes = p.shape.slice(2).map((length) => fitting(length, windowSize, padding));
  const windows = sizes.map((size) => gaussian(size, sigma));
  const local = (x: Tensor) => windowed(x, windows, () => 0);
  const framed = (x: Tensor) => {
    const centred = x.sub(0.5);
    if (padding === "valid") return centred;
    if (padding === "reflect") return mirrored(centred, sizes);
    // Beyond the image is 0, which is -1/2 once centred.
    return centred.pad([[0, 0], [0, 0], ...sizes.map((size) => [half(size), half(size)] as const)], -0.5);
  };
  const [x, y] = [framed(p), framed(g)];
  const [meanX, meanY] = [local(x), local(y)];
  const meanGap = meanX.sub(meanY).square();
  const meanPower = meanX.add(0.5).square().add(meanY.add(0.5).square());
  const gap = local(x.sub(y).square()).sub(meanGap);
  const power = local(x.square().add(y.square())).sub(meanX.square()).sub(meanY.square());
  return { luminance: meanGap.div(meanPower.add(k1 ** 2)), structure: gap.div(power.add(k2 ** 2)) };
}

/** `1 - l s` of the errors of l and s. */
export function joined({ luminance, structure }: SimilarityErrors): Tensor {
  return luminance.add(structure).sub(luminance.mul(structure));
}
