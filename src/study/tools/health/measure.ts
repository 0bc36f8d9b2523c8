/** What health measures of a loss: float32 against float64, and logits that grow surer. */
import { seededRandom } from "../../../random.ts";
import { type Answer, isFiniteAnswer } from "../shared/probe.ts";
import { growth, maskOf } from "../shared/scenes.ts";
import type { LossName, ToolData } from "../tool.ts";
import type { SizeLimits } from "./size-limits.ts";

/** The pull on pixels that are surely wrong, at each scale: mean |gradient|; `null` where it is not finite. */
export interface WrongPull {
  /** On foreground that is predicted as background. */
  readonly missed: readonly (number | null)[];
  /** On background that is predicted as foreground. */
  readonly invented: readonly (number | null)[];
}

/** What `studyTools.health` measures of one loss. */
export interface HealthRow extends LossName {
  /** Pixels a side of the scenes of sure pixels, and width of the pair, made smaller where it is large. */
  readonly side: number;
  readonly width: number;
  /** On the pair, in float64. */
  readonly value: number;
  /** On the pair: |float32 - float64| over |float64|; `null` where float32 is not finite, or float64 is 0. */
  readonly valueError: number | null;
  /** On the pair: the largest difference of two entries over the largest entry; `null` as before. */
  readonly gradientError: number | null;
  /** On the pair: share of the entries that are 0 in float32 but not in float64. */
  readonly underflow: number;
  readonly float32: WrongPull;
  readonly float64: WrongPull;
  /** First scale at which the pull on missed or invented pixels is below a thousandth of its strongest. */
  readonly fadesAt: number | null;
  /** First scale at which it has become 0 in float32, for all of either kind. */
  readonly silentAt: number | null;
  /** First scale at which value or gradient are not finite in float32, and in float64. */
  readonly breaksAt: number | null;
  readonly breaksAt64: number | null;
  /** Pixels of the largest image; `null` within where there is no limit, for both where they cannot be told. */
  readonly largest: SizeLimits | null;
}

/** What `studyTools.health` measures. */
export interface HealthData extends ToolData<HealthRow> {
  readonly scales: readonly number[];
  /** Executors compared. */
  readonly executors: readonly [float32: string, float64: string];
}

/** A pull below this share of its strongest is no help any more. */
export const FADED = 1e-3;
/** A lesion of a fifth of the scene, and which of its pixels are wrong: one of eight. */
export function sceneOf(side: number, seed: number) {
  const random = seededRandom(seed);
  const target = maskOf(
    side * side,
    growth(side, seed, { x: 0, y: 0 }).subarray(0, Math.round(0.2 * side * side)),
  );
  const wrong = target.map(() => Number(random.uniform(0, 1) < 1 / 8));
  // Pixels of equal logits would be ordered by their place.
  const sure = target.map((g, i) => (g === wrong[i] ? -1 : 1) * random.uniform(0.99, 1));
  return { target, wrong, sure };
}

/** A scene with what is known of its pixels. */
export type SceneParts = ReturnType<typeof sceneOf>;

function pullOf({ gradient }: Answer, { target, wrong }: SceneParts, label: 0 | 1): number | null {
  let [sum, count] = [0, 0];
  target.forEach((g, i) => {
    if (g !== label || wrong[i] === 0) return;
    sum += Math.abs(gradient[i]);
    count++;
  });
  return Number.isFinite(sum) ? sum / count : null;
}

export const pullsOf = (answers: readonly Answer[], stage: SceneParts): WrongPull => ({
  missed: answers.map((answer) => pullOf(answer, stage, 1)),
  invented: answers.map((answer) => pullOf(answer, stage, 0)),
});

export function errorsOf(
  rough: Answer,
  exact: Answer,
): Pick<HealthRow, "valueError" | "gradientError" | "underflow"> {
  let [largest, difference, lost] = [0, 0, 0];
  for (let i = 0; i < exact.gradient.length; i++) {
    const [a, b] = [rough.gradient[i], exact.gradient[i]];
    largest = Math.max(largest, Math.abs(b));
    difference = Math.max(difference, Math.abs(a - b));
    if (a === 0 && b !== 0) lost++;
  }
  const relative = (error: number, of: number) => (of > 0 && Number.isFinite(error) ? error / of : null);
  return {
    valueError: relative(Math.abs(rough.value - exact.value), Math.abs(exact.value)),
    gradientError: relative(difference, largest),
    underflow: lost / exact.gradient.length,
  };
}

/** The first scale, past that of the strongest pull, for which either kind of wrong pixel is as told. */
export function firstScale(
  { missed, invented }: WrongPull,
  scales: readonly number[],
  told: (pull: number, strongest: number) => boolean,
): number | null {
  const places = [missed, invented].flatMap((pulls) => {
    const strongest = Math.max(0, ...pulls.map((pull) => pull ?? 0));
    if (strongest === 0) return [];
    const peak = pulls.indexOf(strongest);
    return pulls.flatMap((pull, i) => (i > peak && pull !== null && told(pull, strongest) ? [i] : []));
  });
  return places.length === 0 ? null : scales[Math.min(...places)];
}

export function breakOf(answers: readonly Answer[], scales: readonly number[]): number | null {
  const at = answers.findIndex((answer) => !isFiniteAnswer(answer));
  return at < 0 ? null : scales[at];
}
