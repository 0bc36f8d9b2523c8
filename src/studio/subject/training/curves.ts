/** Curves of a training as they are drawn. */

/** Numbers at steps. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** At most `most` points: each the mean of as many neighbours. Keeps the last point where it is. */
export function thinned({ x, y }: Curve, most: number): Curve {
  const together = Math.ceil(x.length / most);
  if (together <= 1) return { x, y };
  const thin = { x: [] as number[], y: [] as number[] };
  for (let from = 0; from < x.length; from += together) {
    const to = Math.min(from + together, x.length);
    let sum = 0;
    for (let at = from; at < to; at++) sum += y[at];
    thin.x.push(x[to - 1]);
    thin.y.push(sum / (to - from));
  }
  return thin;
}

/** `3 s`, `2 min 05 s`, `1 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
