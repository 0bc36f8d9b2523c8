/** Contour maps side by side, one a loss: bands of height, finer in the valley, lines between them, plateaus hatched. */
import { encodePng } from "../../../io/png-encode.ts";
import { colorAt, cssColor, type Rgb, sequentialMap } from "../../colormap.ts";
import { pngAddress } from "../../report/html.ts";
import { escapeText, short } from "../../svg.ts";
import { layoutOf } from "./panels.ts";
import { drawing, fitted } from "./style.ts";

/** Values on a grid, row by row from the top. */
export interface ContourPanel {
  readonly title: string;
  readonly values: readonly number[];
  /** 1 where the map is flat though not low. */
  readonly plateau: readonly number[];
}

/** A place that every map marks. */
export interface ContourMark {
  readonly name: string;
  readonly shape: "circle" | "diamond";
  /** Shares of the width and, from the top, of the height. */
  readonly x: number;
  readonly y: number;
}

/** What {@link contourMaps} draws. */
export interface ContourMaps {
  readonly title: string;
  readonly description: string;
  readonly panels: readonly ContourPanel[];
  readonly marks: readonly ContourMark[];
  /** Words at the ends of the axes. */
  readonly across: readonly [string, string];
  readonly down: readonly [string, string];
  readonly id: string;
  readonly standalone?: boolean;
}

const BANDS = 14;
/** Pixels a side of the pictures. */
const PIXELS = 180;

/** Colours of bands, of the lines above them, and of hatching. */
function paletteOf(): Rgb[] {
  const bands = Array.from({ length: BANDS }, (_, i) => colorAt(sequentialMap, (i + 0.5) / BANDS));
  const mixed = (other: number, share: number) =>
    bands.map(
      (color) => color.map((part) => Math.round(part * (1 - share) + other * share)) as unknown as Rgb,
    );
  return [...bands, ...mixed(0, 0.35), ...mixed(255, 0.55)];
}

/** The band of every pixel of the picture, between the four grid points around it. */
function bandsOf(values: readonly number[]): Uint8Array {
  const side = Math.sqrt(values.length);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const bands = new Uint8Array(PIXELS * PIXELS);
  for (let y = 0; y < PIXELS; y++) {
    const row = ((side - 1) * y) / (PIXELS - 1);
    const top = Math.min(side - 2, Math.floor(row));
    for (let x = 0; x < PIXELS; x++) {
      const column = ((side - 1) * x) / (PIXELS - 1);
      const left = Math.min(side - 2, Math.floor(column));
      const [v, u, at] = [row - top, column - left, top * side + left];
      const value =
        (values[at] * (1 - u) + values[at + 1] * u) * (1 - v) +
        (values[at + side] * (1 - u) + values[at + side + 1] * u) * v;
      // By the root: finer steps in the valley, where a training spends its time.
      const share = high > low ? Math.sqrt(Math.max(0, value - low) / (high - low)) : 0;
      bands[y * PIXELS + x] = Math.min(BANDS - 1, Math.floor(share * BANDS));
    }
  }
  return bands;
}

function pictureOf({ values, plateau }: ContourPanel): Uint8Array {
  const side = Math.sqrt(values.length);
  const bands = bandsOf(values);
  const data = bands.map((band, i) => {
    const [x, y] = [i % PIXELS, Math.floor(i / PIXELS)];
    const edge = (x + 1 < PIXELS && bands[i + 1] !== band) || (y + 1 < PIXELS && bands[i + PIXELS] !== band);
    if (edge) return band + BANDS;
    const near = (place: number) => Math.round(((side - 1) * place) / (PIXELS - 1));
    const flat = plateau[near(y) * side + near(x)] === 1;
    return flat && (x + y) % 9 === 0 ? band + 2 * BANDS : band;
  });
  return encodePng({ width: PIXELS, height: PIXELS, channels: 1, data, palette: paletteOf() });
}

const markOf = ({ shape }: ContourMark, x: number, y: number): string =>
  shape === "circle"
    ? `<circle class="mark" cx="${short(x)}" cy="${short(y)}" r="4.5"/>`
    : `<path class="mark" d="M${short(x)} ${short(y - 6)}l6 6l-6 6l-6 -6z"/>`;

/** A swatch of what marks plateaus. */
const hatching = (x: number, y: number): string =>
  `<rect x="${x}" y="${y}" width="16" height="14" fill="${cssColor(colorAt(sequentialMap, 0.55))}"/>` +
  `<path d="M${x} ${y + 7}l7 -7M${x + 2} ${y + 14}l14 -14M${x + 11} ${y + 14}l5 -5" stroke="#fff" stroke-opacity=".6"/>`;

/**
 * Draws contour maps, each on a scale of its own.
 *
 * @returns one `<svg>` element as text
 */
export function contourMaps(maps: ContourMaps): string {
  const { title, description, panels, marks, across, down, id, standalone = false } = maps;
  const head = 22;
  const { width } = layoutOf(panels.length, 0, 0, 190);
  const layout = layoutOf(panels.length, 56, head + width + 24, 190);
  const drawn = panels.map((panel, i) => {
    const [left, top] = layout.place(i).map(Math.round);
    const [edge, ceiling] = [Math.round(width), top + head];
    const box = `x="${left}" y="${ceiling}" width="${edge}" height="${edge}"`;
    const parts = [
      `<text class="head" x="${left}" y="${top + 15}">${fitted(panel.title, width / 6.7)}</text>`,
      `<image ${box} preserveAspectRatio="none" href="${pngAddress(pictureOf(panel))}"/>`,
      `<rect class="edge" ${box}/>`,
      ...marks.map((mark) => markOf(mark, left + mark.x * edge, ceiling + mark.y * edge)),
    ];
    if (i + layout.columns >= panels.length) {
      const y = ceiling + edge + 13;
      parts.push(
        `<text class="small" x="${left}" y="${y}">${escapeText(across[0])}</text>`,
        `<text class="small" x="${left + edge}" y="${y}" text-anchor="end">${escapeText(across[1])}</text>`,
      );
    }
    if (i % layout.columns === 0) {
      const turned = (x: number, y: number) => `transform="translate(${x} ${y}) rotate(-90)"`;
      parts.push(
        `<text class="small" ${turned(left - 8, ceiling)} text-anchor="end">${escapeText(down[0])}</text>`,
        `<text class="small" ${turned(left - 8, ceiling + edge)}>${escapeText(down[1])}</text>`,
      );
    }
    return parts.join("");
  });
  const [left] = layout.place(0);
  let x = left + 6;
  const legend = [...marks, { name: "hatched: flat, though not low" }].map((mark) => {
    const text = `<text class="label" x="${x + 12}" y="38" dy=".35em">${escapeText(mark.name)}</text>`;
    const key = "shape" in mark ? markOf(mark, x, 38) : hatching(x - 8, 31);
    x += 44 + 6.2 * mark.name.length;
    return key + text;
  });
  const right = left + layout.columns * width + (layout.columns - 1) * 18;
  return drawing(
    {
      title,
      description,
      width: Math.max(Math.ceil(right) + 14, Math.ceil(x)),
      height: Math.ceil(56 + layout.rows * (head + width + 24)),
      id,
      standalone,
    },
    [`<text class="chart-title" x="${left}" y="17">${escapeText(title)}</text>`, ...legend, ...drawn].join(
      "",
    ),
  );
}
