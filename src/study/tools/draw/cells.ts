/** Numbers as cells of a table: what they say, and where they stand on the colour scale. */
import { formatNumber } from "../../numbers.ts";
import { ratioText } from "../shared/words.ts";
import type { HeatCell } from "./heat-table.ts";

/** Where there is no number. */
export const NO_CELL: HeatCell = { text: "–", position: null };

const within = (position: number) => Math.min(1, Math.max(0, position));

/** A share in percent, on a linear scale; two digits, one where it is small. */
export function shareCell(share: number | null): HeatCell {
  if (share === null || !Number.isFinite(share)) return NO_CELL;
  return { text: formatNumber(100 * share, Math.abs(share) < 0.1 ? 1 : 2), position: within(share) };
}

/** A share in percent, on a scale of four decades. */
export function smallShareCell(share: number | null): HeatCell {
  if (share === null || !Number.isFinite(share)) return NO_CELL;
  const size = 100 * share;
  const text = size >= 9.95 ? size.toFixed(0) : size < 0.001 ? (size > 0 ? "~0" : "0") : size.toPrecision(2);
  return { text, position: share > 0 ? within(1 + Math.log10(share) / 4) : 0 };
}

/** A ratio: 1 has no colour, eight times as much or an eighth the strongest of a scale with two arms. */
export function ratioCell(ratio: number | null): HeatCell {
  if (ratio === null || !Number.isFinite(ratio)) return NO_CELL;
  if (Math.abs(ratio - 1) < 0.02) return { text: "1", position: null };
  const text = ratio > 0 && ratio < 1e-3 ? "~0" : ratio >= 1e4 ? "> 10⁴" : ratioText(ratio);
  return { text, position: ratio > 0 ? within(0.5 + Math.log2(ratio) / 6) : 0 };
}

/** Places of a few of a list, evenly, both ends among them. */
export function someOf(list: readonly unknown[], count: number): number[] {
  const last = list.length - 1;
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1))))];
}
