/** Painting: a stroke grows with the pointer and is painted as one. */
import type { Grid } from "./edits.ts";

/** A round brush: in its core the value, towards the rim less and less of it. */
export interface Brush {
  /** In pixels. */
  readonly radius: number;
  /** Level painted, 0 to 255. */
  readonly value: number;
  /** Share of the radius over which the brush fades out, 0 (hard) to 1. */
  readonly softness: number;
}

/** A place in pixels; pixel (0, 0) covers 0 to 1 on both axes. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How much of the brush reaches a distance from its middle, 0 to 1. */
function coverage({ radius, softness }: Brush, distance: number): number {
  const fade = radius * softness;
  // A hard brush still has half a pixel of rim: edges do not look like stairs.
  return Math.min(1, Math.max(0, (radius - distance) / Math.max(fade, 0.5) + (fade > 0 ? 0 : 0.5)));
}

function distanceToSegment(x: number, y: number, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / square;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
}

/** A stroke while it is drawn. Going over the same place twice in one stroke does not paint it twice. */
export interface Stroke {
  /** Goes on through these points; the map as it is then. */
  extend(points: readonly Point[]): Uint8Array;
}

/** Begins a stroke over a map. */
export function beginStroke({ width, height, levels }: Grid, brush: Brush): Stroke {
  /** Largest share of the brush that each pixel has seen. */
  const cover = new Float32Array(levels.length);
  const reach = brush.radius + 1;
  let last: Point | null = null;
  const draw = (from: Point, to: Point) => {
    const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const share = coverage(brush, distanceToSegment(x + 0.5, y + 0.5, from, to));
        if (share > cover[y * width + x]) cover[y * width + x] = share;
      }
    }
  };
  return {
    extend(points) {
      for (const point of points) {
        draw(last ?? point, point);
        last = point;
      }
      return levels.map((level, i) =>
        cover[i] === 0 ? level : Math.round(level + (brush.value - level) * cover[i]),
      );
    },
  };
}
