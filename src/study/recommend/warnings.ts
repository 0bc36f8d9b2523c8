/** What the numbers speak against. */
import { about, one, percent } from "../tools/shared/words.ts";
import type { LossName, ToolFinding } from "../tools/tool.ts";
import { LET_GO } from "./judge.ts";
import type { MaskMeasures } from "./measures.ts";
import { focusOf, type NeedName } from "./needs.ts";
import type { LossTraits } from "./traits.ts";

/** A loss and what was measured of it. */
export interface Traited extends LossName {
  readonly traits: LossTraits;
}

/** Everything foreground must cost clearly less than being undecided to be where a training ends. */
const SAVING = 0.95;
/** Predicting nothing that costs less than this of being undecided looks like success. */
const CHEAP = 0.15;
/** Pull on a missed pixel that is too little to start from. */
const WEAK = 0.1;
/** An image that pulls with less than this part of another's pull has no say. */
const SILENT = 0.01;

type Numbers = readonly (number | null)[];
const known = (list: Numbers) => list.map((x) => Math.max(0, x ?? 0));
const least = (list: Numbers) => percent(Math.min(...known(list)));
const most = (list: Numbers) => percent(Math.max(...known(list)));
/** One number, or the two ends of several. */
const between = (list: Numbers) =>
  least(list) === most(list) ? least(list) : `${least(list)} to ${most(list)}`;

/** Losses of overlap alone that end with everything foreground. */
function everythingForeground(rows: readonly Traited[], { classes }: MaskMeasures): ToolFinding[] {
  const [background, foreground] = classes.map(({ name }) => name);
  const stuck = rows.filter(
    ({ traits: { everything, release } }) =>
      everything !== null && everything < SAVING && release !== null && release < LET_GO,
  );
  return about(
    stuck,
    (names, n) =>
      `${names} alone ${one(n, "is", "are")} likely to end with everything ${foreground}: that costs only ${between(stuck.map(({ traits }) => traits.everything))} of what being undecided costs, and from there a pixel of ${background} keeps ${between(stuck.map(({ traits }) => traits.release))} of its pull. Make the rare class the foreground (name ${foreground} first and ${background} second), or take a loss with a part that counts pixels.`,
  );
}

function nothingIsCheap(rows: readonly Traited[]): ToolFinding[] {
  const cheap = rows.filter(({ traits: { nothing } }) => nothing !== null && nothing < CHEAP);
  return about(
    cheap,
    (names, n) =>
      `By ${names} predicting nothing at all costs ${between(cheap.map(({ traits }) => traits.nothing))} of what being undecided costs: ${one(n, "it looks", "they look")} nearly solved before the first object is found.`,
  );
}

function letsGo(rows: readonly Traited[]): ToolFinding[] {
  const weak = rows.filter(({ traits: { grip } }) => grip !== null && grip < WEAK);
  return about(
    weak,
    (names, n) =>
      `${names} ${one(n, "lets", "let")} go of what is missed for sure: a pixel there keeps ${between(weak.map(({ traits }) => traits.grip))} of the pull on an undecided one. A network that starts out predicting nothing stays there; add a loss that counts pixels.`,
  );
}

function silentOnEmpty(rows: readonly Traited[], { mostAbsent }: ReturnType<typeof focusOf>): ToolFinding[] {
  const silent = rows.filter(
    ({ traits: { emptyPull, emptyGrip } }) => (emptyPull ?? 0) < SILENT || (emptyGrip ?? 0) < SILENT,
  );
  return about(
    silent,
    (names, n) =>
      `${percent(mostAbsent.absent)} of the images hold no ${mostAbsent.name}, and ${names} ${one(n, "has", "have")} next to nothing to say there: an undecided prediction of an empty image, or a sure false alarm in it, feels less than a hundredth of its ordinary pull. False alarms will not be unlearnt by ${one(n, "it", "them")} alone.`,
  );
}

/** Warnings, from the measures and the needs that they show. */
export function warningsOf(
  rows: readonly Traited[],
  measures: MaskMeasures,
  needs: readonly NeedName[],
): ToolFinding[] {
  const focus = focusOf(measures);
  const missing = measures.classes.filter(({ objects }) => objects === null);
  return [
    ...missing.map(({ name }) => ({
      losses: [],
      text: `No mask has a pixel of ${name}: nothing can be learnt about it, and what is said of it here is guessed.`,
    })),
    ...(needs.includes("common") ? everythingForeground(rows, measures) : []),
    ...(needs.includes("rare") ? [...nothingIsCheap(rows), ...letsGo(rows)] : []),
    ...(needs.includes("empty") ? silentOnEmpty(rows, focus) : []),
  ];
}
