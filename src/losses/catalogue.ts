/** Every loss by name. */
import { binaryCrossEntropyLoss } from "./binary-cross-entropy.ts";
import { diceLoss } from "./dice.ts";
import type { Loss } from "./shared/define-loss.ts";

/**
 * The catalogue: every loss by its name, with title, family, summary, formula, source and options.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * losses.diceLoss.options.smooth.default; // 1
 * ```
 */
export const losses: Readonly<Record<string, Loss>> = Object.fromEntries(
  [binaryCrossEntropyLoss, diceLoss].map((loss) => [loss.name, loss as unknown as Loss]),
);
