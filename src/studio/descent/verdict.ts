/** Whether a descent still gets anywhere, in plain words and with the reason. */
import type { Reading } from "./frame.ts";
import type { Summary } from "./summary.ts";

export interface Verdict {
  readonly kind: "moving" | "done" | "stalled";
  /** How it stands. */
  readonly text: string;
  /** Why it is stalled; empty where it is not. */
  readonly reason: string;
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

const pixels = (count: number): string =>
  count === 1 ? "1 pixel is open" : `${count.toLocaleString("en")} pixels are open`;

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
  if (last.open === 0) return { kind: "done", text: "Done: every pixel is settled.", reason: "" };
  const reason = whyStalled(recent, summary, flat);
  const word = reason !== "" ? "Stalled" : last.step === 0 ? "At the start" : "Moving";
  return { kind: reason === "" ? "moving" : "stalled", text: `${word}: ${pixels(last.open)}.`, reason };
}

/** The reason in words; empty where it gets on. */
function whyStalled(recent: readonly Reading[], { highest, lowest }: Summary, flat: () => number): string {
  const last = recent[recent.length - 1];
  if (last.pull === 0) return "The gradient is 0 at every pixel: nothing can move.";
  const creep = recent.slice(-CREEP_WINDOW);
  const way = mean(creep.map((reading) => reading.way));
  // Nothing has moved before step 1.
  if (creep.length === CREEP_WINDOW && creep[0].step > 0 && way < CREEP) {
    const pace =
      way === 0
        ? "They do not move."
        : `They move by ${short(way)} a step: for their logits to change by 1 takes ${Math.round(1 / way).toLocaleString("en")} steps.`;
    return `${pace} ${whyCreeping(last, flat())}`;
  }
  if (recent.length <= WINDOW) return "";
  const middle = recent.length >> 1;
  const fallOf = (what: (reading: Reading) => number) =>
    mean(recent.slice(0, middle).map(what)) - mean(recent.slice(middle).map(what));
  const fall = fallOf(({ value }) => value);
  const least = LEAST_FALL * (highest - lowest);
  if (fallOf(({ open }) => open) >= 0.5 || fall >= least) return "";
  return fall < -10 * least
    ? `For ${WINDOW} steps the loss has been rising: a smaller learning rate would help.`
    : `For ${WINDOW} steps neither has the loss fallen nor have more settled, although they move by ${short(way)} a step: they swing to and fro, or the loss wants something else there.`;
}
