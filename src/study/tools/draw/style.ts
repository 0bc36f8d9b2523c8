/** What the tools' drawings add to the style of the charts, and what they share. */
import { type Colormap, cssColor, type Rgb } from "../../colormap.ts";
import { escapeText, type Frame, short, svgFrame } from "../../svg.ts";

/** CSS of the tools' drawings, beside that of the charts. */
export const drawStyle = `
.chart .head{font-size:11px;font-weight:600}
.chart .row{font-size:12px}
.chart .cell{font-size:10.5px;font-variant-numeric:tabular-nums}
.chart .on-dark{fill:#fff}
.chart .on-light{fill:#1b1f24}
.chart .none{opacity:.45}
.chart .hint{font-size:11px;opacity:.72}
.chart .small{font-size:10px;opacity:.72;font-variant-numeric:tabular-nums}
.chart .thin{stroke-width:1.7}
.chart .reference{fill:none;stroke:currentColor;stroke-width:1;opacity:.45;stroke-dasharray:3 3}
.chart .edge{fill:none;stroke:currentColor;opacity:.3}
.chart .group{fill:none;stroke:currentColor;stroke-width:1.6}
.chart .mark{fill:#fff;stroke:#1b1f24;stroke-width:1.5}
`.trim();

/** An `<svg>` with the style of the tools where it is a file of its own. */
export const drawing = (frame: Omit<Frame, "style">, content: string): string =>
  svgFrame({ ...frame, style: drawStyle }, content);

/** The class of text that can be read on a colour. */
export function readableOn([red, green, blue]: Rgb): "on-dark" | "on-light" {
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140 ? "on-dark" : "on-light";
}

/** A text cut to a width in letters; the whole of it is told where the pointer rests. */
export function fitted(text: string, letters: number): string {
  if (text.length <= letters) return escapeText(text);
  return `${escapeText(text.slice(0, letters - 1).trimEnd())}…<title>${escapeText(text)}</title>`;
}

/** A colour bar with words at its ends. */
export function colorBar(
  map: Colormap,
  {
    id,
    x,
    y,
    width,
  }: { readonly id: string; readonly x: number; readonly y: number; readonly width: number },
  [low, high]: readonly [string, string],
): string {
  const stops = map.stops.map(
    (color, i) => `<stop offset="${short(i / (map.stops.length - 1))}" stop-color="${cssColor(color)}"/>`,
  );
  return [
    `<linearGradient id="${id}-bar">${stops.join("")}</linearGradient>`,
    `<text class="hint" x="${x - 7}" y="${y + 9}" text-anchor="end">${escapeText(low)}</text>`,
    `<rect x="${x}" y="${y}" width="${width}" height="10" rx="2" fill="url(#${id}-bar)"/>`,
    `<text class="hint" x="${x + width + 7}" y="${y + 9}">${escapeText(high)}</text>`,
  ].join("");
}
