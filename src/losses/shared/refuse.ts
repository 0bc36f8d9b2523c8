/** Refusals that several losses share. */
import { OptionError } from "../../errors.ts";
import type { Pixels } from "./pixels.ts";

/** For formulas of independent channels: exclusive classes need another loss. */
export function refuseExclusive({ loss, mode }: Pixels, instead: string): void {
  if (mode !== "multiclass") return;
  throw new OptionError(
    `${loss}: mode is "multiclass", expected "binary" or "multilabel" (for exclusive classes: ${instead})`,
    {
      op: loss,
      argument: "mode",
      given: '"multiclass"',
      expected: '"binary" or "multilabel"',
    },
  );
}

/** For formulas of exclusive classes: a channel that stands alone needs another loss. */
export function refuseIndependent({ loss, mode }: Pixels, instead: string): void {
  if (mode === "multiclass") return;
  throw new OptionError(
    `${loss}: mode is "${mode}", expected "multiclass" (for independent channels: ${instead})`,
    {
      op: loss,
      argument: "mode",
      given: `"${mode}"`,
      expected: '"multiclass"',
    },
  );
}
