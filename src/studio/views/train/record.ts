/** What the training has told so far. It is shown a few times a second: drawing each step would take time from the steps. */
import { batch, signal } from "@preact/signals";
import type { Curve } from "../../subject/training/curves.ts";
import type { TrainPart } from "../../worker/train-methods.ts";

/** Where the training is. */
export interface Progress {
  readonly step: number;
  readonly total: number;
  /** Seconds a step, and until the end, once they are known. */
  readonly pace: number | null;
  readonly left: number | null;
  readonly rate: number | null;
}

/** What the network says of the pictures shown. */
export interface Seen {
  readonly step: number;
  readonly dice: number;
  readonly predictions: readonly Uint8Array[];
}

/** Loss of each step, Dice of each measurement. */
export interface Curves {
  readonly loss: Curve;
  readonly dice: Curve;
}

const PAUSE = 250;

const noPoints = () => ({
  loss: { x: [] as number[], y: [] as number[] },
  dice: { x: [] as number[], y: [] as number[] },
});

/** A curve as far as a step: what was told beyond it is told again. */
function upTo({ x, y }: { x: number[]; y: number[] }, step: number): { x: number[]; y: number[] } {
  const count = x.filter((one) => one <= step).length;
  return { x: x.slice(0, count), y: y.slice(0, count) };
}

export const progress = signal<Progress | null>(null);
export const seen = signal<Seen | null>(null);
export const curves = signal<Curves>(noPoints());

let points = noPoints();
let latest: { readonly progress: Progress | null; readonly seen: Seen | null } = {
  progress: null,
  seen: null,
};
let waiting: ReturnType<typeof setTimeout> | undefined;

function showNow(): void {
  clearTimeout(waiting);
  waiting = undefined;
  const copy = ({ x, y }: Curve): Curve => ({ x: x.slice(), y: y.slice() });
  batch(() => {
    progress.value = latest.progress;
    seen.value = latest.seen;
    curves.value = { loss: copy(points.loss), dice: copy(points.dice) };
  });
}

/** Takes a word of the worker. */
export function receive(part: TrainPart): void {
  if (part.kind === "begun") {
    const { step, total } = part;
    points = step === 0 ? noPoints() : { loss: upTo(points.loss, step), dice: upTo(points.dice, step) };
    latest = { ...latest, progress: { step, total, pace: null, left: null, rate: null } };
  } else if (part.kind === "step") {
    const { step, rate, pace, left, loss } = part;
    points.loss.x.push(step);
    points.loss.y.push(loss);
    latest = { ...latest, progress: { step, rate, pace, left, total: latest.progress?.total ?? step } };
  } else {
    const { step, dice, predictions } = part;
    points.dice.x.push(step);
    points.dice.y.push(dice);
    latest = { ...latest, seen: { step, dice, predictions } };
  }
  waiting ??= setTimeout(showNow, PAUSE);
}

/** The training has ended: shows where, and that nothing is left. */
export function settle(): void {
  const { progress: at } = latest;
  latest = { ...latest, progress: at === null ? null : { ...at, left: null } };
  showNow();
}

/** Predictions of weights that were not trained just now, or of none. */
export function show(found: Seen | null): void {
  latest = { ...latest, seen: found };
  showNow();
}

/** Another training than the one told of. */
export function forget(): void {
  points = noPoints();
  latest = { ...latest, progress: null };
  showNow();
}
