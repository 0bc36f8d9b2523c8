import { ones } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import type { SharedName, SharedOptions } from "../shared/options.ts";
import { complement, type Pixels, ratio } from "../shared/pixels.ts";

/** Options of {@link affinityLoss} beside the shared ones. */
export interface AffinityOptions
  extends Omit<SharedOptions, "aggregate" | "classWeights" | "includeBackground"> {
  /** Pixels are paired with those up to this far along every axis. An integer from 1. @defaultValue 1 */
  readonly radius?: number;
}

/** Whether two pixels are alike is a matter of all classes together: none can be weighed, or left out. */
const PAIR_LOSS: readonly SharedName[] = ["input", "mode", "reduction", "ignoreIndex", "pixelWeights"];

/** From a pixel to another, each pair once: the first step that is not 0 is forward. */
function stepsWithin(radius: number, space: readonly number[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  let steps: number[][] = [[]];
  for (const size of space) {
    // No pair is further apart than the image is long.
    const possible = lengths.filter((length) => Math.abs(length) < size);
    steps = steps.flatMap((step) => possible.map((length) => [...step, length]));
  }
  return steps.filter((step) => (step.find((length) => length !== 0) ?? 0) > 0);
}

/** Both ends of all pairs that lie a step apart. */
type Ends = (x: Tensor) => readonly [Tensor, Tensor];

function pairsApart(step: readonly number[]): Ends {
  const end = (x: Tensor, sign: number) =>
    x.slice([
      [0],
      [0],
      ...step.map((length, axis): [number, number] => {
        const size = x.shape[axis + 2];
        return [Math.max(0, -sign * length), size - Math.max(0, sign * length)];
      }),
    ]);
  return (x) => [end(x, 1), end(x, -1)];
}

/** log (exp u + exp v), finite where u and v are. */
const logOfSum = (u: Tensor, v: Tensor): Tensor => u.add(v.sub(u).softplus());

/** Cross entropy of "of one class", for pairs of pixels: `[n, c, ...pairs]`, of exclusive classes `[n, 1, ...pairs]`. */
function pairCrossEntropy(pixels: Pixels): (ends: Ends) => Tensor {
  const { logP, logQ, g, mode } = pixels;
  return (ends) => {
    const [[p, other], [q, otherQ], [here, there]] = [ends(logP), ends(logQ), ends(g)];
    const charge = (same: Tensor, logSame: Tensor, logOther: Tensor) =>
      same.mul(logSame).add(complement(same).mul(logOther)).neg();
    if (mode === "multiclass") {
      const same = here.mul(there).sum(1, true);
      // 1 - sum p p' = sum p (1 - p'): nothing cancels.
      return charge(same, p.add(other).logSumExp(1, true), p.add(otherQ).logSumExp(1, true));
    }
    const same = here.mul(there).add(complement(here).mul(complement(there)));
    return charge(same, logOfSum(p.add(other), q.add(otherQ)), logOfSum(p.add(otherQ), q.add(other)));
  };
}

/** What each pixel counts, one number for all exclusive classes. */
function pixelWeight({ weight, mode, g }: Pixels): Tensor | null {
  if (weight === null || mode !== "multiclass" || weight.shape[1] === 1) return weight;
  return weight.mul(g).sum(1, true);
}

/**
 * Affinity loss: cross entropy of whether two neighbouring pixels are of the same class, for all pairs. A regulariser,
 * which sees borders and not classes.
 *
 * `L = mean over pairs (i, j) of -b log a - (1 - b) log (1 - a)`, `a = sum_c p_ci p_cj`, `b = sum_c g_ci g_cj`
 *
 * Symbols: p predicted, g target share, c over exclusive classes, or over a channel and its complement where channels
 * are independent: then a is p p' + (1 - p) (1 - p'). So a is the probability that both pixels are of one class, if they
 * are drawn independently, and b tells it of hard targets. Pairs are all that lie up to `radius` apart along every axis: of
 * each pixel its 8 neighbours in 2-D, 26 in 3-D. Both probabilities are summed in logarithms, from logits.
 *
 * CoinCheung's code, from which it comes, takes the product of logits for the logit of the affinity, and every pair of
 * a window of 3 by 3 once for each window, each pixel with itself included. Zhao et al. compare the whole image's pairs,
 * with an affinity that the network predicts beside the classes.
 *
 * A mask and its complement have the same affinities, as have classes that are exchanged; meant as a part beside a loss
 * that tells them apart: `weightedSum([[diceLoss, 1], [affinityLoss, 0.5]])`. Exclusive classes join: `reduction:
 * "none"` gives `[n, 1]`. A pair counts as much as the product of its pixels' weights.
 *
 * One-class images: all pairs should be alike, so pixels are drawn to what their neighbours are.
 *
 * Kin: {@link totalVariationLoss} draws neighbours together everywhere, {@link binaryCrossEntropyLoss} is the same of
 * single pixels.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `classWeights`, `includeBackground` and `aggregate`: a pair belongs to all classes,
 *   and to its image
 * @see Yu et al. 2020 (arXiv 2004.01547), eq. 2; Ke et al. 2018 (arXiv 1803.10335)
 * @example
 * ```ts
 * import { affinityLoss, tensor } from "segtape";
 * const options = { input: "probabilities" } as const;
 * const loss = affinityLoss(tensor([[[0.8, 0.4]]]), tensor([[[1, 0]]]), options);
 * await loss.item(); // -log(1 - 0.8 * 0.4 - 0.2 * 0.6) = -log 0.56 = 0.5798...
 * ```
 */
export const affinityLoss: Loss<AffinityOptions> = defineLoss<AffinityOptions>(
  "affinityLoss",
  {
    title: "Affinity",
    family: "structure",
    summary: "Cross entropy of whether neighbouring pixels are of the same class, whichever it is.",
    formula:
      "L = mean over pairs of -b log a - (1 - b) log (1 - a), a = sum_c p_ci p_cj, b = sum_c g_ci g_cj",
    latex:
      "L = -\\frac{1}{|P|}\\sum_{(i,j) \\in P} b_{ij}\\log a_{ij} + (1 - b_{ij})\\log(1 - a_{ij})," +
      "\\quad a_{ij} = \\sum_c p_{ci} p_{cj}",
    source: "Yu et al. 2020, eq. 2",
    shared: PAIR_LOSS,
    options: {
      radius: { default: 1, min: 1, integer: true, doc: "how far apart the pixels of a pair may be" },
    },
  },
  (pixels, { radius }) => {
    const { space, spaceAxes } = pixels;
    const crossEntropy = pairCrossEntropy(pixels);
    const weight = pixelWeight(pixels) ?? ones([1, 1, ...space]);
    const parts = stepsWithin(radius, space).map((step) => {
      const ends = pairsApart(step);
      const [one, other] = ends(weight);
      const both = one.mul(other);
      return { total: crossEntropy(ends).mul(both).sum(spaceAxes), count: both.sum(spaceAxes) };
    });
    // A single pixel has nobody to be compared with.
    if (parts.length === 0) return pixels.mean(pixels.p).mul(0);
    const sum = (values: readonly Tensor[]) => values.reduce((a, b) => a.add(b));
    return ratio(sum(parts.map(({ total }) => total)), sum(parts.map(({ count }) => count)), 0);
  },
);
