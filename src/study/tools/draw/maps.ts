/** Small pictures side by side, one a loss: where a gradient pulls, and which way. */
import { encodePng } from "../../../io/png-encode.ts";
import { colorAt, divergingMap } from "../../colormap.ts";
import { pngAddress } from "../../report/html.ts";
import { escapeText, short } from "../../svg.ts";
import { columnsFor } from "./panels.ts";
import { colorBar, drawing, fitted } from "./style.ts";

/** A map in steps from -100 to 100. */
export interface SmallMap {
  readonly title: string;
  /** Below the picture. */
  readonly note: string;
  readonly levels: readonly number[];
}

/** What {@link mapSheet} draws. */
export interface MapSheet {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly maps: readonly SmallMap[];
  /** Words at the ends of the colour scale. */
  readonly ends: readonly [string, string];
  readonly id: string;
  readonly standalone?: boolean;
}

const PALETTE = Array.from({ length: 201 }, (_, i) => colorAt(divergingMap, i / 200));
const LEFT = 10;
const GAP = 16;
const TOP = 54;

/**
 * Draws maps with a colour scale of two arms, each on a scale of its own.
 *
 * @returns one `<svg>` element as text
 */
export function mapSheet(sheet: MapSheet): string {
  const { title, description, width, height, maps, ends, id, standalone = false } = sheet;
  const columns = columnsFor(maps.length);
  const across = Math.min(236, (1000 - GAP * (columns - 1)) / columns);
  const down = (across * height) / width;
  const step = down + 52;
  const drawn = maps.map(({ title: name, note, levels }, i) => {
    const [left, top] = [LEFT + (i % columns) * (across + GAP), TOP + Math.floor(i / columns) * step];
    const data = Uint8Array.from(levels, (level) => level + 100);
    const png = encodePng({ width, height, channels: 1, data, palette: PALETTE });
    const box = `x="${short(left)}" y="${short(top + 22)}" width="${short(across)}" height="${short(down)}"`;
    return [
      `<text class="head" x="${short(left)}" y="${short(top + 15)}">${fitted(name, across / 6.7)}</text>`,
      `<image ${box} preserveAspectRatio="none" href="${pngAddress(png)}"/><rect class="edge" ${box}/>`,
      `<text class="small" x="${short(left)}" y="${short(top + 22 + down + 13)}">${escapeText(note)}</text>`,
    ].join("");
  });
  const full = Math.max(LEFT + columns * (across + GAP), 560);
  const bar = colorBar(divergingMap, { id, x: LEFT + 130, y: 30, width: 150 }, ends);
  return drawing(
    {
      title,
      description,
      width: Math.ceil(full),
      height: Math.ceil(TOP + Math.ceil(maps.length / columns) * step),
      id,
      standalone,
    },
    [`<text class="chart-title" x="${LEFT}" y="17">${escapeText(title)}</text>`, bar, ...drawn].join(""),
  );
}
