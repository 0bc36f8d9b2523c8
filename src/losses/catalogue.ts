/** Every loss by name. */
import * as boundary from "./boundary/index.ts";
import * as compound from "./compound/index.ts";
import * as pixel from "./pixel/index.ts";
import * as region from "./region/index.ts";
import type { Loss } from "./shared/define-loss.ts";
import * as structure from "./structure/index.ts";

/** Whatever the families export is a loss. Without a prototype: no name that objects inherit passes for one. */
function catalogueOf(families: readonly object[]): Readonly<Record<string, Loss>> {
  const byName: Record<string, Loss> = Object.create(null);
  for (const family of families) for (const loss of Object.values(family)) byName[loss.name] = loss;
  return Object.freeze(byName);
}

/**
 * The catalogue: every loss by its name, with title, family, summary, formula, source and options.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * losses.diceLoss.options.smooth.default; // 1
 * ```
 */
export const losses: Readonly<Record<string, Loss>> = catalogueOf([
  pixel,
  region,
  boundary,
  structure,
  compound,
]);
