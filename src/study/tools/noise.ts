/** What wrong labels do to a loss: flipped by chance, or along borders that were drawn by hand. */
import { OptionError, refuse } from "../../errors.ts";
import { type Random, seededRandom } from "../../random.ts";
import { formatFixed, formatNumber } from "../numbers.ts";
import { smoothNoise } from "../phantom-shapes.ts";
import { NO_CELL, shareCell } from "./draw/cells.ts";
import { type HeatCell, heatTable } from "./draw/heat-table.ts";
import { panelGrid } from "./draw/panels.ts";
import { type Answer, probe } from "./shared/probe.ts";
import { differing, growth, maskOf, SIDE, signedDistance } from "./shared/scenes.ts";
import { askAll, checkWhole, seedOf } from "./shared/subject.ts";
import { dot, norm } from "./shared/vectors.ts";
import { about, one, percent } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.noise`. */
export interface NoiseSettings {
  /** Shares of the labels that are flipped by chance, rising, over 0 up to 0.5. @defaultValue 7 from 0.001 to 0.2 */
  readonly rates?: readonly number[];
  /** How far borders are moved to and fro, in pixels, one standard deviation; rising. @defaultValue 1, 2, 4, 8 */
  readonly jitter?: readonly number[];
  /** Pixels a side. @defaultValue 176 */
  readonly side?: number;
}

/** What a loss says of wrong labels, at each amount. */
export interface NoiseSeries {
  readonly value: readonly number[];
  /** Euclidean norm of the gradient. */
  readonly norm: readonly number[];
  /** Cosine between the gradient and that of the right labels; `null` where either is 0. */
  readonly cosine: readonly (number | null)[];
  /** Share of the sum of |gradient| that is on wrong labels; `null` where the gradient is 0. */
  readonly wrongPull: readonly (number | null)[];
}

/** What `studyTools.noise` measures of one loss. */
export interface NoiseRow extends LossName {
  /** With the right labels. */
  readonly clean: { readonly value: number; readonly norm: number };
  readonly flipped: NoiseSeries;
  readonly jittered: NoiseSeries;
}

/** What `studyTools.noise` measures. */
export interface NoiseData extends ToolData<NoiseRow> {
  readonly side: number;
  readonly rates: readonly number[];
  readonly jitter: readonly number[];
  /** Shares of the labels that a moved border makes wrong. */
  readonly jitterShares: readonly number[];
}

const NAME = "noise";
const RATES = [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.2];
const JITTER = [1, 2, 4, 8];
/** Cosines from which a gradient still points its way, and up to which it has lost it. */
const KEPT = 0.9;
const LOST = 0.5;

/** Nested: what is flipped at one rate is flipped at the next. */
function flippedMasks(mask: Float64Array, rates: readonly number[], random: Random): Float64Array[] {
  const order = Uint32Array.from(mask.keys());
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.int(0, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return rates.map((rate) => {
    const labels = mask.slice();
    for (const i of order.subarray(0, Math.round(rate * mask.length))) labels[i] = 1 - labels[i];
    return labels;
  });
}

/** The same waves, at every amplitude. */
function jitteredMasks(depth: Float64Array, side: number, amounts: readonly number[], random: Random) {
  // Waves of a fourteenth of the image; their standard deviation is about 1/2.
  const wave = smoothNoise(random, 14);
  const moved = depth.map(
    (_, i) => 2 * wave((2 * (i % side)) / side - 1, (2 * Math.floor(i / side)) / side - 1),
  );
  return amounts.map((amount) => depth.map((d, i) => (d + amount * moved[i] > 0 ? 1 : 0)));
}

function seriesOf(
  answers: readonly Answer[],
  labels: readonly Float64Array[],
  clean: Answer,
  mask: Float64Array,
): NoiseSeries {
  const cleanNorm = norm(clean.gradient);
  const parts = answers.map(({ gradient }, at) => {
    let [wrong, all] = [0, 0];
    for (let i = 0; i < mask.length; i++) {
      all += Math.abs(gradient[i]);
      if (labels[at][i] !== mask[i]) wrong += Math.abs(gradient[i]);
    }
    const own = norm(gradient);
    const norms = own * cleanNorm;
    return {
      norm: own,
      cosine: norms > 0 ? dot(gradient, clean.gradient) / norms : null,
      wrong: all > 0 ? wrong / all : null,
    };
  });
  return {
    value: answers.map(({ value }) => value),
    norm: parts.map((part) => part.norm),
    cosine: parts.map(({ cosine }) => cosine),
    wrongPull: parts.map(({ wrong }) => wrong),
  };
}

function checkRising(name: string, list: readonly number[], most: number): void {
  if (list.length > 0 && list.every((x, i) => x > (list[i - 1] ?? 0) && x <= most)) return;
  refuse(OptionError, NAME, name, `[${list.join(", ")}]`, `rising numbers over 0, up to ${most}`);
}

/** The cosine in the middle of the list: what the losses are ranked by. */
const middle = ({ flipped: { cosine } }: NoiseRow) => cosine[cosine.length >> 1] ?? -1;

function cosineCell(cosine: number | null): HeatCell {
  return cosine === null ? NO_CELL : { text: formatFixed(cosine, 2), position: Math.max(0, cosine) };
}

function tableOf({ losses, rates, jitter }: NoiseData, id: string, standalone: boolean): string {
  const ranked = [...losses].sort((a, b) => middle(b) - middle(a));
  const flips = rates.map((rate) => formatNumber(100 * rate, 2));
  const waves = jitter.map((amount) => formatNumber(amount, 2));
  return heatTable({
    title: "What wrong labels do to the gradient",
    description:
      "For each loss: the cosine between its gradient with wrong labels and with right ones, and the share of the pull that wrong labels take. Losses that keep their way come first.",
    corner: "wrong labels:",
    blocks: [
      { title: "Labels flipped by chance, %", hint: "cosine with the right gradient", columns: flips },
      { title: "Borders moved, pixels", hint: "cosine", columns: waves },
      { title: "Flipped by chance, %", hint: "% of the pull on wrong labels", columns: flips },
      { title: "Borders moved, pixels", hint: "% of the pull", columns: waves },
    ],
    rows: ranked.map(({ title, flipped, jittered }) => ({
      label: title,
      cells: [
        ...[...flipped.cosine, ...jittered.cosine].map(cosineCell),
        ...[...flipped.wrongPull, ...jittered.wrongPull].map(shareCell),
      ],
    })),
    ends: ["0", "1, or 100 %"],
    id: `${id}-table`,
    standalone,
  });
}

function curvesOf({ losses, rates, jitterShares }: NoiseData, id: string, standalone: boolean): string {
  const y = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);
  return panelGrid({
    title: "The gradient among wrong labels",
    description: "For each loss, cosine with the right gradient and share of the pull on wrong labels.",
    names: ["cosine, flipped by chance", "cosine, borders moved", "pull on labels flipped by chance"],
    panels: losses.map(({ title, flipped, jittered }) => ({
      title,
      series: [
        { x: rates, y: y(flipped.cosine) },
        { x: jitterShares, y: y(jittered.cosine) },
        { x: rates, y: y(flipped.wrongPull) },
      ],
    })),
    x: {
      label: "share of the labels that are wrong",
      range: [rates[0], rates[rates.length - 1]],
      log: true,
      format: (share) => percent(share),
    },
    y: { label: "cosine, or share", range: [0, 1], ticks: [0, 0.5, 1] },
    id: `${id}-curves`,
    standalone,
  });
}

function findingsOf({ losses, rates, jitter, jitterShares }: NoiseData): ToolFinding[] {
  if (losses.length === 0) return [];
  const at = rates.length >> 1;
  const rate = percent(rates[at]);
  const blind = losses.filter(({ flipped }) => flipped.cosine.every((cosine) => (cosine ?? 0) > 1 - 1e-6));
  const kept = losses.filter((row) => middle(row) >= KEPT && !blind.includes(row));
  const lost = losses.filter((row) => middle(row) < LOST);
  const end = jitter.length - 1;
  const steady = losses
    .filter(({ jittered }) => (jittered.cosine[end] ?? 0) >= KEPT)
    .filter((row) => !blind.includes(row));
  const pull = ({ flipped }: NoiseRow) => flipped.wrongPull[at] ?? 0;
  const deaf = losses.filter((row) => pull(row) <= 2 * rates[at] && !blind.includes(row));
  const all = losses.filter((row) => pull(row) >= 0.5);
  return [
    ...about(
      kept,
      (names, n) =>
        `With ${rate} of the labels flipped by chance the gradient of ${names} still points its way: cosine ${one(n, "", "at least ")}${formatNumber(Math.min(...kept.map(middle)), 2)} with that of the right labels.`,
    ),
    ...about(
      lost,
      (names, n) =>
        `That of ${names} has lost it: cosine ${one(n, "", "at most ")}${formatNumber(Math.max(...lost.map(middle)), 2)}.`,
    ),
    ...about(blind, (names, n) => `${names} ${one(n, "does", "do")} not look at labels at all.`),
    ...about(
      all,
      (names) =>
        `Wrong labels, ${rate} of all, take at least ${percent(Math.min(...all.map(pull)))} of all the pull of ${names}: sure mistakes are pulled hardest, and a wrong label looks like one.`,
    ),
    ...about(
      deaf,
      (names, n) => `${names} ${one(n, "pulls", "pull")} at wrong labels hardly more than at others.`,
    ),
    ...about(
      steady,
      (names, n) =>
        `Borders drawn ${formatNumber(jitter[end])} pixels to and fro (${percent(jitterShares[end])} of the labels) leave the gradient of ${names} its way: cosine ${one(n, "", "at least ")}${formatNumber(Math.min(...steady.map(({ jittered }) => jittered.cosine[end] ?? 0)), 2)}.`,
    ),
  ];
}

/**
 * What wrong labels do to value and gradient. The prediction is that of a network which is nearly right; labels are flipped
 * by chance, or borders moved to and fro as by an unsteady hand.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { studyTools } from "segtape/study";
 * const settings = { side: 24, rates: [0.05], jitter: [1] };
 * const { losses: [ce] } = await studyTools.noise.run({ losses: [losses.binaryCrossEntropyLoss] }, settings);
 * ce.flipped.wrongPull[0] > 0.2; // true: 5 % of the labels take more than a fifth of the pull
 * ```
 */
export const noise: StudyTool<NoiseData, NoiseSettings> = {
  name: NAME,
  title: "Wrong labels",
  question: "How far do wrong labels turn the gradient away, and how much of it do they take?",
  reading:
    "A cosine of 1 is the gradient of the right labels; a loss that stays bright on the left and dark on the right learns from labels that are partly wrong.",
  async run(subject, { rates = RATES, jitter = JITTER, side = SIDE } = {}) {
    checkWhole(NAME, "side", side, 8, 1024);
    checkRising("rates", rates, 0.5);
    checkRising("jitter", jitter, side);
    const seed = seedOf(NAME, subject);
    const random = seededRandom(seed);
    const pixels = growth(side, seed, { x: 0, y: 0 }).subarray(0, Math.round(Math.PI * (0.17 * side) ** 2));
    const mask = maskOf(side * side, pixels);
    const depth = signedDistance(mask, side, side);
    const logits = depth.map((d) => 5 * Math.tanh(d / 4) + random.normal(0, 0.3));
    const flipped = flippedMasks(mask, rates, random);
    const jittered = jitteredMasks(depth, side, jitter, random);
    const scenes = [mask, ...flipped, ...jittered].map((target) => ({ target, logits }));
    const data = await askAll(NAME, subject, async (loss, options) => {
      const [clean, ...answers] = await probe(loss, options, scenes, { width: side, height: side });
      return {
        clean: { value: clean.value, norm: norm(clean.gradient) },
        flipped: seriesOf(answers.slice(0, rates.length), flipped, clean, mask),
        jittered: seriesOf(answers.slice(rates.length), jittered, clean, mask),
      };
    });
    const jitterShares = jittered.map((labels) => differing(labels, mask) / mask.length);
    return { ...data, side, rates, jitter, jitterShares };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "Left: how much of its way the gradient keeps. Right: how much of the pull wrong labels take.",
        svg: tableOf(data, id, standalone),
      },
      {
        name: "curves",
        caption: "The same against the share of wrong labels.",
        svg: curvesOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
