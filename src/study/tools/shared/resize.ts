/** Maps made smaller. */
import type { Frame } from "./probe.ts";

/** The size of a map that is at most `side` pixels along either axis. */
export function sizeWithin({ width, height }: Frame, side: number): Frame {
  const scale = Math.min(1, side / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** The mean of a map over each pixel of a smaller one. */
export function reduced(map: Float64Array, from: Frame, to: Frame): Float64Array {
  if (from.width === to.width && from.height === to.height) return map;
  const part = (length: number, size: number, i: number) => [(i * length) / size, ((i + 1) * length) / size];
  return Float64Array.from({ length: to.width * to.height }, (_, at) => {
    const [x0, x1] = part(from.width, to.width, at % to.width);
    const [y0, y1] = part(from.height, to.height, Math.floor(at / to.width));
    let [sum, area] = [0, 0];
    for (let y = Math.floor(y0); y < y1; y++) {
      const high = Math.min(y + 1, y1) - Math.max(y, y0);
      for (let x = Math.floor(x0); x < x1; x++) {
        const share = high * (Math.min(x + 1, x1) - Math.max(x, x0));
        sum += share * map[y * from.width + x];
        area += share;
      }
    }
    return sum / area;
  });
}
