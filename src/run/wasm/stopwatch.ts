/** Who wants to know how long each step of a plan takes: benchmarks. */
export interface Stopwatch {
  /** Told after each step, with its place in the plan; null for nobody. */
  onStep: ((step: number, milliseconds: number) => void) | null;
}

export const stopwatch: Stopwatch = { onStep: null };
