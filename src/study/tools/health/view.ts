/** What health shows and says. */
import { formatNumber, powerOfTen } from "../../numbers.ts";
import { NO_CELL, smallShareCell } from "../draw/cells.ts";
import { type HeatCell, heatTable } from "../draw/heat-table.ts";
import { panelGrid } from "../draw/panels.ts";
import { about, one } from "../shared/words.ts";
import type { ToolFinding } from "../tool.ts";
import type { HealthData, HealthRow, WrongPull } from "./measure.ts";
import type { SizeLimits } from "./size-limits.ts";

/** Errors up to which float32 is as good as it gets, and from which a loss needs care. */
const FINE = 1e-5;
const POOR = 1e-3;
/** e to the minus this is still more than 0 in float32. */
const EXPONENT = 88;
/** Images beyond this many pixels (32768 a side) nobody has. */
const HUGE = 2 ** 30;

/** Errors as colours: 1e-8 to 1e-2. */
function errorCell(error: number | null): HeatCell {
  if (error === null) return NO_CELL;
  if (error === 0) return { text: "0", position: 0 };
  const power = Math.floor(Math.log10(error));
  const text =
    error >= 0.01 ? formatNumber(error, 2) : `${Math.floor(error / 10 ** power)} × ${powerOfTen(power)}`;
  return { text, position: Math.min(1, Math.max(0, (Math.log10(error) + 8) / 6)) };
}

/** The earlier a scale, the brighter. */
function scaleCell(scale: number | null, scales: readonly number[]): HeatCell {
  if (scale === null) return { text: "never", position: 0 };
  return { text: formatNumber(scale), position: 1 - scales.indexOf(scale) / scales.length };
}

function pixelCell(largest: SizeLimits | null, which: keyof SizeLimits): HeatCell {
  if (largest === null) return NO_CELL;
  const pixels = largest[which];
  if (pixels === null) return { text: "none", position: 0 };
  const side = Math.floor(Math.sqrt(pixels));
  const text = pixels > HUGE ? `${powerOfTen(Math.floor(Math.log10(pixels)))} px` : `${side}²`;
  // 128 x 128 is the brightest.
  return { text, position: Math.min(1, Math.max(0, 1 - Math.log2(pixels / 2 ** 14) / 16)) };
}

const worst = ({ gradientError, valueError }: HealthRow) =>
  gradientError === null && valueError === null ? Infinity : Math.max(gradientError ?? 0, valueError ?? 0);

const byError = (losses: readonly HealthRow[]) => [...losses].sort((a, b) => worst(b) - worst(a));

export function tableOf({ losses, scales }: HealthData, id: string, standalone: boolean): string {
  return heatTable({
    title: "How well float32 bears the loss",
    description:
      "For each loss: relative errors of value and gradient in float32, the logits at which the pull on wrong pixels fades, ends or breaks, and the largest image. The largest errors come first.",
    blocks: [
      { title: "Error of float32", hint: "relative to float64", columns: ["value", "gradient"], width: 76 },
      { title: "Lost in float32", hint: "% of entries", columns: ["to 0"], width: 96 },
      {
        title: "Wrong pixels, at logits of",
        hint: "pull under 1/1000; 0; not finite",
        columns: ["fades", "silent", "breaks"],
        width: 62,
      },
      { title: "Largest image", hint: "before", columns: ["a count rounds", "range ends"], width: 92 },
    ],
    rows: byError(losses).map((row) => ({
      label: row.title,
      cells: [
        errorCell(row.valueError),
        errorCell(row.gradientError),
        smallShareCell(row.underflow),
        scaleCell(row.fadesAt, scales),
        scaleCell(row.silentAt, scales),
        scaleCell(row.breaksAt, scales),
        pixelCell(row.largest, "digits"),
        pixelCell(row.largest, "range"),
      ],
    })),
    ends: ["harmless", "mind it"],
    id: `${id}-table`,
    standalone,
  });
}

export function curvesOf({ losses, scales }: HealthData, id: string, standalone: boolean): string {
  const relative = (pulls: readonly (number | null)[], { missed, invented }: WrongPull) => {
    const strongest = Math.max(...[...missed, ...invented].map((pull) => pull ?? 0));
    // A line that has fallen to 0 leaves the panel below, where float32 has no numbers left.
    return pulls.map((pull) =>
      pull === null || strongest === 0 ? Number.NaN : Math.max(1e-300, pull / strongest),
    );
  };
  return panelGrid({
    title: "The pull on pixels that are surely wrong, over the strongest",
    description: "For each loss, mean gradient of missed and of invented pixels against the size of logits.",
    names: ["missed, float32", "invented, float32", "missed, float64", "invented, float64"],
    panels: losses.map(({ title, float32, float64 }) => ({
      title,
      series: [float32.missed, float32.invented, float64.missed, float64.invented].map((pulls) => ({
        x: scales,
        y: relative(pulls, float64),
      })),
    })),
    x: {
      label: "size of the logits",
      range: [scales[0], scales[scales.length - 1]],
      log: true,
      // The last would run into the first of the next panel.
      ticks: [1, 10, 100, 1000].filter((x) => x >= scales[0] && x < scales[scales.length - 1]),
      format: (x) => formatNumber(x),
    },
    y: { label: "pull, relative", range: [1e-50, 1e4], log: true, ticks: [1e-40, 1e-20, 1] },
    id: `${id}-curves`,
    standalone,
  });
}

export function findingsOf({ losses, scales }: HealthData): ToolFinding[] {
  const fine = losses.filter((row) => worst(row) <= FINE);
  const poor = losses.filter((row) => worst(row) >= POOR && worst(row) < Infinity);
  const lost = losses.filter(
    ({ valueError, value, gradientError }) => valueError === null && value !== 0 && gradientError === null,
  );
  const early = losses.filter(({ silentAt }) => silentAt !== null && silentAt < EXPONENT);
  const silent = losses.filter(({ silentAt }) => silentAt !== null && silentAt >= EXPONENT);
  const fading = losses.filter(({ fadesAt, silentAt }) => fadesAt !== null && silentAt === null);
  const broken = losses.filter(({ breaksAt }) => breaksAt !== null);
  const bearing = losses.filter(({ fadesAt, breaksAt }) => fadesAt === null && breaksAt === null);
  const earliest = (list: readonly (number | null)[]) =>
    formatNumber(Math.min(...list.map((x) => x ?? Infinity)));
  const end = formatNumber(scales[scales.length - 1]);
  const small = losses.filter(({ largest }) => largest?.range != null && largest.range < HUGE);
  const counted = losses.flatMap(({ largest }) => (largest?.digits == null ? [] : [largest.digits]));
  return [
    ...about(
      fine,
      (names, n) =>
        `${names} ${one(n, "is", "are")} well in float32: value and gradient are right to 5 digits and more on this pair.`,
    ),
    ...about(
      poor,
      (names, n) =>
        `${names} ${one(n, "loses", "lose")} digits in float32: errors of ${one(n, "", "up to ")}${formatNumber(Math.max(...poor.map(worst)), 2)} of the value, or of the largest entry of the gradient.`,
    ),
    ...about(lost, (names, n) => `${names} ${one(n, "is", "are")} not finite in float32 on this pair.`),
    ...about(
      bearing,
      (names, n) =>
        `${names} ${one(n, "pulls", "pull")} at sure mistakes at any size of logits up to ${end}: with at least a thousandth of the strongest pull.`,
    ),
    ...about(
      early,
      (names, n) =>
        `${names} ${one(n, "falls", "fall")} silent early: from logits of ${one(n, "", "as little as ")}${earliest(early.map(({ silentAt }) => silentAt))} on all mistakes of one kind have a gradient of exactly 0 in float32, long before e to the power of minus the logit is.`,
    ),
    ...about(
      silent,
      (names, n) =>
        `${names} ${one(n, "pulls", "pull")} by the slope of the sigmoid: under a thousandth of the strongest from logits of ${one(n, "", "as little as ")}${earliest(silent.map(({ fadesAt }) => fadesAt))} on, and exactly 0 in float32 from ${one(n, "", "at least ")}${earliest(silent.map(({ silentAt }) => silentAt))} on.`,
    ),
    ...about(
      fading,
      (names, n) =>
        `${names} ${one(n, "fades", "fade")} slowly: the pull is under a thousandth of the strongest from logits of ${one(n, "", "as little as ")}${earliest(fading.map(({ fadesAt }) => fadesAt))} on.`,
    ),
    ...about(
      broken,
      (names, n) =>
        `${names} ${one(n, "is", "are")} not finite any more at logits of ${one(n, "", "as little as ")}${earliest(broken.map(({ breaksAt }) => breaksAt))}.`,
    ),
    ...about(
      small,
      (names, n) =>
        `${names} ${one(n, "leaves", "leave")} the range of float32 on images of ${one(n, "", "as little as ")}${formatNumber(Math.min(...small.map(({ largest }) => largest?.range ?? Infinity)), 2)} pixels.`,
    ),
    ...(counted.length === 0
      ? []
      : about(
          losses.filter(({ largest }) => largest?.digits === Math.min(...counted)),
          (names, n) =>
            `The first to count pixels beyond the digits of float32 ${one(n, "is", "are")} ${names}: a pixel more or less is rounded away on images, or batches that are one sum, over ${formatNumber(Math.min(...counted), 3)} pixels.`,
        )),
  ];
}
