/** From what was measured of a loss to what it is worth for a need, and the reason in words. */
import { formatNumber } from "../numbers.ts";
import { percent, ratioText } from "../tools/shared/words.ts";
import type { NeedName } from "./needs.ts";
import type { Stage } from "./scenes.ts";
import { type LossTraits, MOST_TIMES } from "./traits.ts";

/** A judgement: from 0 to 1, and why. */
export interface Judgement {
  readonly score: number;
  readonly reason: string;
}

/** What the scenes were drawn with, and how many classes there are. */
export type Numbers = Stage["drawn"] & { readonly classes: number };

const capped = (x: number | null) => Math.min(1, Math.max(0, x ?? 0));
const geometric = (a: number, b: number) => Math.sqrt(a * b);
const share = (x: number | null) => (x === null ? "none" : percent(x));
/** A part or a multiple of another cost. */
function partOf(x: number | null): string {
  if (x === null) return "an unknown part of";
  if (Math.abs(x - 1) < 0.03) return "about";
  return x < 1 ? `${percent(x)} of` : `${formatNumber(x, 2)} times`;
}

/** What is left of a pull. */
const kept = (x: number | null) => ((x ?? 0) >= 0.995 ? "all of" : `${share(x)} of`);

/** What compares two costs. */
function times(x: number | null): string {
  if (x === null) return "an unknown part of";
  if (Math.abs(x - 1) < 0.02) return "as much as";
  return `${x >= MOST_TIMES ? `over ${MOST_TIMES}` : formatNumber(x, 2)} times as much as`;
}

/** A loss that keeps less of its pull has let go. */
export const LET_GO = 0.02;

/** A false alarm below this part of a miss is next to free. */
const FREE = 0.05;

function rare({ pull, nothing, grip, falseAlarm }: LossTraits, { share: of }: Numbers): Judgement {
  // Paid for with false alarms: half of the mark, at most.
  const alarm = 0.5 + 0.5 * capped((falseAlarm ?? 1) / FREE);
  const free =
    falseAlarm !== null && falseAlarm < FREE
      ? `; a false alarm costs ${ratioText(falseAlarm)} of a miss`
      : "";
  return {
    score: geometric(capped(nothing), capped(grip)) * alarm,
    reason: `at ${percent(of)} foreground it gives the foreground ${share(pull)} of the pull; predicting nothing costs ${partOf(nothing)} what being undecided costs, and a pixel missed for sure keeps ${kept(grip)} its pull${free}`,
  };
}

function common({ everything, release }: LossTraits, { share: of }: Numbers): Judgement {
  return {
    score: geometric(capped(everything), capped(release)),
    reason: `with ${percent(of)} foreground, calling everything foreground costs ${partOf(everything)} what being undecided costs, and from there a background pixel keeps ${kept(release)} its pull`,
  };
}

function small({ smallMissed, grip }: LossTraits, { small: few, large }: Numbers): Judgement {
  const fair = few / (few + large);
  const letGo = (grip ?? 0) < LET_GO;
  const told = Math.min(1, Math.max(smallMissed ?? 0, fair));
  return {
    // Charged, but never found again: half of the mark.
    score: (1 - Math.log(told) / Math.log(fair)) * (letGo ? 0.5 : 1),
    reason: `missing an object of ${few} pixels beside one of ${large} costs ${share(smallMissed)} of missing both; it has ${percent(fair)} of the pixels${letGo ? `, and once missed for sure one keeps ${kept(grip)} its pull` : ""}`,
  };
}

function thin({ gap }: LossTraits, { line }: Numbers): Judgement {
  return {
    score: capped(Math.log2(Math.max(1, gap ?? 1))),
    reason: `a gap in a line of ${line} pixels costs ${times(gap)} equally many pixels missing along its rim`,
  };
}

function empty({ emptyPull, emptyGrip }: LossTraits): Judgement {
  return {
    score: geometric(capped(emptyPull), capped(emptyGrip)),
    reason: `an image with nothing in it has ${kept(emptyPull)} the pull of one with an object, and a sure false alarm there keeps ${kept(emptyGrip)} its own`,
  };
}

function boundary({ edge, far }: LossTraits): Judgement {
  const [near, away] = [edge, far].map((x) => Math.log2(Math.max(1, x ?? 1)));
  return {
    score: Math.min(1, Math.max(near, away / 2)),
    reason: `a pixel missed along the border costs ${times(edge)} one of an object missed whole, and a false spot far away ${times(far)} one nearby`,
  };
}

function classes({ rarestPull, rarestMissed, grip }: LossTraits, { classes: count }: Numbers): Judgement {
  return {
    score: geometric(capped(count * (rarestMissed ?? 0)), capped(grip)),
    reason: `never predicting the rarest class costs ${partOf(rarestMissed)} what being undecided costs; undecided, its pixels get ${share(rarestPull)} of the pull, and one that is missed for sure keeps ${kept(grip)} its own`,
  };
}

/** Judges, by need. */
export const JUDGES: Readonly<Record<NeedName, (traits: LossTraits, drawn: Numbers) => Judgement>> = {
  rare,
  common,
  small,
  thin,
  empty,
  boundary,
  classes,
};
