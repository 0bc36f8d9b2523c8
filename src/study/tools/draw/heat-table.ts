/** A table whose cells carry a colour and a number: one row a loss, readable for sixty of them. */
import { type Colormap, colorAt, cssColor, sequentialMap } from "../../colormap.ts";
import { escapeText } from "../../svg.ts";
import { colorBar, drawing, fitted, readableOn } from "./style.ts";

/** One number of a table. */
export interface HeatCell {
  readonly text: string;
  /** Place on the colour scale, 0 to 1; `null` for none. */
  readonly position: number | null;
}

/** Columns that belong together. */
export interface HeatBlock {
  readonly title: string;
  /** A second line, of what the numbers are. */
  readonly hint?: string;
  readonly columns: readonly string[];
  /** Of each column. @defaultValue 42 */
  readonly width?: number;
  /** @defaultValue dark violet to yellow */
  readonly map?: Colormap;
}

export interface HeatRow {
  readonly label: string;
  /** For every column of every block, in order. */
  readonly cells: readonly HeatCell[];
}

/** What {@link heatTable} draws. */
export interface HeatTable {
  readonly title: string;
  readonly description: string;
  /** What the column heads are, left of them. */
  readonly corner?: string;
  readonly blocks: readonly HeatBlock[];
  readonly rows: readonly HeatRow[];
  /** Words at the ends of the scale from dark violet to yellow; without them there is no bar. */
  readonly ends?: readonly [string, string];
  readonly id: string;
  readonly standalone?: boolean;
}

const MARGIN = 10;
const LABEL = 236;
const ROW = 20;
const GAP = 16;
const TOP = 74;

interface Column {
  readonly x: number;
  readonly width: number;
  readonly map: Colormap;
}

function columnsOf({ blocks }: HeatTable): Column[] {
  const columns: Column[] = [];
  let x = LABEL;
  for (const { columns: names, width = 42, map = sequentialMap } of blocks) {
    for (const _ of names) {
      columns.push({ x, width, map });
      x += width;
    }
    x += GAP;
  }
  return columns;
}

function headOf({ blocks, corner = "" }: HeatTable, columns: readonly Column[]): string {
  const parts = [
    `<text class="hint" x="${LABEL - 10}" y="${TOP - 5}" text-anchor="end">${escapeText(corner)}</text>`,
  ];
  let at = 0;
  for (const { title, hint, columns: names } of blocks) {
    parts.push(`<text class="head" x="${columns[at].x}" y="${TOP - 34}">${escapeText(title)}</text>`);
    if (hint !== undefined)
      parts.push(`<text class="hint" x="${columns[at].x}" y="${TOP - 20}">${escapeText(hint)}</text>`);
    for (const name of names) {
      const { x, width } = columns[at++];
      parts.push(
        `<text class="tick" x="${x + width / 2}" y="${TOP - 5}" text-anchor="middle">${escapeText(name)}</text>`,
      );
    }
  }
  return parts.join("");
}

function cellOf({ text, position }: HeatCell, { x, width, map }: Column, y: number): string {
  const middle = `x="${x + width / 2}" y="${y + ROW / 2}" dy=".35em" text-anchor="middle"`;
  if (position === null)
    return `<text class="cell${text === "–" ? " none" : ""}" ${middle}>${escapeText(text)}</text>`;
  const color = colorAt(map, position);
  return (
    `<rect x="${x}" y="${y}" width="${width - 1}" height="${ROW - 1}" fill="${cssColor(color)}"/>` +
    `<text class="cell ${readableOn(color)}" ${middle}>${escapeText(text)}</text>`
  );
}

/**
 * Draws a table of coloured numbers, one row a loss.
 *
 * @returns one `<svg>` element as text
 */
export function heatTable(table: HeatTable): string {
  const { title, description, rows, ends, id, standalone = false } = table;
  const columns = columnsOf(table);
  const last = columns[columns.length - 1];
  const [width, bottom] = [last.x + last.width + MARGIN, TOP + ROW * rows.length];
  const lines = rows.map(({ label, cells }, i) => {
    const y = TOP + ROW * i;
    const name = `<text class="row" x="${MARGIN}" y="${y + ROW / 2}" dy=".35em">${fitted(label, 33)}</text>`;
    return name + cells.map((cell, k) => cellOf(cell, columns[k], y)).join("");
  });
  const bar =
    ends === undefined
      ? ""
      : colorBar(sequentialMap, { id, x: LABEL + 90, y: bottom + 14, width: 180 }, ends);
  return drawing(
    { title, description, width, height: bottom + (ends === undefined ? 8 : 34), id, standalone },
    [
      `<text class="chart-title" x="${MARGIN}" y="18">${escapeText(title)}</text>`,
      headOf(table, columns),
      ...lines,
      bar,
    ].join(""),
  );
}
