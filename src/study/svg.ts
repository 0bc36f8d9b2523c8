/** Line charts as SVG text, by hand: no library, no script, light and dark, readable by a screen reader. */
import { formatNumber, niceTicks, powerOfTen } from "./numbers.ts";

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  /** As long as `x`; the line is interrupted where a value is not finite. */
  readonly y: readonly number[];
}

/** A chart of up to eight lines over one horizontal axis. */
export interface LineChart {
  readonly title: string;
  /** Read out in place of the picture. */
  readonly description?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Ends of the horizontal axis. Default: those of the data. */
  readonly xRange?: readonly [number, number];
  /** Ends of the vertical axis; lines are clipped there. Default: those of the data, rounded. */
  readonly yRange?: readonly [number, number];
  /** Drawing units, pixels at full size. Default 360 x 270. */
  readonly width?: number;
  readonly height?: number;
  /** Prefix of the ids inside; unique on a page with several charts. Default "chart". */
  readonly id?: string;
  /**
   * True for a file of its own: with its style inside. False to stand in a page that has {@link chartStyle}.
   */
  readonly standalone?: boolean;
}

/**
 * CSS of the charts. A page may set `--series-1` to `--series-8`; text and axes take the colour of the text
 * around. The lines differ by dashes as well as by colour. The colours are those of Okabe and Ito (2008),
 * chosen for readers with any colour vision.
 */
export const chartStyle = `
.chart{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.chart text{fill:currentColor}
.chart .chart-title{font-size:13px;font-weight:600}
.chart .tick{font-size:11px;opacity:.72;font-variant-numeric:tabular-nums}
.chart .label{font-size:11.5px;opacity:.85}
.chart .grid{stroke:currentColor;opacity:.12}
.chart .axis{stroke:currentColor;opacity:.5}
.chart .line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.chart .series-1{stroke:var(--series-1,#0072b2)}
.chart .series-2{stroke:var(--series-2,#d55e00);stroke-dasharray:7 4}
.chart .series-3{stroke:var(--series-3,#009e73);stroke-dasharray:2 4}
.chart .series-4{stroke:var(--series-4,#cc79a7);stroke-dasharray:10 3 2 3}
.chart .series-5{stroke:var(--series-5,#a86f00);stroke-dasharray:14 4}
.chart .series-6{stroke:var(--series-6,#56b4e9)}
.chart .series-7{stroke:var(--series-7,#7a4fc4);stroke-dasharray:4 3}
.chart .series-8{stroke:currentColor;stroke-dasharray:1 3}
`.trim();

/** The colours of the lines on a dark page. */
export const darkSeries =
  "--series-1:#5db7f0;--series-2:#ff9d4d;--series-3:#3ccf9f;--series-4:#e6a3c8;" +
  "--series-5:#e8b84a;--series-6:#a8dcff;--series-7:#b79bf2";

const standaloneStyle = `
svg{background:#fff;color:#1b1f24}
@media (prefers-color-scheme:dark){
svg{background:#14171c;color:#e6e9ee;
${darkSeries}}}
`.trim();

/** What every drawing has around its content. */
export interface Frame {
  readonly title: string;
  /** Read out in place of the picture. */
  readonly description: string;
  /** Drawing units, pixels at full size. */
  readonly width: number;
  readonly height: number;
  /** Prefix of the ids inside, unique on its page. */
  readonly id: string;
  /** True for a file of its own: with its style inside. */
  readonly standalone: boolean;
  /** CSS beside {@link chartStyle}, for a file of its own. */
  readonly style?: string;
}

/**
 * The `<svg>` element around a drawing: named for those who do not see it, with its style where it is a file of its own.
 *
 * @param content - SVG inside
 */
export function svgFrame(frame: Frame, content: string): string {
  const { title, description, width, height, id, standalone, style = "" } = frame;
  return [
    `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img"`,
    ` aria-labelledby="${id}-title ${id}-description"`,
    standalone ? ` xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` : ">",
    `<title id="${id}-title">${escapeText(title)}</title>`,
    `<desc id="${id}-description">${escapeText(description)}</desc>`,
    standalone ? `<style>${chartStyle}\n${style === "" ? "" : `${style}\n`}${standaloneStyle}</style>` : "",
    content,
    "</svg>",
  ].join("");
}

/** Text made safe for XML and HTML, between tags and in quoted attributes. */
export function escapeText(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

/** The range of the finite values, widened to something drawable. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  if (low === high) return low === 0 ? [-1, 1] : [Math.min(0, 2 * low), Math.max(0, 2 * low)];
  return [low, high];
}

/** The range with a little room, from and to whole ticks where that costs little. */
function withRoom([low, high]: readonly [number, number]): readonly [number, number] {
  const room = 0.04 * (high - low);
  // An axis that nearly starts at 0 starts there.
  return [low >= 0 && low < 0.3 * high ? 0 : low - room, high <= 0 && high > 0.3 * low ? 0 : high + room];
}

/** A power of ten to take out of the tick labels, so that they stay short. */
function commonPower(low: number, high: number): number {
  const power = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  return power < -2 || power > 3 ? 3 * Math.floor(power / 3) : 0;
}

/** A number to two places, as SVG takes it. */
export const short = (value: number): string => String(Math.round(value * 100) / 100);

/** The line through some points, interrupted where a value is not finite or has no place across. */
export function pathOf(
  { x, y }: Pick<Series, "x" | "y">,
  place: (x: number, y: number) => readonly [number, number],
): string {
  let [path, pen] = ["", "M"];
  x.forEach((at, i) => {
    const [left, top] = place(at, y[i]);
    if (!Number.isFinite(left) || !Number.isFinite(y[i])) {
      pen = "M";
      return;
    }
    path += `${pen}${short(left)} ${short(top)}`;
    pen = "L";
  });
  return path;
}

/** A key and a name for each line, in as many rows as it takes. */
function legendOf(
  series: readonly Series[],
  left: number,
  right: number,
): { keys: readonly string[]; rows: number } {
  let [from, row] = [left, 0];
  const keys = series.map(({ name }, index) => {
    // Letters are about 6.3 units wide at this size.
    const size = 44 + 6.3 * name.length;
    if (from > left && from + size - 14 > right) [from, row] = [left, row + 1];
    const y = 38 + 18 * row;
    const key = `<line class="line series-${index + 1}" x1="${from}" x2="${from + 24}" y1="${y}" y2="${y}"/>`;
    const text = `<text class="label" x="${from + 30}" y="${y}" dy=".35em">${escapeText(name)}</text>`;
    from += size;
    return key + text;
  });
  return { keys, rows: row + 1 };
}

/**
 * Draws a line chart: title, legend, axes with round ticks, grid and labels.
 *
 * The picture scales with the width it is given. Axes and text have the colour of the text around it, so that
 * it follows a page from light to dark; `standalone` adds both styles for a file of its own.
 *
 * @returns one `<svg>` element as text.
 *
 * @example
 * ```ts
 * const svg = lineChart({
 *   title: "Loss",
 *   xLabel: "step",
 *   yLabel: "value",
 *   series: [{ name: "Dice", x: [0, 1, 2], y: [0.9, 0.5, 0.3] }],
 *   standalone: true,
 * });
 * ```
 */
export function lineChart(chart: LineChart): string {
  const {
    title,
    xLabel,
    yLabel,
    series,
    width = 360,
    height = 270,
    id = "chart",
    standalone = false,
  } = chart;
  const description =
    chart.description ?? `${yLabel} against ${xLabel}: ${series.map(({ name }) => name).join(", ")}.`;
  const [left, right] = [50, width - 12];
  const { keys, rows } = legendOf(series, left, right);
  const [top, bottom] = [40 + 18 * rows, height - 40];
  const [x0, x1] = chart.xRange ?? rangeOf(series.flatMap(({ x }) => x));
  const [y0, y1] = chart.yRange ?? withRoom(rangeOf(series.flatMap(({ y }) => y)));
  // Subtracting inside keeps the place finite for ranges near the ends of float64.
  const acrossOf = (x: number) => left + ((x - x0) / (x1 - x0)) * (right - left);
  const downOf = (y: number) => {
    const place = bottom - ((y - y0) / (y1 - y0)) * (bottom - top);
    // Far outside the clipped area all places look alike.
    return Math.min(height + 2000, Math.max(-2000, place));
  };

  const power = commonPower(y0, y1);
  const parts: string[] = [];
  for (const tick of niceTicks(y0, y1, 4)) {
    const y = short(downOf(tick));
    parts.push(`<line class="grid" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>`);
    const label = formatNumber(tick / 10 ** power, 3);
    parts.push(`<text class="tick" x="${left - 7}" y="${y}" dy=".35em" text-anchor="end">${label}</text>`);
  }
  for (const tick of niceTicks(x0, x1, 5)) {
    const x = short(acrossOf(tick));
    parts.push(`<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`);
    parts.push(
      `<text class="tick" x="${x}" y="${bottom + 16}" text-anchor="middle">${formatNumber(tick, 3)}</text>`,
    );
  }
  if (y0 < 0 && y1 > 0) {
    const zero = short(downOf(0));
    parts.push(`<line class="axis" x1="${left}" x2="${right}" y1="${zero}" y2="${zero}"/>`);
  }
  parts.push(`<path class="axis" fill="none" d="M${left} ${top}V${bottom}H${right}"/>`);
  const lines = series.map(
    (line, index) =>
      `<path class="line series-${index + 1}" d="${pathOf(line, (x, y) => [acrossOf(x), downOf(y)])}"/>`,
  );

  const unit = power === 0 ? "" : ` × ${powerOfTen(power)}`;
  const middle = short((top + bottom) / 2);
  const room = `x="${left}" y="${top - 2}" width="${right - left}" height="${bottom - top + 4}"`;
  const center = short((left + right) / 2);
  return svgFrame(
    { title, description, width, height, id, standalone },
    [
      `<clipPath id="${id}-clip"><rect ${room}/></clipPath>`,
      `<text class="chart-title" x="${left}" y="17">${escapeText(title)}</text>`,
      ...keys,
      ...parts,
      `<g clip-path="url(#${id}-clip)">${lines.join("")}</g>`,
      `<text class="label" x="${center}" y="${height - 7}" text-anchor="middle">${escapeText(xLabel)}</text>`,
      `<text class="label" transform="translate(12 ${middle}) rotate(-90)" text-anchor="middle">`,
      `${escapeText(yLabel + unit)}</text>`,
    ].join(""),
  );
}
