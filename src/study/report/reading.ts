/** What the numbers of a loss say, in sentences: from its gradient map and its curves. */
import { formatNumber, formatPercent } from "../numbers.ts";
import type { LossCurves, StudyLoss } from "../types.ts";

function readMap(share: number): string {
  if (share >= 0.9) {
    return (
      `Only ${formatPercent(1 - share)} of the pixels feel a gradient worth the name (over a thousandth ` +
      "of the largest): this loss works on a few places and leaves the rest alone."
    );
  }
  if (share <= 0.1) {
    const felt = share === 0 ? "Every pixel" : `All but ${formatPercent(share)} of the pixels`;
    return `${felt} feel the gradient: the whole image is pulled at, easy pixels too.`;
  }
  return (
    `${formatPercent(share)} of the pixels feel next to nothing, ` +
    "at most a thousandth of the largest gradient."
  );
}

/** How hard a class pulls on the logit where it is most wrong, against where it pulls hardest. */
interface Pull {
  /** Probability of the strongest pull. */
  readonly peak: number;
  /** Most wrong probability of the curve. */
  readonly worst: number;
  /** Pull there over the strongest, 0 to 1. */
  readonly share: number;
  /** True when some part of the curve pushes away from the target. */
  readonly wrongWay: boolean;
}

function pullOf(curves: LossCurves, foreground: boolean): Pull | undefined {
  const { probability, gradient, gradientOf } = curves;
  const slopes = foreground ? gradient.foreground : gradient.background;
  // By the chain rule, d loss / d logit = p (1 - p) d loss / d p.
  const pulls = probability.map((p, i) => (gradientOf === "logits" ? slopes[i] : slopes[i] * p * (1 - p)));
  if (pulls.length === 0 || !pulls.every(Number.isFinite)) return undefined;
  const strengths = pulls.map(Math.abs);
  const strongest = Math.max(...strengths);
  if (strongest === 0) return undefined;
  const worst = foreground ? 0 : pulls.length - 1;
  // A target of 1 is reached by going up, against a negative slope.
  const towards = foreground ? -1 : 1;
  return {
    peak: probability[strengths.indexOf(strongest)],
    worst: probability[worst],
    share: strengths[worst] / strongest,
    wrongWay: pulls.some((pull) => pull * towards < -1e-3 * strongest),
  };
}

function readPull(pull: Pull, foreground: boolean): string {
  const { peak, worst, share, wrongWay } = pull;
  const who = foreground ? "A missed foreground pixel" : "A false alarm in the background";
  const at = `p = ${formatNumber(worst, 2)}`;
  const warning = wrongWay
    ? ` In part of the range, target ${foreground ? 1 : 0} is pushed away from its label.`
    : "";
  if (share >= 0.5) return `${who} is pulled at full strength however sure the mistake (${at}).${warning}`;
  const top = `strongest at p = ${formatNumber(peak, 2)}`;
  const rest = `${formatPercent(share)} of that at ${at}`;
  if (share >= 0.15) return `${who} is pulled ${top}, with ${rest}.${warning}`;
  return `${who} is pulled ${top}, but with only ${rest}: sure mistakes mend slowly.${warning}`;
}

/**
 * One to three sentences on a loss: how many pixels its gradient reaches, and whether it lets go of mistakes
 * that are made with confidence. Empty when nothing was measured.
 */
export function readingOf({ vanishingShare, curves }: StudyLoss): string[] {
  const sentences: string[] = [];
  if (vanishingShare !== undefined) sentences.push(readMap(vanishingShare));
  for (const foreground of [true, false]) {
    const pull = curves === undefined ? undefined : pullOf(curves, foreground);
    if (pull !== undefined) sentences.push(readPull(pull, foreground));
  }
  return sentences;
}
