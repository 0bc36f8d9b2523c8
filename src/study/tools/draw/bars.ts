/** Stacked bars, one a loss: shares of a whole, by kind. */
import { formatNumber } from "../../numbers.ts";
import { escapeText, short } from "../../svg.ts";
import { drawing, fitted } from "./style.ts";

/** A kind of part, and the colour that it has in every bar. */
export interface BarPart {
  readonly name: string;
  /** CSS colour, dark enough to bear white text, or light enough to bear black. */
  readonly color: string;
  readonly dark: boolean;
}

/** One bar. */
export interface Bar {
  readonly label: string;
  /** Of the whole, in the order of the parts; `null` where there is no whole. */
  readonly shares: readonly number[] | null;
  /** Set apart from the bars below. */
  readonly reference?: boolean;
}

/** What {@link stackedBars} draws. */
export interface StackedBars {
  readonly title: string;
  readonly description: string;
  readonly parts: readonly BarPart[];
  readonly bars: readonly Bar[];
  readonly id: string;
  readonly standalone?: boolean;
}

const LEFT = 246;
const WIDTH = 700;
const ROW = 21;
const TOP = 58;
/** Shares narrower than this have no room for their number. */
const TOLD = 0.035;

function barOf({ label, shares }: Bar, parts: readonly BarPart[], y: number): string {
  const middle = `y="${y + (ROW - 3) / 2}" dy=".35em"`;
  const pieces = [`<text class="row" x="10" ${middle}>${fitted(label, 34)}</text>`];
  if (shares === null) return `${pieces[0]}<text class="cell none" x="${LEFT}" ${middle}>–</text>`;
  let x = LEFT;
  shares.forEach((share, i) => {
    const width = WIDTH * share;
    const { color, dark } = parts[i];
    if (width >= 0.1)
      pieces.push(
        `<rect x="${short(x)}" y="${y}" width="${short(width)}" height="${ROW - 3}" fill="${color}"/>`,
      );
    if (share >= TOLD)
      pieces.push(
        `<text class="cell ${dark ? "on-dark" : "on-light"}" x="${short(x + width / 2)}" ${middle} text-anchor="middle">${formatNumber(100 * share, 2)}</text>`,
      );
    x += width;
  });
  return pieces.join("");
}

/**
 * Draws shares of a whole as stacked bars, in percent.
 *
 * @returns one `<svg>` element as text
 */
export function stackedBars(chart: StackedBars): string {
  const { title, description, parts, bars, id, standalone = false } = chart;
  let x = LEFT;
  const legend = parts.map(({ name, color }) => {
    const key = `<rect x="${short(x)}" y="32" width="14" height="12" rx="2" fill="${color}"/>`;
    const text = `<text class="label" x="${short(x + 20)}" y="38" dy=".35em">${escapeText(name)}</text>`;
    x += 44 + 6.3 * name.length;
    return key + text;
  });
  let y = TOP;
  const drawn = bars.map((bar) => {
    const text = barOf(bar, parts, y);
    y += bar.reference === true ? ROW + 8 : ROW;
    return text;
  });
  return drawing(
    { title, description, width: LEFT + WIDTH + 14, height: y + 8, id, standalone },
    [`<text class="chart-title" x="10" y="18">${escapeText(title)}</text>`, ...legend, ...drawn].join(""),
  );
}
