/** How gradients are distributed: many orders of magnitude, so by their logarithm, both signs apart. */
import { useMemo } from "preact/hooks";
import { shortNumber } from "./chart.tsx";
import { leadingCounts, middleOf } from "./magnitudes.ts";

/** Orders of magnitude below the largest that are shown; what is smaller counts as none. */
const DECADES = 6;
const BINS_A_DECADE = 4;
const BINS = DECADES * BINS_A_DECADE;

/** Counts of a signed distribution, from the largest negative over none to the largest positive. */
export interface Bins {
  readonly negative: readonly number[];
  /** Values too small to be shown, zeros among them. */
  readonly none: number;
  readonly positive: readonly number[];
}

/** Counts by sign and by magnitude relative to `largest`; the first bin is the largest magnitude. */
export function binsOf(values: Float32Array, largest: number): Bins {
  const [negative, positive] = [new Array<number>(BINS).fill(0), new Array<number>(BINS).fill(0)];
  let none = 0;
  const counts = leadingCounts(values);
  for (let leading = 0; leading < counts.length; leading++) {
    if (counts[leading] === 0) continue;
    const below = Math.log10(largest / middleOf(leading)) * BINS_A_DECADE;
    if (!(below < BINS)) none += counts[leading];
    else (leading >= 0x8000 ? negative : positive)[Math.max(0, Math.floor(below))] += counts[leading];
  }
  return { negative, none, positive };
}

const WIDTH = 320;
const HEIGHT = 64;

export function Histogram({ values, color }: { readonly values: Float32Array; readonly color: string }) {
  const { bins, largest } = useMemo(() => {
    let most = 0;
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i]);
      if (size > most) most = size;
    }
    return { bins: binsOf(values, most), largest: most };
  }, [values]);
  const share = bins.none / values.length;
  const counts = [...bins.negative, bins.none, ...[...bins.positive].reverse()];
  const tallest = Math.max(1, ...counts);
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Distribution of the gradient: ${Math.round(100 * share)} % of the pixels have next to none`}
      >
        <path fill={color} d={barsOf(bins.negative, 0, tallest)} />
        <path fill="var(--soft)" d={barsOf([bins.none], BINS, tallest)} />
        <path fill={color} d={barsOf([...bins.positive].reverse(), BINS + 1, tallest)} />
      </svg>
      <figcaption class="scale">
        <span>{shortNumber(-largest)}</span>
        <span class="middle">none: {Math.round(100 * share)} %</span>
        <span>{shortNumber(largest)}</span>
      </figcaption>
    </figure>
  );
}

const STEP = WIDTH / (2 * BINS + 1);

/** Bars from a place on, as one path. Areas would hide the few pixels that pull hardest: heights grow with the root. */
function barsOf(counts: readonly number[], first: number, tallest: number): string {
  let path = "";
  counts.forEach((count, i) => {
    const height = HEIGHT * Math.sqrt(count / tallest);
    const left = (first + i) * STEP + 0.5;
    if (count > 0)
      path += `M${left.toFixed(1)} ${HEIGHT}v${(-height).toFixed(1)}h${(STEP - 1).toFixed(1)}V${HEIGHT}z`;
  });
  return path;
}
