/** What happened, in sentences: only what the numbers of the runs say. */
import { formatNumber, formatPercent } from "../numbers.ts";
import { aspectName, goodRuns, metricSpread, spreadOf, spreadText } from "./spread.ts";
import type { ComparedLoss, ComparedRun, Comparison } from "./types.ts";

/** One thing that happened to a loss. */
export interface Finding {
  /** Name of the loss. */
  readonly loss: string;
  readonly kind:
    | "refused"
    | "failed"
    | "collapsed"
    | "trivial"
    | "oversegments"
    | "undersegments"
    | "unsteady"
    | "improving"
    | "overfitted";
  readonly sentence: string;
}

/** A share of pixels from which one class is all that is predicted. */
const ALL = 0.999;
/** Predicted over true share of the foreground, or under it, that is worth a word. */
const TOO_MUCH = 1.25;
/** Differences of the curve's metric that are worth a word. */
const WORTH = 0.03;

const seedsText = (runs: readonly ComparedRun[], of: readonly ComparedRun[]) =>
  runs.length === of.length
    ? runs.length === 1
      ? ""
      : `with all ${runs.length} seeds `
    : `with ${runs.length} of ${of.length} seeds `;

/** The class that fills a run's predictions, where there is one. */
function onlyClass({ shares }: ComparedRun, { data }: Comparison): number | null {
  const label = shares.findIndex((share) => share >= ALL);
  return label >= 0 && data.shares[label] < 0.99 ? label : null;
}

/** A class by its part and its name, where they differ. */
function nameOf({ classes }: Comparison, label: number): string {
  if (classes.length !== 2) return classes[label];
  const part = label === 1 ? "foreground" : "background";
  return classes[label] === part ? part : `${part} (${classes[label]})`;
}

function collapse(comparison: Comparison, loss: ComparedLoss, runs: readonly ComparedRun[]): Finding[] {
  const { data } = comparison;
  return comparison.classes.flatMap((_, label): Finding[] => {
    const fallen = runs.filter((run) => onlyClass(run, comparison) === label);
    if (fallen.length === 0) return [];
    const name = nameOf(comparison, label);
    const predicted = formatPercent(spreadOf(fallen.map(({ shares }) => shares[label]))?.mean ?? 0);
    const sentences = [
      `Collapsed ${seedsText(fallen, runs)}to all ${name}: predicted for ${predicted} of the validation pixels, where ${formatPercent(data.shares[label])} are.`,
      `Predicting it everywhere has a Dice of ${data.oneClassDice[label].toFixed(3)} for that class on these images.`,
    ];
    const last = spreadOf(fallen.map(({ history }) => history.at(-1)?.loss));
    const there = loss.oneClass?.[label];
    if (there !== undefined && last !== null) {
      const costs = loss.oneClass?.map(({ value }) => value) ?? [];
      const cheapest = costs.every((value) => value >= there.value);
      sentences.push(
        `It costs this loss ${formatNumber(there.value, 3)}${cheapest ? ", less than any other class everywhere would" : ""}; training ended at ${formatNumber(last.mean, 3)}.`,
      );
      if (there.gradientShare !== null && there.gradientShare < 0.05) {
        sentences.push(
          `The gradient there has ${formatPercent(there.gradientShare)} of its length at the undecided start: little leads away again.`,
        );
      }
    }
    return [{ loss: loss.name, kind: "collapsed", sentence: sentences.join(" ") }];
  });
}

/** Too much or too little foreground, of two classes. */
function balance(comparison: Comparison, loss: ComparedLoss, runs: readonly ComparedRun[]): Finding[] {
  if (comparison.classes.length !== 2) return [];
  const [share, truth] = [
    spreadOf(runs.map(({ shares }) => shares[1]))?.mean ?? 0,
    comparison.data.shares[1],
  ];
  if (truth === 0) return [];
  const ratio = share / truth;
  const rate = (metric: string) => metricSpread(comparison, loss.name, metric, 1);
  const [precision, sensitivity] = [rate("precision"), rate("sensitivity")];
  const rates =
    precision === null || sensitivity === null
      ? ""
      : ` (precision ${spreadText(precision)}, sensitivity ${spreadText(sensitivity)})`;
  if (ratio > TOO_MUCH) {
    const sentence = `Predicts ${formatNumber(ratio, 3)} times as much foreground as there is: it rather takes too much than misses some${rates}.`;
    return [{ loss: loss.name, kind: "oversegments", sentence }];
  }
  if (ratio < 1 / TOO_MUCH) {
    const sentence = `Predicts ${formatPercent(ratio)} of the foreground's area: it rather misses some than takes too much${rates}.`;
    return [{ loss: loss.name, kind: "undersegments", sentence }];
  }
  return [];
}

function trivial(comparison: Comparison, loss: ComparedLoss): Finding[] {
  if (comparison.classes.length !== 2) return [];
  const dice = metricSpread(comparison, loss.name, "dice", 1);
  const least = comparison.data.oneClassDice[1];
  if (dice === null || dice.mean > least) return [];
  const sentence = `Foreground Dice ${spreadText(dice)} is no better than predicting foreground everywhere, ${least.toFixed(3)}.`;
  return [{ loss: loss.name, kind: "trivial", sentence }];
}

/** How the curve of the first metric went on: still rising, or past its best. */
function course(comparison: Comparison, loss: ComparedLoss, runs: readonly ComparedRun[]): Finding[] {
  const [metric] = comparison.metrics;
  if (comparison.smallIsBetter.includes(metric)) return [];
  const courses = runs.flatMap(({ history }) => {
    const values = history.map(({ metrics }) => metrics?.[metric]).filter((x) => x !== undefined);
    const losses = history.map(({ loss: value }) => value);
    if (values.length < 4) return [];
    const last = values[values.length - 1];
    const before = values[Math.floor(0.75 * (values.length - 1))];
    const fell = losses[losses.length - 1] < losses[Math.floor(losses.length / 2)];
    return [{ gain: last - before, loss: Math.max(...values) - last, fell }];
  });
  if (courses.length === 0) return [];
  const mean = (pick: (one: (typeof courses)[number]) => number) => spreadOf(courses.map(pick))?.mean ?? 0;
  if (mean((one) => one.gain) > WORTH) {
    const sentence = `Was still improving when training ended: validation ${metric} rose by ${mean((one) => one.gain).toFixed(3)} over the last quarter. More steps would help.`;
    return [{ loss: loss.name, kind: "improving", sentence }];
  }
  if (mean((one) => one.loss) > WORTH && courses.every(({ fell }) => fell)) {
    const sentence = `Past its best: validation ${metric} ended ${mean((one) => one.loss).toFixed(3)} below its highest, while the training loss still fell.`;
    return [{ loss: loss.name, kind: "overfitted", sentence }];
  }
  return [];
}

function steadiness(comparison: Comparison, loss: ComparedLoss): Finding[] {
  const [metric] = comparison.metrics;
  const spread = metricSpread(comparison, loss.name, metric, "mean");
  if (spread?.deviation == null || spread.deviation < 2 * WORTH) return [];
  const sentence = `Depends on the seed: ${metric} ${spreadText(spread)} over ${spread.count} seeds.`;
  return [{ loss: loss.name, kind: "unsteady", sentence }];
}

/** Runs without a result, the same message once. */
function broken({ runs }: Comparison, loss: ComparedLoss): Finding[] {
  const found = new Map<string, ComparedRun[]>();
  const own = runs.filter((run) => run.loss === loss.name);
  for (const run of own) {
    if (run.status === "ok") continue;
    const key = `${run.status} ${run.message}`;
    found.set(key, [...(found.get(key) ?? []), run]);
  }
  return [...found.values()].map((same) => {
    const { status, message = "", steps } = same[0];
    const when = status === "failed" ? ` after step ${steps}` : "";
    return {
      loss: loss.name,
      kind: status as "refused" | "failed",
      sentence:
        `${status === "failed" ? "Failed" : "Refused"} ${seedsText(same, own).trim()}${when}: ${message}`
          .replace(/ +/g, " ")
          .replace(" :", ":"),
    };
  });
}

/**
 * What happened to each loss: refusals, failures, collapses to one class with what explains them, too much or too
 * little foreground, dependence on the seed, curves that still rose or were past their best.
 *
 * @returns in the order of the losses; nothing for a loss that did as one expects
 *
 * @example
 * ```ts
 * for (const { loss, sentence } of findingsOf(comparison)) show(loss, sentence);
 * ```
 */
export function findingsOf(comparison: Comparison): Finding[] {
  return comparison.losses.flatMap((loss) => {
    const runs = goodRuns(comparison, loss.name);
    const told = broken(comparison, loss);
    if (runs.length === 0) return told;
    const fallen = collapse(comparison, loss, runs);
    // What a collapse explains is not told again.
    if (fallen.length > 0 && runs.every((run) => onlyClass(run, comparison) !== null))
      return [...told, ...fallen];
    const rest = [
      ...trivial(comparison, loss),
      ...balance(comparison, loss, runs),
      ...steadiness(comparison, loss),
      ...course(comparison, loss, runs),
    ];
    return [...told, ...fallen, ...rest];
  });
}

/**
 * Which loss did best by the first metric, and whether the seeds tell it from the next.
 *
 * @returns one sentence; `null` where fewer than two losses have a result
 *
 * @example
 * ```ts
 * show(verdictOf(comparison));
 * ```
 */
export function verdictOf(comparison: Comparison): string | null {
  const [metric] = comparison.metrics;
  const sign = comparison.smallIsBetter.includes(metric) ? -1 : 1;
  const ranked = comparison.losses
    .flatMap(({ name, title }) => {
      const spread = metricSpread(comparison, name, metric, "mean");
      return spread === null ? [] : [{ title, spread }];
    })
    .sort((a, b) => sign * (b.spread.mean - a.spread.mean));
  if (ranked.length < 2) return null;
  const [best, next] = ranked;
  const of = `${metric} (${aspectName(comparison, "mean")})`;
  const shown = `${best.title} has the best ${of}, ${spreadText(best.spread)}, before ${next.title} with ${spreadText(next.spread)}`;
  if (best.spread.deviation === null || next.spread.deviation === null)
    return `${shown}; one seed does not tell whether that is chance.`;
  // Standard error of the difference of two means.
  const error = Math.hypot(
    best.spread.deviation / Math.sqrt(best.spread.count),
    next.spread.deviation / Math.sqrt(next.spread.count),
  );
  const difference = Math.abs(best.spread.mean - next.spread.mean);
  if (difference > 2 * error) return `${shown}: more than twice the standard error of the difference.`;
  return `${shown}: within twice the standard error of the difference, so that these seeds do not tell them apart.`;
}
