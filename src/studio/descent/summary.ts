/** What there is to say of a whole descent: when it passed what, and what it saw to first. */
import type { Reading } from "./frame.ts";

/** Dice to be reached. */
export const DICE_MARKS = [0.5, 0.8, 0.95] as const;

/** A descent so far. */
export interface Summary {
  readonly first: Reading;
  readonly last: Reading;
  /** Values of the loss. */
  readonly lowest: number;
  readonly highest: number;
  /** The first step with at least the Dice of {@link DICE_MARKS}, `null` before. */
  readonly diceSteps: readonly (number | null)[];
  /** The first step with at least half of what was open at the start settled, `null` before. */
  readonly foregroundHalf: number | null;
  readonly backgroundHalf: number | null;
}

const half = (start: number, now: number, step: number): number | null =>
  now >= (1 + start) / 2 ? step : null;

/** The summary with one more step; of the first step where there is none yet. */
export function withReading(before: Summary | null, reading: Reading): Summary {
  const first = before?.first ?? reading;
  const { step, value, dice } = reading;
  return {
    first,
    last: reading,
    lowest: Math.min(before?.lowest ?? value, value),
    highest: Math.max(before?.highest ?? value, value),
    diceSteps: DICE_MARKS.map((mark, i) => before?.diceSteps[i] ?? (dice >= mark ? step : null)),
    foregroundHalf: before?.foregroundHalf ?? half(first.foreground, reading.foreground, step),
    backgroundHalf: before?.backgroundHalf ?? half(first.background, reading.background, step),
  };
}

/** Halves this near to one another are reached together. */
const TOGETHER = 1.25;

/** What the loss has seen to first, in a sentence. */
export function firstCare({ first, last, foregroundHalf: inside, backgroundHalf: outside }: Summary): string {
  if (first.open === 0) return "Every pixel is settled from the start.";
  if (last.step === 0) return "Play to see what it sees to first.";
  if (first.foreground === 1) return alone("background", outside);
  if (first.background === 1) return alone("foreground", inside);
  if (inside === null && outside === null)
    return "Neither half of the open foreground nor half of the open background is settled yet.";
  if (outside === null)
    return `Foreground first: half of it settled by step ${inside}, of the background not yet.`;
  if (inside === null)
    return `Background first: half of it settled by step ${outside}, of the foreground not yet.`;
  const steps = `half of the open foreground settled by step ${inside}, of the background by step ${outside}.`;
  const [less, more] = [Math.min(inside, outside), Math.max(inside, outside)];
  if (more <= TOGETHER * less) return `Both alike: ${steps}`;
  return `${inside < outside ? "Foreground" : "Background"} first: ${steps}`;
}

const alone = (side: string, step: number | null): string =>
  step === null
    ? `Only ${side} was open; half of it is not settled yet.`
    : `Only ${side} was open; half of it settled by step ${step}.`;
