/** Where the pixels of a picture stand on the axis of probabilities. */
import { type Picture, probabilityOf } from "../../subject/picture.ts";

/** `share` percent of the pixels are predicted below `p`. */
export interface Quantile {
  readonly share: number;
  readonly p: number;
}

/** Quantiles of each class; none where it has no pixels. */
export interface Quantiles {
  readonly foreground: readonly Quantile[];
  readonly background: readonly Quantile[];
}

const SHARES = [10, 50, 90] as const;

export function quantilesOf({ mask, prediction }: Pick<Picture, "mask" | "prediction">): Quantiles {
  const counts = [new Uint32Array(256), new Uint32Array(256)];
  const totals = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    const side = Number(mask[i] > 127);
    counts[side][prediction[i]]++;
    totals[side]++;
  }
  const of = (side: 0 | 1): Quantile[] => {
    if (totals[side] === 0) return [];
    return SHARES.map((share) => {
      let [seen, level] = [0, 0];
      for (; level < 255; level++) {
        seen += counts[side][level];
        if (100 * seen >= share * totals[side]) break;
      }
      return { share, p: probabilityOf(level) };
    });
  };
  return { foreground: of(1), background: of(0) };
}

/** The value of a curve at `p`, between its grid points by a line. */
export function valueAt(p: number, grid: readonly number[], values: readonly number[]): number {
  const beyond = grid.findIndex((x) => x >= p);
  const right = beyond < 0 ? grid.length - 1 : Math.max(1, beyond);
  const left = right - 1;
  const share = Math.min(1, Math.max(0, (p - grid[left]) / (grid[right] - grid[left])));
  return values[left] + share * (values[right] - values[left]);
}
