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
    const felt = share === 0 ? "Every pixel feels" : `All but ${formatPercent(share)} of the pixels feel`;
    return `${felt} the gradient: the whole image is pulled at, easy pixels too.`;
  }
  return (
    `${formatPercent(share)} of the pixels feel next to nothing, ` +
    "at most a thousandth of the largest gradient."
  );
}

/** How hard a class pulls on the logit where it is most wrong, against where it pulls hardest. */
export interface Pull {
  /** Probability of the strongest pull. */
  readonly peak: number;
  /** Most wrong probability of the curve. */
  readonly worst: number;
  /** Pull there over the strongest, 0 to 1. */
  readonly share: number;
  /** True when some part of the curve pushes away from the target. */
  readonly wrongWay: boolean;
}

/** The pull of a class, from its curve; `undefined` where the curve has no pull, or no numbers. */
export function pullOf(curves: LossCurves, foreground: boolean): Pull | undefined {
  const { probability, gradient, gradientOf } = curves;
  const slopes = foreground ? gradient.foreground : gradient.background;
  // By the chain rule, d loss / d logit = p (1 - p) d loss / d p.
  const pulls = probability.map((p, i) =>
    gradientOf === "probabilities" ? slopes[i] * p * (1 - p) : slopes[i],
  );
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

/** What a loss does with mistakes that are sure: a pull of half the strongest and more, of 15 % and more, or less. */
export type Grip = "holds" | "loosens" | "lets go";

/** How a pull ends where a class is most wrong. */
export function gripOf({ share }: Pull): Grip {
  if (share >= 0.5) return "holds";
  return share >= 0.15 ? "loosens" : "lets go";
}

function readPull(who: string, pull: Pull): string {
  const { peak, worst, share } = pull;
  // No line break inside "p = 0.5".
  const place = (p: number) => `p\u00a0=\u00a0${formatNumber(p, 2)}`;
  const at = place(worst);
  const grip = gripOf(pull);
  if (grip === "holds") return `${who} is pulled hard however sure the mistake (${at}).`;
  const there = `strongest at ${place(peak)}`;
  const rest = `${formatPercent(share)} of that at ${at}`;
  if (grip === "loosens") return `${who} is pulled ${there}, with ${rest}.`;
  return `${who} is pulled ${there}, but with only ${rest}: sure mistakes mend slowly.`;
}

function readPulls(foreground: Pull | undefined, background: Pull | undefined): string[] {
  const sentences: string[] = [];
  if (foreground !== undefined && background !== undefined && gripOf(foreground) === gripOf(background)) {
    // One sentence when both classes are alike, mirrored about p = 1/2.
    const mirrored =
      Math.abs(foreground.share - background.share) < 0.02 &&
      Math.abs(foreground.peak + background.peak - 1) < 0.05;
    if (gripOf(foreground) === "holds") {
      sentences.push("Mistakes in either class are pulled hard however sure they are.");
    } else if (mirrored) {
      sentences.push(readPull("A missed pixel, and likewise a false alarm,", foreground));
    }
  }
  if (sentences.length === 0) {
    if (foreground !== undefined) sentences.push(readPull("A missed foreground pixel", foreground));
    if (background !== undefined) sentences.push(readPull("A false alarm in the background", background));
  }
  const labels = [background?.wrongWay ? "0" : "", foreground?.wrongWay ? "1" : ""].filter((label) => label);
  if (labels.length > 0) {
    sentences.push(`In part of the range, target ${labels.join(" and ")} is pushed away from its label.`);
  }
  return sentences;
}

/**
 * A few sentences on a loss: how many pixels its gradient reaches, and whether it lets go of mistakes
 * that are made with confidence. Empty when nothing was measured.
 */
export function readingOf({ vanishingShare, curves }: StudyLoss): string[] {
  const sentences: string[] = [];
  if (vanishingShare !== undefined) sentences.push(readMap(vanishingShare));
  if (curves !== undefined) sentences.push(...readPulls(pullOf(curves, true), pullOf(curves, false)));
  return sentences;
}
