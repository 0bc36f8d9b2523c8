/** Line charts: axes with round numbers, lines in the colours of their losses, marks. */
import { useMemo } from "preact/hooks";

/** A line of a chart. */
export interface Line {
  readonly label: string;
  readonly color: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly dashed?: boolean;
}

/** Something marked on an axis or in the plane. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly label?: string;
  /** A ring in place of a dot: one pixel, not many. */
  readonly ring?: boolean;
}

/** A number below its tick needs so much of the axis to the right of it. */
const HALF_NUMBER = 14;

const BOX = { width: 320, height: 180, left: 46, right: 8, top: 8, bottom: 30 };

/** Round numbers that cover a range in about four steps. */
export function ticksOf(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((nice) => nice * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + 1e-9 * step; tick++) {
    ticks.push(Number((tick * step).toPrecision(12)));
  }
  return ticks;
}

/** As few digits as tell a number apart from its neighbours on an axis. */
export function shortNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const text =
    size >= 1e5 || size < 1e-3
      ? size.toExponential(2).replace(/\.?0+e/, "e")
      : String(Number(size.toPrecision(4)));
  return value < 0 ? `−${text}` : text;
}

function rangeOf(values: readonly number[], fallback: readonly [number, number]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [...fallback];
  if (low === high)
    return [low - Math.max(1e-9, 0.5 * Math.abs(low)), high + Math.max(1e-9, 0.5 * Math.abs(high))];
  return [low, high];
}

export function Chart({
  label,
  xLabel,
  yLabel,
  lines,
  marks = [],
  xRange,
  yRange,
}: {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
}) {
  const [x0, x1] =
    xRange ??
    rangeOf(
      lines.flatMap(({ x }) => Array.from(x)),
      [0, 1],
    );
  const [y0, y1] =
    yRange ?? rangeOf([...lines.flatMap(({ y }) => Array.from(y)), ...marks.map(({ y }) => y)], [0, 1]);
  const inner = { width: BOX.width - BOX.left - BOX.right, height: BOX.height - BOX.top - BOX.bottom };
  const px = (x: number) => BOX.left + ((x - x0) / (x1 - x0)) * inner.width;
  const py = (y: number) => BOX.top + (1 - (y - y0) / (y1 - y0)) * inner.height;
  const pathOf = ({ x, y }: Line) => {
    let path = "";
    let drawing = false;
    for (let i = 0; i < x.length; i++) {
      if (!Number.isFinite(y[i])) {
        drawing = false;
        continue;
      }
      path += `${drawing ? "L" : "M"}${px(x[i]).toFixed(1)} ${py(y[i]).toFixed(1)}`;
      drawing = true;
    }
    return path;
  };
  // Marks move while a picture is painted; axes and lines stay, and are not looked at again.
  const still = useMemo(
    () => (
      <>
        {ticksOf(y0, y1).map((tick) => (
          <g key={`y${tick}`}>
            <line class="grid" x1={BOX.left} x2={BOX.width - BOX.right} y1={py(tick)} y2={py(tick)} />
            <text class="tick" x={BOX.left - 5} y={py(tick) + 3} text-anchor="end">
              {shortNumber(tick)}
            </text>
          </g>
        ))}
        {ticksOf(x0, x1).map((tick) => (
          <text
            key={`x${tick}`}
            class="tick"
            x={px(tick)}
            y={BOX.height - BOX.bottom + 13}
            text-anchor={px(tick) > BOX.width - HALF_NUMBER ? "end" : "middle"}
          >
            {shortNumber(tick)}
          </text>
        ))}
        <text class="axis" x={BOX.left + inner.width / 2} y={BOX.height - 3} text-anchor="middle">
          {xLabel}
        </text>
        <text
          class="axis"
          x={10}
          y={BOX.top + inner.height / 2}
          text-anchor="middle"
          transform={`rotate(-90 10 ${BOX.top + inner.height / 2})`}
        >
          {yLabel}
        </text>
        {lines.map((line) => (
          <path
            key={line.label}
            d={pathOf(line)}
            fill="none"
            stroke={line.color}
            stroke-width="1.8"
            stroke-linejoin="round"
            stroke-dasharray={line.dashed ? "4 3" : undefined}
          >
            <title>{line.label}</title>
          </path>
        ))}
      </>
    ),
    [lines, xLabel, yLabel, x0, x1, y0, y1],
  );
  return (
    <svg class="chart" viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="img" aria-label={label}>
      {still}
      {marks.map((mark, i) => (
        <circle
          key={i}
          cx={px(mark.x)}
          cy={py(mark.y)}
          r={mark.ring ? 6 : 3.4}
          fill={mark.ring ? "none" : mark.color}
          stroke={mark.ring ? "var(--ink)" : "var(--card)"}
          stroke-width={mark.ring ? 1.8 : 1}
        >
          {mark.label === undefined ? null : <title>{mark.label}</title>}
        </circle>
      ))}
    </svg>
  );
}
