import type { Tensor } from "../../tensor.ts";
import { charged } from "../shared/classes.ts";
import { defineLoss, type Loss, PIXEL_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { complement, type Pixels } from "../shared/pixels.ts";

/** What a label is mixed with: the prediction, or the class that it comes to. */
export type Bootstrapping = "soft" | "hard";

/** Options of {@link bootstrappedCrossEntropyLoss} beside the shared ones. */
export interface BootstrappedCrossEntropyOptions extends Omit<SharedOptions, "aggregate"> {
  /** What labels are mixed with: the prediction, or its most probable class. @defaultValue "soft" */
  readonly kind?: Bootstrapping;
  /**
   * Share of the label, `1 - beta` of the prediction. A number in 0 .. 1, or the paper's: 0.95 for soft
   * and 0.8 for hard bootstrapping.
   * @defaultValue "auto"
   */
  readonly beta?: "auto" | number;
}

const BETA: Readonly<Record<Bootstrapping, number>> = { soft: 0.95, hard: 0.8 };

/** 1 for the most probable class, over exclusive classes; equal ones share it. */
function mostProbable(p: Tensor): Tensor {
  const top = p.equal(p.max(1, true));
  return top.div(top.sum(1, true));
}

function exclusive(pixels: Pixels, kind: Bootstrapping, beta: number): Tensor {
  const { p, g, logP } = pixels.whole;
  const belief = kind === "soft" ? p : mostProbable(p);
  const label = g.mul(beta).add(belief.mul(1 - beta));
  return charged(label.mul(logP).sum(1, true).neg(), pixels);
}

function independent({ p, q, g, logP, logQ }: Pixels, kind: Bootstrapping, beta: number): Tensor {
  const hard = p.greater(q).add(p.equal(q).div(2));
  const [belief, doubt] = kind === "soft" ? [p, q] : [hard, complement(hard)];
  const label = g.mul(beta).add(belief.mul(1 - beta));
  const rest = complement(g)
    .mul(beta)
    .add(doubt.mul(1 - beta));
  return label.mul(logP).add(rest.mul(logQ)).neg();
}

/**
 * Bootstrapped cross entropy: labels are believed in part, the network's own prediction for the rest.
 *
 * `L = mean over pixels of -sum_c [b g_c + (1 - b) z_c] log p_c`, z = p (soft) or the most probable class (hard)
 *
 * Symbols: p predicted, g target share, b `beta`. One channel is the foreground of two classes. Soft
 * bootstrapping is `b CE + (1 - b) H`, H the entropy of the prediction, whose gradient flows through p both
 * times. Ports that stop it in z leave `b (p - g)`, cross entropy's gradient times b. The class z of hard
 * bootstrapping is a constant for derivatives; equally probable classes share it.
 *
 * The name has another meaning for segmentation: the online bootstrapping of Wu et al. 2016 is the mean over
 * the hardest pixels, {@link topKCrossEntropyLoss}.
 *
 * From logits, value and gradient are finite for every finite logit; probabilities of exactly 0 cost at most
 * 100. One-class images: each pixel counts for itself. With b from 0.5 every pixel is pulled towards its label;
 * a smaller b lets confident pixels keep their opinion.
 *
 * Kin: `beta: 1` is {@link binaryCrossEntropyLoss} or {@link categoricalCrossEntropyLoss};
 * {@link generalizedCrossEntropyLoss} and {@link symmetricCrossEntropyLoss} also distrust labels.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Reed et al. 2014 (arXiv 1412.6596), eq. 6 (soft) and 7 (hard)
 * @example
 * ```ts
 * import { bootstrappedCrossEntropyLoss, tensor } from "segtape";
 * const p = tensor([[[[0.25]]]]);
 * const options = { input: "probabilities", kind: "hard" };
 * await bootstrappedCrossEntropyLoss(p, tensor([[[[1]]]]), options).item(); // 0.8 log 4 + 0.2 log(4/3) = 1.1665...
 * ```
 */
export const bootstrappedCrossEntropyLoss: Loss<BootstrappedCrossEntropyOptions> =
  defineLoss<BootstrappedCrossEntropyOptions>(
    "bootstrappedCrossEntropyLoss",
    {
      title: "Bootstrapped cross entropy",
      family: "pixel",
      summary: "Cross entropy with labels that are believed in part, and the prediction for the rest.",
      formula: "L = mean of -sum_c [b g_c + (1 - b) z_c] log p_c, z = p or its most probable class",
      latex:
        "L = -\\frac{1}{N}\\sum_i\\sum_c \\left[\\beta g_{ic} + (1 - \\beta) z_{ic}\\right] \\log p_{ic}",
      source: "Reed et al. 2014, eq. 6 and 7",
      constants: "the most probable class, of hard bootstrapping",
      shared: PIXEL_LOSS,
      options: {
        kind: { default: "soft", choices: ["soft", "hard"], doc: "what labels are mixed with" },
        beta: {
          default: "auto",
          choices: ["auto"],
          min: 0,
          max: 1,
          doc: "share of the label; auto: 0.95 for soft, 0.8 for hard",
        },
      },
    },
    (pixels, { kind, beta }) => {
      const mix = pixels.mode === "multiclass" ? exclusive : independent;
      return mix(pixels, kind, beta === "auto" ? BETA[kind] : beta);
    },
  );
