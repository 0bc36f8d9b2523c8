/** What a lesion is worth to a loss as it shrinks from half of the image to a few pixels. */
import { OptionError, refuse } from "../../errors.ts";
import { seededRandom } from "../../random.ts";
import { formatNumber } from "../numbers.ts";
import { smallShareCell } from "./draw/cells.ts";
import { heatTable } from "./draw/heat-table.ts";
import { panelGrid } from "./draw/panels.ts";
import { type Answer, probe, type Scene } from "./shared/probe.ts";
import { growth, maskOf, SIDE, sureOf, undecided } from "./shared/scenes.ts";
import { askAll, checkWhole, seedOf } from "./shared/subject.ts";
import { about, one, percent, titles } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.imbalance`. */
export interface ImbalanceSettings {
  /** Shares of the image that the lesion takes, falling, each over 0 up to 1. @defaultValue 12 from 0.5 to 0.0001 */
  readonly shares?: readonly number[];
  /** Pixels a side. @defaultValue 176 */
  readonly side?: number;
}

/** A prediction, and what a loss says of it at each size of the lesion. */
export interface SizeSeries {
  readonly value: readonly number[];
  /** Euclidean norm of the gradient on the lesion, and on the rest. */
  readonly foregroundNorm: readonly number[];
  readonly backgroundNorm: readonly number[];
  /** Share of the sum of |gradient| that falls on the lesion; `null` where the gradient is 0 everywhere. */
  readonly pullShare: readonly (number | null)[];
  /** Mean |gradient| of the lesion's pixels. */
  readonly pullPerPixel: readonly number[];
}

/** What `studyTools.imbalance` measures of one loss; lists are by size. */
export interface ImbalanceRow extends LossName {
  /** p = 0.5 everywhere. */
  readonly undecided: SizeSeries;
  /** Sure that there is nothing. */
  readonly missed: SizeSeries;
  /** Sure, and right about half of the lesion. */
  readonly halfFound: SizeSeries;
  /** Value of missing the lesion less value of finding it. */
  readonly charge: readonly number[];
}

/** What `studyTools.imbalance` measures. */
export interface ImbalanceData extends ToolData<ImbalanceRow> {
  /** Pixels a side. */
  readonly side: number;
  /** Of the image, falling; whole pixels. */
  readonly shares: readonly number[];
  /** Pixels of the lesion. */
  readonly pixels: readonly number[];
}

const NAME = "imbalance";
const SHARES = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
/** Of the charge for the largest lesion, and of the pull: what still counts as noticed. */
const NOTICED = 0.1;
/** Of the pull on an undecided pixel: below, a loss has let go of it. */
const LET_GO = 0.01;

interface Size {
  readonly mask: Float64Array;
  readonly pixels: number;
}

function sizesOf(shares: readonly number[], side: number, seed: number): Size[] {
  const order = growth(side, seed, { x: 0, y: 0 });
  return shares.map((share, i) => {
    if (!(share > 0 && share <= 1) || share >= (shares[i - 1] ?? Infinity))
      refuse(OptionError, NAME, "shares", `[${shares.join(", ")}]`, "falling numbers over 0, up to 1");
    const pixels = Math.max(1, Math.round(share * side * side));
    return { mask: maskOf(side * side, order.subarray(0, pixels)), pixels };
  });
}

/** The half of a mask on the left. */
function leftHalf(mask: Float64Array, side: number, pixels: number): Float64Array {
  const found = [...mask.keys()].filter((i) => mask[i] > 0).sort((a, b) => (a % side) - (b % side));
  return maskOf(mask.length, found.slice(0, Math.ceil(pixels / 2)));
}

function seriesOf(answers: readonly Answer[], sizes: readonly Size[]): SizeSeries {
  const parts = answers.map(({ gradient }, at) => {
    const { mask } = sizes[at];
    const [square, sum] = [
      [0, 0],
      [0, 0],
    ];
    for (let i = 0; i < mask.length; i++) {
      square[mask[i]] += gradient[i] ** 2;
      sum[mask[i]] += Math.abs(gradient[i]);
    }
    return { square, sum };
  });
  return {
    value: answers.map(({ value }) => value),
    backgroundNorm: parts.map(({ square }) => Math.sqrt(square[0])),
    foregroundNorm: parts.map(({ square }) => Math.sqrt(square[1])),
    pullShare: parts.map(({ sum: [back, fore] }) => (back + fore > 0 ? fore / (back + fore) : null)),
    pullPerPixel: parts.map(({ sum }, i) => sum[1] / sizes[i].pixels),
  };
}

/** What is left of the charge, and of the grip, at the smallest size. */
function smallest({ charge, undecided: open, missed }: ImbalanceRow) {
  const last = charge.length - 1;
  return {
    charge: charge[last] / charge[0],
    pull: open.pullShare[last] ?? 0,
    grip: missed.pullPerPixel[last] / open.pullPerPixel[last],
  };
}

const COLUMNS = [0.5, 0.1, 0.01, 0.001, 0.0001];

/** The sizes that a table shows: nearest to round ones, each once. */
function shownSizes(shares: readonly number[]): number[] {
  const nearest = COLUMNS.map((share) => {
    const off = shares.map((s) => Math.abs(Math.log(s / share)));
    return off.indexOf(Math.min(...off));
  });
  return [...new Set(nearest)];
}

function tableOf({ losses, shares, tool }: ImbalanceData, id: string, standalone: boolean): string {
  const shown = shownSizes(shares);
  const columns = shown.map((i) => formatNumber(100 * shares[i], shares[i] < 0.1 ? 1 : 2));
  const ranked = [...losses].sort((a, b) => smallest(b).pull - smallest(a).pull);
  return heatTable({
    title: "What a lesion is worth as it shrinks",
    description: `For each loss and size of the lesion: share of the pull that the lesion gets, and the cost of missing it. Losses ranked by the first at the smallest size: ${titles(ranked)}.`,
    corner: "lesion, % of the image:",
    blocks: [
      { title: "Undecided (p = 0.5)", hint: "% of the pull on the lesion", columns },
      { title: "Missed for sure", hint: "% of the pull on the lesion", columns },
      { title: "Half of it found", hint: "% of the pull on the lesion", columns },
      { title: "Cost of missing it", hint: "% of the cost at the first size", columns },
    ],
    rows: ranked.map((row) => ({
      label: row.title,
      cells: [row.undecided, row.missed, row.halfFound]
        .flatMap(({ pullShare }) => shown.map((i) => smallShareCell(pullShare[i])))
        .concat(shown.map((i) => smallShareCell(row.charge[i] / row.charge[0]))),
    })),
    ends: ["0.01 % or less", "100 %"],
    id: `${id}-${tool}`,
    standalone,
  });
}

function curvesOf({ losses, shares }: ImbalanceData, id: string, standalone: boolean): string {
  const y = (series: readonly (number | null)[]) => series.map((share) => share ?? Number.NaN);
  return panelGrid({
    title: "Share of the pull on the lesion",
    description: "Share of the pull that the lesion gets against its size, for three predictions.",
    names: ["undecided", "missed for sure", "half found"],
    panels: losses.map((row) => ({
      title: row.title,
      series: [row.undecided, row.missed, row.halfFound].map(({ pullShare }) => ({
        x: shares,
        y: y(pullShare),
      })),
    })),
    x: {
      label: "share of the image that the lesion takes",
      range: [shares[shares.length - 1], shares[0]],
      log: true,
      format: (share) => percent(share),
    },
    y: { label: "share of the pull", range: [1e-4, 1], log: true, format: (share) => percent(share) },
    reference: { name: "its share of pixels", x: shares, y: shares },
    id: `${id}-curves`,
    standalone,
  });
}

function findingsOf({ losses, shares }: ImbalanceData): ToolFinding[] {
  if (losses.length === 0) return [];
  const last = shares[shares.length - 1];
  const size = percent(last, 1);
  const at = (row: ImbalanceRow) => smallest(row);
  const nowhere = losses.filter(({ undecided: { pullShare } }) => pullShare[pullShare.length - 1] === null);
  const byPixel = losses.filter((row) => at(row).pull <= 3 * last && !nowhere.includes(row));
  const held = losses.filter((row) => at(row).pull >= NOTICED);
  const charged = losses.filter((row) => at(row).charge >= NOTICED);
  const cheap = losses.filter((row) => at(row).charge < 10 * last);
  const letGo = held.filter((row) => at(row).grip < LET_GO);
  const all = held.filter((row) => charged.includes(row) && !letGo.includes(row));
  const least = (rows: readonly ImbalanceRow[]) => Math.min(...rows.map((row) => at(row).pull));
  return [
    ...about(
      byPixel,
      (names, n) =>
        `${names} ${one(n, "counts", "count")} by the pixel, or less: on an undecided prediction a lesion of ${size} of the image gets at most ${percent(Math.max(...byPixel.map((row) => at(row).pull)))} of the pull. The background decides every step.`,
    ),
    ...about(nowhere, (names) => `On an undecided prediction there is no gradient at all by ${names}.`),
    ...about(
      held,
      (names, n) =>
        `${names} ${one(n, "gives", "give")} an undecided lesion at least ${percent(least(held))} of the pull at ${size} of the image too.`,
    ),
    ...about(
      charged,
      (names, n) =>
        `Missing a lesion of ${size} costs at least a tenth of what missing one of ${percent(shares[0])} costs, by ${names}: ${one(n, "it counts", "they count")} lesions rather than pixels.`,
    ),
    ...about(
      cheap,
      (names) =>
        `By ${names} missing it is all but free: below ${percent(10 * last)} of the cost of missing the large one.`,
    ),
    ...about(
      letGo,
      (names, n) =>
        `Once the lesion is missed for sure, ${names} ${one(n, "lets", "let")} go of it: a pixel of it feels less than a hundredth of what it felt undecided. Where a network starts out missing everything, ${one(n, "it", "they")} will not find it again by ${one(n, "itself", "themselves")}.`,
    ),
    all.length > 0
      ? {
          losses: all.map(({ name }) => name),
          text: `For lesions of ${size}: ${titles(all)} ${one(all.length, "does", "do")} all three: charge a missed lesion, pull at an undecided one, and hold on to a missed one.`,
        }
      : {
          losses: [],
          text: `For lesions of ${size}: none of these losses does all three, charge a missed lesion, pull at an undecided one, and hold on to a missed one. A sum of one that charges it and one that holds on would.`,
        },
  ];
}

/**
 * How value and gradient behave as the lesion shrinks. One made-up lesion takes from half of the image to a few pixels;
 * the prediction is undecided, misses it for sure, or finds half of it.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { studyTools } from "segtape/study";
 * const subject = { losses: [losses.binaryCrossEntropyLoss] };
 * const data = await studyTools.imbalance.run(subject, { side: 20, shares: [0.5, 0.01] });
 * data.pixels; // [200, 4]
 * data.losses[0].undecided.pullShare[1].toFixed(4); // "0.0100": cross-entropy pulls at pixels, not at lesions
 * ```
 */
export const imbalance: StudyTool<ImbalanceData, ImbalanceSettings> = {
  name: NAME,
  title: "Small lesions",
  question: "What is a lesion worth to a loss as it shrinks, and does the gradient still reach it?",
  reading:
    "Each row is a loss and each column a size of the lesion; a loss for small lesions stays bright from left to right, one that counts pixels darkens as fast as the lesion shrinks.",
  async run(subject, { shares = SHARES, side = SIDE } = {}) {
    checkWhole(NAME, "side", side, 8, 1024);
    const seed = seedOf(NAME, subject);
    const [sizes, random] = [sizesOf(shares, side, seed), seededRandom(seed)];
    const [frame, area] = [{ width: side, height: side }, side * side];
    const each = (logitsOf: (size: Size) => Float64Array): Scene[] =>
      sizes.map((size) => ({ target: size.mask, logits: logitsOf(size) }));
    const nothing = new Float64Array(area);
    const scenes = [
      ...each(() => undecided(area, random)),
      ...each(() => sureOf(nothing, random)),
      ...each(({ mask, pixels }) => sureOf(leftHalf(mask, side, pixels), random)),
      ...each(({ mask }) => sureOf(mask, random)),
    ];
    const data = await askAll(NAME, subject, async (loss, options) => {
      const answers = await probe(loss, options, scenes, frame);
      const part = (k: number) => answers.slice(k * sizes.length, (k + 1) * sizes.length);
      return {
        undecided: seriesOf(part(0), sizes),
        missed: seriesOf(part(1), sizes),
        halfFound: seriesOf(part(2), sizes),
        charge: part(1).map(({ value }, i) => value - part(3)[i].value),
      };
    });
    const pixels = sizes.map((size) => size.pixels);
    return { ...data, side, pixels, shares: pixels.map((count) => count / area) };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption: "What a lesion is worth to each loss, by its size.",
        svg: tableOf(data, id, standalone),
      },
      {
        name: "curves",
        caption:
          "The share of the pull that the lesion gets, against its size; dashed: its share of the pixels.",
        svg: curvesOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
