/** How a loss bends around a prediction: the Hessian by logits, its diagonal, its ends, and where it says too little. */
import type { Loss } from "../../losses/shared/define-loss.ts";
import { seededRandom } from "../../random.ts";
import { cropOf, cut, type LogitPair } from "../measure.ts";
import { formatNumber } from "../numbers.ts";
import { onFirstWithRoom } from "../stages.ts";
import { NO_CELL, shareCell } from "./draw/cells.ts";
import { type HeatCell, heatTable } from "./draw/heat-table.ts";
import { panelGrid } from "./draw/panels.ts";
import { diagonalOf, extremeEigenvalues, hessianOf, missedChange } from "./shared/hessian.ts";
import { askAll, checkWhole, type OwnOptions, pairOf, seedOf } from "./shared/subject.ts";
import { dot, norm } from "./shared/vectors.ts";
import { about, one, percent } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.curvature`. */
export interface CurvatureSettings {
  /** Pixels a side of the part of the pair that is looked at. @defaultValue 24; 176 for losses that need large images */
  readonly side?: number;
  /** Products with the Hessian for its eigenvalues. @defaultValue 32; 16 for losses that need large images */
  readonly steps?: number;
}

/** What `studyTools.curvature` measures of one loss, by the logits of a part of the pair. */
export interface CurvatureRow extends LossName {
  /** Pixels a side. */
  readonly width: number;
  /** Euclidean norm of the gradient. */
  readonly gradientNorm: number;
  /** Eigenvalues of the Hessian at its two ends. */
  readonly largest: number;
  readonly smallest: number;
  /** Larger magnitude of the two over the norm of the gradient; `null` without a gradient. */
  readonly sharpness: number | null;
  /** Curvature along the gradient over its norm: the change of the slope a logit downhill, as a share of it. */
  readonly alongGradient: number | null;
  /** The diagonal of the Hessian in 21 quantiles, from the smallest entry to the largest. */
  readonly diagonal: readonly number[];
  /** Whether that is the diagonal itself, or estimated from random vectors. */
  readonly exact: boolean;
  /** Share of the entries that bend down: below a thousandth of the largest magnitude, negative. */
  readonly negativeShare: number;
  /** Larger magnitude of the ends over that of the diagonal: 1 where no pixel knows of another. */
  readonly coupling: number | null;
  /**
   * What the Hessian misses of a change of the gradient over 0.1 logits, and over 0.01, as a share of it. It is little where
   * the loss is smooth; falls from the first to the second where the curvature itself changes; stays where kinks are.
   */
  readonly missed: number;
  readonly missedNear: number;
}

/** What `studyTools.curvature` measures. */
export type CurvatureData = ToolData<CurvatureRow>;

const NAME = "curvature";
const STAGES = [
  { side: 24, steps: 32 },
  { side: 176, steps: 16 },
];
/** Images up to this many pixels have their diagonal computed, larger ones estimated. */
const EXACT = 24 * 24;
const PROBES = 8;
/** Steps, in logits, over which the Hessian is put to the test. */
const STEP = 0.1;
const NEAR = 0.01;
/** A share of the pixels that is worth a word. */
const BENDS_DOWN = 0.1;
/** A share missed that smoothness does not explain. */
const KINKED = 0.1;
/** Curvature below this share of the slope, a logit, is what rounding leaves of none. */
const STRAIGHT = 1e-6;

const QUANTILES = 21;

function quantilesOf(values: Float64Array): number[] {
  const sorted = values.slice().sort();
  return Array.from(
    { length: QUANTILES },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (QUANTILES - 1))],
  );
}

async function rowOf(
  loss: Loss,
  options: OwnOptions,
  { pair, logits }: LogitPair,
  seed: number,
  { side: wanted, steps }: Required<CurvatureSettings>,
) {
  const side = Math.min(wanted, pair.width, pair.height);
  const place = cropOf(pair, side);
  const x = cut(logits, pair.width, place, side);
  const target = cut(pair.target, pair.width, place, side);
  const ask = await hessianOf(loss, options, { logits: x, target }, { width: side, height: side });
  const [{ gradient }] = await ask([{ x, v: x }]);
  const [{ product }] = await ask([{ x, v: Float64Array.from(gradient) }]);
  const slope = norm(gradient);
  const ends = await extremeEigenvalues(ask, x, steps, seed);
  const exact = side * side <= EXACT;
  const entries = await diagonalOf(ask, x, exact ? null : PROBES, seededRandom(seed));
  const found = Math.max(Math.abs(ends.largest), Math.abs(ends.smallest), ...entries.map(Math.abs));
  const bent = Number(found > STRAIGHT * slope);
  const [largest, smallest, diagonal] = [
    bent * ends.largest,
    bent * ends.smallest,
    entries.map((d) => bent * d + 0),
  ];
  const [end, top] = [
    Math.max(Math.abs(largest), Math.abs(smallest)),
    diagonal.reduce((most, d) => Math.max(most, Math.abs(d)), 0),
  ];
  const negative = diagonal.reduce((count, d) => count + Number(d < -1e-3 * top), 0);
  return {
    width: side,
    gradientNorm: slope,
    largest: largest + 0,
    smallest: smallest + 0,
    sharpness: slope > 0 ? end / slope : null,
    alongGradient: slope > 0 ? dot(gradient, product) / slope ** 3 : null,
    diagonal: quantilesOf(diagonal),
    exact,
    negativeShare: negative / diagonal.length,
    coupling: top > 0 ? end / top : null,
    missed: await missedChange(ask, x, gradient, STEP, seed),
    missedNear: await missedChange(ask, x, gradient, NEAR, seed),
  };
}

const bySharpness = (losses: readonly CurvatureRow[]) =>
  [...losses].sort((a, b) => (b.sharpness ?? -1) - (a.sharpness ?? -1));

const plain = (value: number | null, digits = 2): HeatCell =>
  value === null ? NO_CELL : { text: formatNumber(value, digits), position: null };

/** On a scale of three decades from `low`. */
const scaled = (value: number | null, low: number): HeatCell =>
  value === null
    ? NO_CELL
    : { text: formatNumber(value, 2), position: value > low ? Math.min(1, Math.log10(value / low) / 3) : 0 };

function tableOf({ losses }: CurvatureData, id: string, standalone: boolean): string {
  return heatTable({
    title: "How the losses bend",
    description:
      "For each loss: its sharpness, the ends of its Hessian, the share of pixels that bend down, how much pixels know of each other, and what the Hessian misses. The sharpest come first.",
    blocks: [
      { title: "Sharpness", hint: "1 / logits", columns: ["of the worst way", "downhill"], width: 92 },
      { title: "Hessian", hint: "eigenvalues", columns: ["largest", "smallest"], width: 92 },
      { title: "Diagonal", hint: "of the Hessian", columns: ["median", "% negative"], width: 84 },
      { title: "Coupling", hint: "of pixels", columns: [""], width: 66 },
      { title: "Missed, %", hint: "over so many logits", columns: ["0.1", "0.01"], width: 60 },
    ],
    rows: bySharpness(losses).map((row) => ({
      label: row.title,
      cells: [
        scaled(row.sharpness, 0.01),
        plain(row.alongGradient),
        plain(row.largest),
        plain(row.smallest),
        plain(row.diagonal[QUANTILES >> 1]),
        shareCell(row.negativeShare),
        scaled(row.coupling, 1),
        shareCell(row.missed),
        shareCell(row.missedNear),
      ],
    })),
    id: `${id}-table`,
    standalone,
  });
}

function curvesOf({ losses }: CurvatureData, id: string, standalone: boolean): string {
  const share = Array.from({ length: QUANTILES }, (_, i) => i / (QUANTILES - 1));
  return panelGrid({
    title: "The diagonal of the Hessian, sorted",
    description: "For each loss, second derivatives by single logits from the smallest to the largest.",
    names: ["second derivative, of its largest magnitude"],
    panels: bySharpness(losses).map(({ title, diagonal }) => {
      const most = Math.max(...diagonal.map(Math.abs)) || 1;
      return { title, series: [{ x: share, y: diagonal.map((d) => d / most) }] };
    }),
    x: { label: "share of the pixels", range: [0, 1], ticks: [0, 0.5, 1], format: (s) => percent(s) },
    y: { label: "of the largest magnitude", range: [-1, 1], ticks: [-1, 0, 1] },
    id: `${id}-diagonal`,
    standalone,
  });
}

function findingsOf({ losses }: CurvatureData): ToolFinding[] {
  const bent = losses.filter(({ largest, smallest }) => largest !== 0 || smallest !== 0);
  const sharp = bySharpness(bent.filter(({ sharpness }) => sharpness !== null));
  const convex = bent.filter(({ largest, smallest }) => smallest >= -1e-3 * largest);
  const concave = bent.filter(({ negativeShare }) => negativeShare >= BENDS_DOWN);
  const coupled = bent.filter(({ coupling }) => (coupling ?? 0) >= 3);
  const kinked = losses.filter(({ missed, missedNear }) => Math.min(missed, missedNear) >= KINKED);
  const turning = losses.filter((row) => row.missed >= KINKED && !kinked.includes(row));
  const straight = losses.filter((row) => !bent.includes(row) && !kinked.includes(row));
  const cornered = losses.filter((row) => !bent.includes(row) && kinked.includes(row));
  const reach = (row: CurvatureRow) => formatNumber(1 / (row.sharpness ?? 1), 2);
  const [first, last] = [sharp[0], sharp[sharp.length - 1]];
  return [
    ...(sharp.length > 1
      ? [
          {
            losses: [first.name, last.name],
            text: `Sharpest is ${first.title}: after ${reach(first)} logits along its worst way the gradient has changed by its own length. Gentlest is ${last.title}, with ${reach(last)} logits: it bears the larger steps.`,
          },
        ]
      : []),
    ...about(
      convex,
      (names, n) =>
        `Around this prediction ${names} ${one(n, "bends", "bend")} up only: no direction of negative curvature.`,
    ),
    ...about(
      concave,
      (names, n) =>
        `${names} ${one(n, "bends", "bend")} down at a tenth of the pixels or more (up to ${percent(Math.max(...concave.map(({ negativeShare }) => negativeShare)))}): steps that divide by the second derivative lead astray there.`,
    ),
    ...about(
      coupled,
      (names) =>
        `The pixels of ${names} move together: the largest eigenvalue is at least 3 times the largest second derivative by a single logit, so that step sizes chosen pixel by pixel are too long.`,
    ),
    ...about(
      kinked,
      (names, n) =>
        `${names} ${one(n, "has", "have")} kinks here (a maximum, a sort, a threshold, a constant that jumps): however short the step, the Hessian misses ${percent(Math.min(...kinked.map(({ missed, missedNear }) => Math.min(missed, missedNear))))} and more of what the gradient does. Second derivatives are taken beside the kinks.`,
    ),
    ...about(
      turning,
      (names) =>
        `Over a tenth of a logit the gradient of ${names} turns otherwise than the Hessian tells, over a hundredth as it tells: curvature that changes quickly, or kinks a little way off.`,
    ),
    ...about(
      cornered,
      (names) => `Straight between kinks, so that they are all the curvature there is: ${names}.`,
    ),
    ...about(straight, (names) => `Straight around here, without any curvature: ${names}.`),
  ];
}

/**
 * How a loss bends by the logits of a small part of the pair: ends of the Hessian by products with it, its diagonal, its
 * sharpness against the gradient, and a test of what second derivatives cannot see.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { lesionPhantom, studyTools } from "segtape/study";
 * const { prediction, target, width, height } = lesionPhantom({ size: 32 });
 * const pair = { prediction, target: Float64Array.from(target), width, height };
 * const subject = { losses: [losses.binaryCrossEntropyLoss], pair };
 * const data = await studyTools.curvature.run(subject, { side: 6, steps: 8 });
 * data.losses[0].negativeShare; // 0: cross-entropy is convex in its logits
 * ```
 */
export const curvature: StudyTool<CurvatureData, CurvatureSettings> = {
  name: NAME,
  title: "Curvature",
  question: "How sharply does a loss bend around this prediction, and can its second derivative be trusted?",
  reading:
    "Sharpness is the curvature over the slope: with 1 the gradient has changed by its own length after a step of one logit. A diagonal below 0 bends down. What the Hessian misses over a small step is next to nothing for a smooth loss, and large where it has kinks.",
  async run(subject, settings = {}) {
    const given = settings.side === undefined ? STAGES : STAGES.slice(0, 1);
    const stages = given.map((stage) => ({ ...stage, ...settings }));
    checkWhole(NAME, "side", stages[0].side, 2, 1024);
    checkWhole(NAME, "steps", stages[0].steps, 1, 1000);
    const [seed, pair] = [seedOf(NAME, subject), pairOf(subject)];
    return askAll(NAME, subject, (loss, options) =>
      onFirstWithRoom(stages, (stage) => rowOf(loss, options, pair, seed, stage)),
    );
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "The sharpest first. Coupling 1: no pixel knows of another. Missed: what the Hessian does not tell of a change of the gradient.",
        svg: tableOf(data, id, standalone),
      },
      {
        name: "diagonal",
        caption: "Second derivatives by single logits, sorted, of their largest magnitude.",
        svg: curvesOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
