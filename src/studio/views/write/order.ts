/** Reading the losses of extreme predictions. */
import type { Extreme } from "../../sandbox/findings.ts";

/** What the three values say together. */
export function orderOf(extremes: readonly Extreme[]): string {
  const [perfect, undecided, wrong] = extremes.map(({ value }) => value);
  const odd = extremes.some(({ value, finiteGradient }) => !Number.isFinite(value) || !finiteGradient);
  if (odd) return "Some of this is no number: training would end here.";
  if (perfect < undecided && undecided < wrong) return "Better predictions cost less, as it should be.";
  if (perfect < wrong) return "Right costs less than wrong, but ½ does not lie between the two.";
  return perfect === wrong
    ? "Right and wrong cost the same."
    : "A wrong prediction costs less than a right one: is the sign turned?";
}
