/** Which epoch was best, and how long ago. */
import type { Best } from "./types.ts";

/** What {@link watch} is told. */
export interface MonitorRules {
  readonly mode: "min" | "max";
  readonly minDelta: number;
}

/** The best so far, and measurements since. */
export interface Watched {
  readonly best: Best | null;
  readonly waited: number;
}

/** Whether a measurement is an improvement; what is no number never is. */
export function improves(value: number, best: Best | null, { mode, minDelta }: MonitorRules): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === null) return true;
  return mode === "min" ? value < best.value - minDelta : value > best.value + minDelta;
}

/** Takes a measurement: it becomes the best, or the wait gets longer. `variables` are asked for only if needed. */
export async function watch(
  { best, waited }: Watched,
  { epoch, value }: Omit<Best, "variables">,
  rules: MonitorRules,
  variables: () => Promise<Best["variables"]>,
): Promise<Watched> {
  if (!improves(value, best, rules)) return { best, waited: waited + 1 };
  return { best: { epoch, value, variables: await variables() }, waited: 0 };
}
