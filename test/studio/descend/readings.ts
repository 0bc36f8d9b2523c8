/** Readings as tests need them. */
import type { Reading } from "../../../src/studio/descent/frame.ts";
import { type Summary, withReading } from "../../../src/studio/descent/summary.ts";

/** A step in the middle of a descent that goes well, but for what is given. */
export const reading = (given: Partial<Reading> = {}): Reading => ({
  step: 1,
  value: 1,
  dice: 0.4,
  foreground: 0,
  background: 0,
  open: 100,
  pull: 0.3,
  openPull: 0.3,
  way: 0.05,
  ...given,
});

/** Readings of the steps 0 to `last`. */
export const descent = (last: number, at: (step: number) => Partial<Reading>): Reading[] =>
  Array.from({ length: last + 1 }, (_, step) => reading({ step, ...at(step) }));

export const summaryOf = (readings: readonly Reading[]): Summary =>
  readings.reduce<Summary | null>(withReading, null) as Summary;
