/** Which losses suit a data set, with what was measured as the reason. */
import { OptionError, refuse } from "../../errors.ts";
import { askAll } from "../tools/shared/subject.ts";
import type { LossName, ToolFinding, UnmeasuredLoss } from "../tools/tool.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import { JUDGES, type Judgement, type Numbers } from "./judge.ts";
import type { MaskMeasures } from "./measures.ts";
import { focusOf, type NeedFound, type NeedName, needsOf, sceneNumbers } from "./needs.ts";
import { stageOf } from "./scenes.ts";
import { type LossTraits, rarestTraits, traitsOf } from "./traits.ts";
import { warningsOf } from "./warnings.ts";

/** A loss with the options that follow from the data. */
export interface ChosenOptions extends LossName {
  readonly options: Readonly<Record<string, unknown>>;
}

/** A loss as an answer to a need. */
export interface RankedLoss extends ChosenOptions, Judgement {
  /** Wants another loss beside it: it looks at a part of the picture. */
  readonly partner: boolean;
}

/** A need with the losses that answer it best. */
export interface Need extends NeedFound {
  /** Best first; at most two of a family. Empty where no candidate does. */
  readonly losses: readonly RankedLoss[];
}

/** A loss that was measured. */
export interface MeasuredLoss extends ChosenOptions {
  readonly traits: LossTraits;
  /** By need. */
  readonly scores: Partial<Readonly<Record<NeedName, number>>>;
}

/** A loss to add for a need that the suggested one does not answer. */
export interface Addition extends RankedLoss {
  readonly need: NeedName;
}

/** The one loss to start with. */
export interface Suggestion extends ChosenOptions {
  /** Why, a sentence a need. */
  readonly reasons: readonly string[];
  readonly add: readonly Addition[];
}

/** What {@link recommendLosses} says. Plain data. */
export interface Recommendation {
  readonly measures: MaskMeasures;
  /** The class that the scenes are about. */
  readonly focus: string;
  /** What they were drawn with. */
  readonly scenes: Numbers & { readonly side: number; readonly seed: number };
  readonly needs: readonly Need[];
  readonly warnings: readonly ToolFinding[];
  readonly suggestion: Suggestion;
  readonly losses: readonly MeasuredLoss[];
  readonly unmeasured: readonly UnmeasuredLoss[];
}

/** Settings of {@link recommendLosses}. */
export interface RecommendSettings {
  /** Names of the losses to consider, of the candidates. @defaultValue all candidates, about thirty */
  readonly losses?: readonly string[];
  /** Of the forms and the hair of chance in the scenes. @defaultValue 7 */
  readonly seed?: number;
  /** Told before each loss. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** Losses named for a need, and of one family. */
const [NAMED, OF_FAMILY] = [4, 2];
/** A score that counts as an answer. */
const ANSWERS = 0.2;
/** Part of the best score that is good enough. */
const ENOUGH = 0.5;
/** Needs that a loss must answer itself; for the others a second one can be added. */
const GRAVE: readonly NeedName[] = ["common", "rare", "empty", "classes"];

interface Asked {
  readonly candidate: Candidate;
  readonly traits: LossTraits;
  readonly judgements: Partial<Record<NeedName, Judgement>>;
}

const chosen = ({ loss: { name, title, family }, options }: Candidate): ChosenOptions => ({
  name,
  title,
  family,
  options,
});

const scoreOf = ({ judgements }: Asked, need: NeedName) => judgements[need]?.score ?? 0;

function ranked(asked: readonly Asked[], need: NeedName): RankedLoss[] {
  return asked
    .flatMap(({ candidate, judgements }): RankedLoss[] => {
      const own = judgements[need];
      return own === undefined ? [] : [{ ...chosen(candidate), ...own, partner: candidate.answers !== null }];
    })
    .sort((a, b) => b.score - a.score);
}

/** The best few, families mixed. */
function best(asked: readonly Asked[], need: NeedName): RankedLoss[] {
  const taken: RankedLoss[] = [];
  for (const loss of ranked(asked, need)) {
    const ofFamily = taken.filter(({ family }) => family === loss.family).length;
    if (loss.score >= ANSWERS && ofFamily < OF_FAMILY && taken.length < NAMED) taken.push(loss);
  }
  return taken;
}

function suggestionOf(asked: readonly Asked[], needs: readonly Need[]): Suggestion {
  const whole = asked.filter(({ candidate }) => candidate.answers === null);
  const relative = (one: Asked, need: NeedName) => {
    const most = Math.max(...whole.map((other) => scoreOf(other, need)));
    return most > 0 ? scoreOf(one, need) / most : 1;
  };
  const grave = needs.filter(({ name }) => GRAVE.includes(name));
  const worst = (one: Asked) => Math.min(1, ...grave.map(({ name }) => relative(one, name)));
  // The first of the list that is good enough everywhere; else the one whose worst is best.
  const first =
    whole.find((one) => worst(one) >= ENOUGH) ?? whole.reduce((a, b) => (worst(b) > worst(a) ? b : a));
  const reasons = grave.map(({ name, title }) => `${title}: ${first.judgements[name]?.reason}.`);
  const missing = needs.filter(
    ({ name, losses: [top] }) =>
      !GRAVE.includes(name) && top !== undefined && scoreOf(first, name) < ENOUGH * top.score,
  );
  return {
    ...chosen(first.candidate),
    reasons:
      reasons.length > 0
        ? reasons
        : [
            "Nothing in these masks asks for more than a loss that counts pixels and one that counts overlap: neither class is rare, and no image is without.",
          ],
    add: missing.map(({ name, losses: [top] }) => ({ ...top, need: name })),
  };
}

function consideredOf(all: readonly Candidate[], names: readonly string[] | undefined): readonly Candidate[] {
  if (names === undefined) return all;
  const known = all.map(({ loss }) => loss.name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0 || names.length === 0)
    refuse(
      OptionError,
      "recommendLosses",
      "losses",
      strange.join(", ") || "none",
      `some of ${known.join(", ")}`,
    );
  return all.filter(({ loss }) => names.includes(loss.name));
}

/**
 * Says which losses suit masks with these measures. Small scenes are drawn with their numbers, and every candidate is
 * measured on them: each reason is a number.
 *
 * With more than two classes the scenes are of the rarest class against the rest, and one more of all classes.
 *
 * @throws `OptionError` for a seed out of range, or losses that are no candidates
 * @example
 * ```ts
 * import { measureMasks, recommendLosses } from "segtape/study";
 * const labels = new Uint8Array(64 * 64);
 * for (const i of [650, 651, 714, 715]) labels[i] = 1;
 * const measures = measureMasks([{ name: "a", width: 64, height: 64, labels }], ["ground", "lesion"]);
 * const settings = { losses: ["binaryCrossEntropyLoss", "diceCrossEntropyLoss"] };
 * const { suggestion } = await recommendLosses(measures, settings);
 * suggestion.name; // "diceCrossEntropyLoss"
 * ```
 */
export async function recommendLosses(
  measures: MaskMeasures,
  { losses: considered, seed = 7, onProgress }: RecommendSettings = {},
): Promise<Recommendation> {
  const found = needsOf(measures);
  const stage = stageOf(sceneNumbers(measures), seed);
  const numbers: Numbers = { ...stage.drawn, classes: measures.classes.length };
  const candidates = consideredOf(candidatesFor(measures), considered);
  const of = (name: string) => candidates.find(({ loss }) => loss.name === name) as Candidate;
  const shares = measures.classes.map(({ share }) => share.mean);
  const { rarest } = focusOf(measures);
  const { losses, unmeasured } = await askAll(
    "recommend",
    {
      losses: candidates.map(({ loss }) => loss),
      options: Object.fromEntries(candidates.map(({ loss, asked }) => [loss.name, asked])),
      seed,
      ...(onProgress === undefined ? {} : { onProgress }),
    },
    async (loss, options): Promise<{ traits: LossTraits }> => {
      const scenes = await traitsOf(loss, options, stage);
      const several =
        shares.length > 2
          ? await rarestTraits(loss, of(loss.name).options, shares, measures.classes.indexOf(rarest))
          : { rarestPull: null, rarestMissed: null };
      return { traits: { ...scenes, ...several } };
    },
  );
  const asked = losses.map(({ name, traits }): Asked => {
    const candidate = of(name);
    const judged = found
      .filter((need) => candidate.answers?.includes(need.name) ?? true)
      .map((need) => [need.name, JUDGES[need.name](traits, numbers)] as const);
    return { candidate, traits, judgements: Object.fromEntries(judged) };
  });
  const needs = found.map((need) => ({ ...need, losses: best(asked, need.name) }));
  return {
    measures,
    focus: focusOf(measures).focus.name,
    scenes: { ...numbers, side: stage.side, seed },
    needs,
    warnings: warningsOf(
      // What looks at a part of the picture is never taken alone.
      losses.filter(({ name }) => of(name).answers === null),
      measures,
      needs.map(({ name }) => name),
    ),
    suggestion: suggestionOf(asked, needs),
    losses: asked.map(({ candidate, traits, judgements }) => ({
      ...chosen(candidate),
      traits,
      scores: Object.fromEntries(Object.entries(judgements).map(([need, { score }]) => [need, score])),
    })),
    unmeasured,
  };
}
