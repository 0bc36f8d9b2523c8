/** Small charts side by side, one a loss, on the same axes: sixty of them can be compared at a glance. */
import { formatNumber, niceTicks, powerOfTen } from "../../numbers.ts";
import { escapeText, pathOf, type Series, short } from "../../svg.ts";
import { drawing, fitted } from "./style.ts";

/** One axis, the same in every panel. */
export interface PanelAxis {
  readonly label: string;
  readonly range: readonly [number, number];
  /** Whether equal ratios are equally far apart. */
  readonly log?: boolean;
  /** @defaultValue round numbers, or powers of ten */
  readonly ticks?: readonly number[];
  /** @defaultValue a short number */
  readonly format?: (value: number) => string;
}

export interface Panel {
  readonly title: string;
  /** In the order of the names. */
  readonly series: readonly Omit<Series, "name">[];
}

/** What {@link panelGrid} draws. */
export interface PanelGrid {
  readonly title: string;
  readonly description: string;
  /** Names of the lines, for the legend. */
  readonly names: readonly string[];
  readonly panels: readonly Panel[];
  readonly x: PanelAxis;
  readonly y: PanelAxis;
  /** A dashed line that every panel has. */
  readonly reference?: Series;
  readonly id: string;
  readonly standalone?: boolean;
}

const WIDTH = 1000;
const LEFT = 64;
const GAP = 18;

/** As many columns as keep a panel wide enough to read, and no panel wider than it needs. */
export function columnsFor(count: number): number {
  return count <= 4 ? Math.max(1, count) : count <= 12 ? 4 : count <= 30 ? 5 : 6;
}

/** Where panels stand. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly place: (index: number) => readonly [left: number, top: number];
}

/** Panels of one size in rows, under `top`, each `height` high with its title. */
export function layoutOf(count: number, top: number, height: number, most = 236): Layout {
  const columns = columnsFor(count);
  const width = Math.min(most, (WIDTH - LEFT - GAP * (columns - 1)) / columns);
  return {
    columns,
    rows: Math.ceil(count / columns),
    width,
    place: (i) => [LEFT + (i % columns) * (width + GAP), top + Math.floor(i / columns) * height],
  };
}

function scaleOf({ range: [low, high], log }: PanelAxis): (value: number) => number {
  if (!log) return (value) => (value - low) / (high - low);
  const [from, to] = [Math.log(low), Math.log(high)];
  return (value) => (value > 0 ? (Math.log(value) - from) / (to - from) : Number.NEGATIVE_INFINITY);
}

function ticksOf({ range: [low, high], log, ticks }: PanelAxis, count: number): readonly number[] {
  if (ticks !== undefined) return ticks;
  if (!log) return niceTicks(low, high, count);
  const powers: number[] = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * (1 + 1e-9); power++)
    powers.push(10 ** power);
  const step = Math.ceil(powers.length / (count + 1));
  return powers.filter((_, i) => (powers.length - 1 - i) % step === 0);
}

function textOf({ log, format }: PanelAxis): (value: number) => string {
  if (format !== undefined) return format;
  if (!log) return (value) => formatNumber(value, 3);
  return (value) => (value >= 0.01 && value <= 100 ? formatNumber(value, 2) : powerOfTen(Math.log10(value)));
}

function legendOf(names: readonly string[], reference: Series | undefined, y: number): string {
  let x = LEFT;
  const all = [
    ...names.map((name, i) => [name, `line thin series-${i + 1}`]),
    ...(reference === undefined ? [] : [[reference.name, "reference"]]),
  ];
  return all
    .map(([name, style]) => {
      const key = `<line class="${style}" x1="${x}" x2="${x + 24}" y1="${y}" y2="${y}"/>`;
      const text = `<text class="label" x="${x + 30}" y="${y}" dy=".35em">${escapeText(name)}</text>`;
      x += 52 + 6.3 * name.length;
      return key + text;
    })
    .join("");
}

/**
 * Draws one small chart a loss, all on the same axes.
 *
 * @returns one `<svg>` element as text
 */
export function panelGrid(grid: PanelGrid): string {
  const { title, description, names, panels, reference, id, standalone = false } = grid;
  const [plot, head] = [112, 24];
  const layout = layoutOf(panels.length, 52, head + plot + 14);
  const { columns, rows, width } = layout;
  const [across, up] = [scaleOf(grid.x), scaleOf(grid.y)];
  const [xTicks, yTicks] = [ticksOf(grid.x, 3), ticksOf(grid.y, 3)];
  const [xText, yText] = [textOf(grid.x), textOf(grid.y)];

  const drawn = panels.map(({ title: name, series }, i) => {
    const [left, top] = layout.place(i);
    const [ceiling, floor] = [top + head, top + head + plot];
    const place = (x: number, y: number): readonly [number, number] => [
      left + across(x) * width,
      // Far outside, or at the 0 of a logarithm, all places look alike.
      Math.min(1e4, Math.max(-1e4, floor - up(y) * plot)),
    ];
    // Under the last panel of each column, and beside the first of each row.
    const [below, beside] = [i + columns >= panels.length, i % columns === 0];
    const parts = [
      `<text class="head" x="${short(left)}" y="${top + 16}">${fitted(name, width / 6.7)}</text>`,
    ];
    for (const tick of yTicks) {
      const [, y] = place(0, tick);
      parts.push(
        `<line class="grid" x1="${short(left)}" x2="${short(left + width)}" y1="${short(y)}" y2="${short(y)}"/>`,
      );
      if (beside)
        parts.push(
          `<text class="small" x="${short(left - 6)}" y="${short(y)}" dy=".35em" text-anchor="end">${escapeText(yText(tick))}</text>`,
        );
    }
    for (const tick of xTicks) {
      const x = short(place(tick, 1)[0]);
      parts.push(`<line class="grid" x1="${x}" x2="${x}" y1="${ceiling}" y2="${floor}"/>`);
      const share = across(tick);
      const anchor = share < 0.02 ? "start" : share > 0.98 ? "end" : "middle";
      if (below)
        parts.push(
          `<text class="small" x="${x}" y="${floor + 13}" text-anchor="${anchor}">${escapeText(xText(tick))}</text>`,
        );
    }
    const frame = `x="${short(left)}" y="${ceiling}" width="${short(width)}" height="${plot}"`;
    // Lines along an edge are not cut in half.
    const room = `x="${short(left)}" y="${ceiling - 2}" width="${short(width)}" height="${plot + 4}"`;
    parts.push(`<rect class="edge" ${frame}/><clipPath id="${id}-${i}"><rect ${room}/></clipPath>`);
    const lines = series.map(
      (line, k) => `<path class="line thin series-${k + 1}" d="${pathOf(line, place)}"/>`,
    );
    if (reference !== undefined) lines.unshift(`<path class="reference" d="${pathOf(reference, place)}"/>`);
    parts.push(`<g clip-path="url(#${id}-${i})">${lines.join("")}</g>`);
    return parts.join("");
  });

  const bottom = 52 + rows * (head + plot + 14);
  const right = LEFT + columns * width + (columns - 1) * GAP;
  return drawing(
    { title, description, width: Math.ceil(right) + 14, height: bottom + 24, id, standalone },
    [
      `<text class="chart-title" x="${LEFT}" y="17">${escapeText(title)}</text>`,
      legendOf(names, reference, 38),
      ...drawn,
      `<text class="label" x="${short((LEFT + right) / 2)}" y="${bottom + 17}" text-anchor="middle">${escapeText(grid.x.label)}</text>`,
      `<text class="label" transform="translate(11 ${short((52 + bottom) / 2)}) rotate(-90)" text-anchor="middle">${escapeText(grid.y.label)}</text>`,
    ].join(""),
  );
}
