/** A square of cosines: rows and columns are the same losses. */
import { colorAt, cssColor, divergingMap } from "../../colormap.ts";
import { formatFixed } from "../../numbers.ts";
import { short } from "../../svg.ts";
import { colorBar, drawing, fitted, readableOn } from "./style.ts";

/** What {@link cosineMatrix} draws. */
export interface CosineMatrix {
  readonly title: string;
  readonly description: string;
  readonly names: readonly string[];
  /** -1 to 1; `null` where there is none. */
  readonly cosine: readonly (readonly (number | null)[])[];
  /** Runs of rows that belong together, by first and length. */
  readonly groups: readonly (readonly [first: number, length: number])[];
  readonly id: string;
  readonly standalone?: boolean;
}

const LEFT = 268;
const TOP = 58;

/**
 * Draws a matrix of cosines: blue where two pull against each other, white where they have nothing to do with each
 * other, red where they pull alike. Rows are named, columns numbered.
 *
 * @returns one `<svg>` element as text
 */
export function cosineMatrix(matrix: CosineMatrix): string {
  const { title, description, names, cosine, groups, id, standalone = false } = matrix;
  const count = names.length;
  const cell = Math.min(44, Math.max(13, Math.floor(820 / Math.max(1, count))));
  const parts: string[] = [];
  names.forEach((name, i) => {
    const [x, y] = [LEFT + i * cell + cell / 2, TOP + i * cell + cell / 2];
    parts.push(
      `<text class="row" x="10" y="${y}" dy=".35em">${fitted(name, 34)}</text>`,
      `<text class="small" x="${LEFT - 7}" y="${y}" dy=".35em" text-anchor="end">${i + 1}</text>`,
    );
    // Numbers of two digits run into each other over narrow columns.
    if (cell >= 20 || i === 0 || (i + 1) % 5 === 0)
      parts.push(`<text class="small" x="${x}" y="${TOP - 6}" text-anchor="middle">${i + 1}</text>`);
    cosine[i].forEach((value, k) => {
      const [left, top] = [LEFT + k * cell, TOP + i * cell];
      if (value === null) return;
      const color = colorAt(divergingMap, 0.5 + value / 2);
      parts.push(
        `<rect x="${left}" y="${top}" width="${cell - 1}" height="${cell - 1}" fill="${cssColor(color)}"/>`,
      );
      if (cell < 30) return;
      parts.push(
        `<text class="cell ${readableOn(color)}" x="${left + cell / 2}" y="${top + cell / 2}" dy=".35em" text-anchor="middle">${formatFixed(value, 2)}</text>`,
      );
    });
  });
  for (const [first, length] of groups) {
    if (length < 2) continue;
    const [at, size] = [first * cell - 1, length * cell + 1];
    parts.push(`<rect class="group" x="${LEFT + at}" y="${TOP + at}" width="${size}" height="${size}"/>`);
  }
  const bottom = TOP + count * cell;
  const width = Math.max(LEFT + count * cell + 12, 560);
  return drawing(
    { title, description, width, height: bottom + 40, id, standalone },
    [
      `<text class="chart-title" x="10" y="18">${title}</text>`,
      ...parts,
      colorBar(divergingMap, { id, x: LEFT + 62, y: bottom + 16, width: 150 }, ["against", "alike"]),
      `<text class="small" x="${short(LEFT + 137)}" y="${bottom + 37}" text-anchor="middle">0</text>`,
    ].join(""),
  );
}
