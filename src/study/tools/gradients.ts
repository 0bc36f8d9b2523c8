/** Where the gradient of a loss goes on a given prediction: to mistakes, to borders, or to what is right already. */
import { robustLimit } from "../colormap.ts";
import { gradientFigures } from "../measure.ts";
import { formatNumber } from "../numbers.ts";
import { type BarPart, stackedBars } from "./draw/bars.ts";
import { mapSheet } from "./draw/maps.ts";
import { askOnPair } from "./shared/on-pair.ts";
import type { Answer } from "./shared/probe.ts";
import { reduced, sizeWithin } from "./shared/resize.ts";
import { signedDistance } from "./shared/scenes.ts";
import { askAll, checkWhole, pairOf } from "./shared/subject.ts";
import { about, one, percent } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.gradients`. */
export interface GradientsSettings {
  /** Pixels a side of the small maps, at most. @defaultValue 96 */
  readonly side?: number;
}

/** Shares by what the prediction says of a pixel, cut at 1/2. */
export interface KindShares {
  /** Foreground that is predicted as background. */
  readonly missed: number;
  /** Background that is predicted as foreground. */
  readonly invented: number;
  /** Foreground that is predicted as such. */
  readonly found: number;
  /** Background that is predicted as such. */
  readonly background: number;
}

/** What `studyTools.gradients` measures of one loss on the pair. */
export interface GradientsRow extends LossName {
  readonly value: number;
  /** Euclidean norm of the gradient, and its largest entry. */
  readonly norm: number;
  readonly largest: number;
  /** Share of the pixels whose gradient is at most a thousandth of the largest. */
  readonly vanishingShare: number;
  /** Shares of the sum of |gradient|; `null` where it is 0. */
  readonly pull: KindShares | null;
  /** Share of the pull within 3 pixels of the target's border; `null` as before. */
  readonly borderPull: number | null;
  /** Share of the pull that leads away from the label; `null` as before. */
  readonly wrongWay: number | null;
  /** The gradient made smaller, in steps of a hundredth of `limit`, from -100 to 100. */
  readonly map: readonly number[];
  readonly limit: number;
}

/** What `studyTools.gradients` measures. */
export interface GradientsData extends ToolData<GradientsRow> {
  /** Of the small maps. */
  readonly width: number;
  readonly height: number;
  /** Shares of the pixels. */
  readonly pixels: KindShares;
  readonly borderPixels: number;
}

const NAME = "gradients";
const BORDER = 3;
const KINDS = ["missed", "invented", "found", "background"] as const;
const PARTS: readonly BarPart[] = [
  { name: "missed", color: "#2166ac", dark: true },
  { name: "invented", color: "#b2182b", dark: true },
  { name: "foreground, found", color: "#e8b84a", dark: false },
  { name: "background, right", color: "#a9b3bf", dark: false },
];

/** Position of a pixel's kind. */
const kindOf = (target: number, predicted: number) =>
  target >= 0.5 ? (predicted < 0.5 ? 0 : 2) : predicted >= 0.5 ? 1 : 3;

const sharesOf = (sums: readonly number[]): KindShares => {
  const total = sums.reduce((a, b) => a + b, 0);
  const [missed, invented, found, background] = sums.map((sum) => sum / total);
  return { missed, invented, found, background };
};

interface Scene {
  readonly kinds: Uint8Array;
  /** 1 within the border. */
  readonly border: Uint8Array;
  /** Which way the label lies: 1 up, -1 down. */
  readonly towards: Int8Array;
}

function pullsOf({ gradient }: Answer, { kinds, border, towards }: Scene) {
  const sums = [0, 0, 0, 0];
  let [atBorder, away] = [0, 0];
  for (let i = 0; i < kinds.length; i++) {
    const pull = Math.abs(gradient[i]);
    sums[kinds[i]] += pull;
    if (border[i] === 1) atBorder += pull;
    // A step goes against the gradient.
    if (gradient[i] * towards[i] > 0) away += pull;
  }
  const total = sums.reduce((a, b) => a + b, 0);
  const share = (part: number) => (total > 0 ? part / total : null);
  const { gradientNorm, gradientMax, vanishingShare } = gradientFigures(gradient);
  return {
    norm: gradientNorm,
    largest: gradientMax,
    vanishingShare,
    pull: total > 0 ? sharesOf(sums) : null,
    borderPull: share(atBorder),
    wrongWay: share(away),
  };
}

const mistakes = ({ pull }: GradientsRow) => (pull === null ? -1 : pull.missed + pull.invented);

const ranked = (losses: readonly GradientsRow[]) => [...losses].sort((a, b) => mistakes(b) - mistakes(a));

function barsOf({ losses, pixels }: GradientsData, id: string, standalone: boolean): string {
  const shares = (kinds: KindShares) => KINDS.map((kind) => kinds[kind]);
  return stackedBars({
    title: "Where the pull goes, in %",
    description:
      "For each loss, shares of the pull on missed pixels, invented ones, foreground that was found and background that is right. Those that turn to mistakes come first.",
    parts: PARTS,
    bars: [
      { label: "share of the pixels", shares: shares(pixels), reference: true },
      ...ranked(losses).map(({ title, pull }) => ({
        label: title,
        shares: pull === null ? null : shares(pull),
      })),
    ],
    id: `${id}-bars`,
    standalone,
  });
}

function sheetOf({ losses, width, height }: GradientsData, id: string, standalone: boolean): string {
  return mapSheet({
    title: "Gradient maps",
    description: "For each loss a small map of its gradient by the logits.",
    width,
    height,
    maps: losses.map(({ title, map, limit }) => ({
      title,
      note: `±${formatNumber(limit, 2)}`,
      levels: map,
    })),
    ends: ["to foreground", "to background"],
    id: `${id}-maps`,
    standalone,
  });
}

function findingsOf({ losses, pixels, borderPixels }: GradientsData): ToolFinding[] {
  const wrong = pixels.missed + pixels.invented;
  const turned = losses.filter((row) => mistakes(row) >= 0.5);
  const spread = losses.filter((row) => row.pull !== null && mistakes(row) < 3 * wrong);
  const few = losses.filter(({ vanishingShare, pull }) => pull !== null && vanishingShare >= 0.9);
  const border = losses.filter(({ borderPull }) => (borderPull ?? 0) >= 0.75);
  const away = losses.filter(({ wrongWay }) => (wrongWay ?? 0) >= 0.05);
  const sides = losses.filter(({ pull }) => pull !== null && pull.missed + pull.invented > 0);
  const missing = sides.filter(
    ({ pull }) => (pull?.missed ?? 0) > 4 * (pull?.invented ?? 0) * ratioOf(pixels),
  );
  return [
    ...about(
      turned,
      (names) =>
        `At least half of the pull of ${names} goes to mistakes, which are ${percent(wrong)} of the pixels.`,
    ),
    ...about(
      spread,
      (names, n) => `${names} ${one(n, "spends", "spend")} nearly all of the pull on what is right already.`,
    ),
    ...about(
      missing,
      (names) => `A missed pixel is pulled more than 4 times as hard as an invented one by ${names}.`,
    ),
    ...about(
      border,
      (names) =>
        `Three quarters and more of the pull of ${names} lie within ${BORDER} pixels of the border (${percent(borderPixels)} of the pixels).`,
    ),
    ...about(few, (names, n) => `${names} ${one(n, "reaches", "reach")} less than a tenth of the pixels.`),
    ...about(
      away,
      (names) =>
        `Part of the pull of ${names} leads away from the label: up to ${percent(Math.max(...away.map(({ wrongWay }) => wrongWay ?? 0)))}.`,
    ),
    ...about(
      losses.filter(({ pull }) => pull === null),
      (names) => `No gradient at all on this pair: ${names}.`,
    ),
  ];
}

/** Missed pixels for each invented one. */
const ratioOf = ({ missed, invented }: KindShares) => (invented > 0 ? missed / invented : Infinity);

/**
 * Where the gradient of each loss goes on a pair: shares of the pull by what the prediction says of a pixel, at the border,
 * and in the wrong direction; and a small map.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { lesionPhantom, studyTools } from "segtape/study";
 * const { prediction, target, width, height } = lesionPhantom({ size: 32 });
 * const pair = { prediction, target: Float64Array.from(target), width, height };
 * const data = await studyTools.gradients.run({ losses: [losses.binaryCrossEntropyLoss], pair });
 * data.losses[0].wrongWay; // 0: each pixel is pulled towards its label
 * ```
 */
export const gradients: StudyTool<GradientsData, GradientsSettings> = {
  name: NAME,
  title: "Where the pull goes",
  question: "Does the gradient go to the mistakes of this prediction, or to what is right already?",
  reading:
    "A bar shares out the sum of the gradient's magnitudes: long blue and red parts are pull on mistakes. In the maps red lowers a pixel, blue raises it and white leaves it alone.",
  async run(subject, { side = 96 } = {}) {
    checkWhole(NAME, "side", side, 4, 1024);
    const { pair, logits } = pairOf(subject);
    const { prediction, target, width, height } = pair;
    const kinds = Uint8Array.from(target, (g, i) => kindOf(g, prediction[i]));
    const mask = target.map((g) => Number(g >= 0.5));
    const border = Uint8Array.from(signedDistance(mask, width, height), (d) => Number(Math.abs(d) < BORDER));
    const scene: Scene = { kinds, border, towards: Int8Array.from(mask, (g) => 2 * g - 1) };
    const small = sizeWithin(pair, side);
    const data = await askAll(NAME, subject, async (loss, options) => {
      const answer = await askOnPair(loss, options, { pair, logits });
      const map = reduced(Float64Array.from(answer.gradient), pair, small);
      const limit = robustLimit(map);
      const level = (g: number) => Math.round(100 * Math.min(1, Math.max(-1, limit > 0 ? g / limit : 0))) + 0;
      return { value: answer.value, ...pullsOf(answer, scene), map: Array.from(map, level), limit };
    });
    const counts = [0, 0, 0, 0];
    for (const kind of kinds) counts[kind]++;
    const borderPixels = border.reduce((a, b) => a + b, 0) / border.length;
    return { ...data, ...small, pixels: sharesOf(counts), borderPixels };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "Shares of the pull by what the prediction says of a pixel; those that turn to mistakes first.",
        svg: barsOf(data, id, standalone),
      },
      {
        name: "maps",
        caption: "The gradient by the logits, each on a scale of its own that covers 99.5 % of the pixels.",
        svg: sheetOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
