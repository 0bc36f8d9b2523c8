/** Numbers and names in sentences. */
import { formatNumber } from "../../numbers.ts";
import type { LossName, ToolFinding } from "../tool.ts";

/** Names that one sentence tells; more are counted. */
const MOST = 6;

/** "Dice, Jaccard and Tversky"; of a long list the first few, and how many more. */
export function titles(losses: readonly LossName[]): string {
  const all = losses.map(({ title }) => title);
  // One more would take no more room than "and 1 more".
  const shown = all.length <= MOST + 1 ? all : [...all.slice(0, MOST), `${all.length - MOST} more`];
  if (shown.length === 1) return shown[0];
  return `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
}

/** A share as percent, however small. */
export const percent = (share: number, digits = 2): string => `${formatNumber(100 * share, digits)} %`;

/** A ratio that compares: "1/40", or "2.5". */
export function ratioText(ratio: number): string {
  if (ratio > 0 && ratio < 0.1) return `1/${formatNumber(1 / ratio, 2)}`;
  return formatNumber(ratio, 2);
}

/** A sentence about losses, where there are any. */
export function about<T extends LossName>(
  losses: readonly T[],
  sentence: (names: string, count: number) => string,
): ToolFinding[] {
  if (losses.length === 0) return [];
  return [{ losses: losses.map(({ name }) => name), text: sentence(titles(losses), losses.length) }];
}

/** A form of a verb, or of any word, by number. */
export const one = (count: number, singular: string, plural: string): string =>
  count === 1 ? singular : plural;
