/** Whether a descent still gets anywhere, in plain words and with the reason. */
import type { Reading } from "./frame.ts";
import type { Summary } from "./summary.ts";

export interface Verdict {
  readonly kind: "moving" | "done" | "stalled";
  readonly text: string;
}

/** Steps that a judgement looks back. */
export const WINDOW = 100;
/** Steps that tell whether pixels creep. */
const CREEP_WINDOW = 20;
/** Logits that move less than this a step take a thousand steps for what a pixel notices, a change by 1. */
const CREEP = 1e-3;
/** Cross entropy pulls at a pixel that is not settled with 1/4 to 1: a loss with less than this leaves it be. */
const WEAK_PULL = 0.01;
/** A fall of the loss below this share of its whole range is none. */
const LEAST_FALL = 1e-3;
/** Probabilities of an open pixel beyond which the sigmoid passes less than a twelfth of what it does at 1/2. */
const FLAT_LEVEL = 5;

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

const short = (value: number): string => (value === 0 ? "0" : String(Number(value.toPrecision(2))));

const pixels = (count: number): string => (count === 1 ? "1 pixel is open" : `${count} pixels are open`);

/** The share of open pixels that are so sure, and wrong, that the sigmoid passes next to no gradient. */
export function flatShare(levels: Uint8Array, since: Float32Array): number {
  let [open, flat] = [0, 0];
  for (let i = 0; i < levels.length; i++) {
    if (since[i] >= 0) continue;
    open++;
    if (levels[i] <= FLAT_LEVEL || levels[i] >= 255 - FLAT_LEVEL) flat++;
  }
  return open === 0 ? 0 : flat / open;
}

function whyCreeping({ openPull }: Reading, flat: number): string {
  if (openPull >= WEAK_PULL)
    return `The loss pulls at them (${short(openPull)}), but the steps are small: a larger learning rate would help.`;
  const pull = `The loss hardly pulls at them (${short(openPull)}, where cross entropy pulls with 0.25 to 1)`;
  return flat >= 0.5
    ? `${pull}: most are so sure of the wrong class that the sigmoid passes next to nothing on.`
    : `${pull}: it is content with them as they are, or its pulls at them cancel.`;
}

/**
 * The judgement of a descent from its last steps, at most {@link WINDOW} + 1 of them, oldest first. It is stalled where
 * pixels are open and: nothing pulls at any pixel; or the open pixels creep; or, over the whole window, neither the
 * loss has fallen nor have more pixels become settled, the mean of its second half against that of its first.
 *
 * @param flat - see {@link flatShare}; asked only where it matters
 */
export function verdictOf(recent: readonly Reading[], summary: Summary, flat: () => number): Verdict {
  const last = recent[recent.length - 1];
  if (last.open === 0) return { kind: "done", text: "Done: every pixel is settled." };
  const open = pixels(last.open);
  if (last.pull === 0)
    return { kind: "stalled", text: `Stalled: the gradient is 0 at every pixel, nothing can move. ${open}.` };
  const creep = recent.slice(-CREEP_WINDOW);
  const way = mean(creep.map((reading) => reading.way));
  if (creep.length === CREEP_WINDOW && creep[0].step > 0 && way < CREEP) {
    const pace =
      way === 0
        ? "they do not move at all."
        : `they move by ${short(way)} a step, so a change of a logit by 1 takes ${Math.round(1 / way)} steps.`;
    return { kind: "stalled", text: `Stalled: ${open}, and ${pace} ${whyCreeping(last, flat())}` };
  }
  if (recent.length > WINDOW) {
    const middle = recent.length >> 1;
    const [early, late] = [recent.slice(0, middle), recent.slice(middle)];
    const fall = mean(early.map(({ value }) => value)) - mean(late.map(({ value }) => value));
    const settled = mean(early.map((reading) => reading.open)) - mean(late.map((reading) => reading.open));
    const range = summary.highest - summary.lowest;
    if (settled < 0.5 && fall < -10 * LEAST_FALL * range)
      return {
        kind: "stalled",
        text: `Stalled: ${open}, and for ${WINDOW} steps the loss has been rising. A smaller learning rate would help.`,
      };
    if (settled < 0.5 && fall < LEAST_FALL * range)
      return {
        kind: "stalled",
        text: `Stalled: ${open}, and for ${WINDOW} steps neither has the loss fallen nor have more settled, although they move by ${short(way)} a step: they swing to and fro, or the loss wants something else there.`,
      };
  }
  return { kind: "moving", text: `${last.step === 0 ? "At the start" : "Moving"}: ${open}.` };
}
