import { OptionError, refuse } from "../../errors.ts";
import type { Loss } from "../shared/define-loss.ts";
import { isObject } from "../shared/options.ts";
import { type LossParts, type SumNaming, type SumOptions, sumLoss } from "./sum.ts";

/** How a sum of losses by name is made. */
export interface NamedSumOptions<Name extends string> extends SumNaming {
  /** Where the names are looked up: the catalogue `losses`, or a record of losses of one's own. */
  readonly losses: Readonly<Record<Name, Loss>>;
}

/**
 * A weighted sum of losses, as a loss like any other.
 *
 * `L = sum_k w_k L_k`
 *
 * Symbols: L_k the parts, w_k their weights, from 0. As in every compound loss the mean is the sum of the parts'
 * means, each as though its part were called alone; `"image"` and `"none"` give the sum of the means over each
 * image, `[n]`, and `"sum"` adds those up.
 *
 * A part is a loss, or `[loss, weight, options]`; a loss alone has weight 1, and one of weight 0 is not computed. The sum
 * takes the shared options that all of its parts honour, and hands them to each; others are refused, since a part
 * would ignore them. A part's own options override them, and can be given anew at a call under the part's name,
 * as in `sum(p, g, { diceLoss: { smooth: 0 } })`, unless two parts share a name. The modes are those that all parts have a
 * meaning in. Weights do not change; {@link rampedSum} has those that do.
 *
 * Names instead of losses need a record to look them up in, such as `losses`, the whole catalogue: whoever lists the
 * losses themselves does not load the others.
 *
 * @param parts - losses, each alone or with weight and options
 * @throws {@link OptionError} for what is no loss, a weight below 0, an option that its part does not have or that is
 *   for the whole sum (`input`, `mode`, `reduction`), or parts without a mode in common
 * @example
 * ```ts
 * import { binaryCrossEntropyLoss, diceLoss, losses, tensor, weightedSum } from "segtape";
 * const loss = weightedSum([
 *   [diceLoss, 0.5, { smooth: 0 }],
 *   [binaryCrossEntropyLoss, 0.5],
 * ]);
 * const [p, g] = [tensor([[[[0.8, 0.5]]]]), tensor([[[[1, 0]]]])];
 * await loss(p, g, { input: "probabilities" }).item(); // (1 - 1.6 / 2.3) / 2 - (log 0.8 + log 0.5) / 4 = 0.3812...
 * loss.name; // "0.5 diceLoss + 0.5 binaryCrossEntropyLoss"
 * weightedSum({ diceLoss: 1, focalLoss: 20 }, { losses }).title; // "Dice + 20 Focal"
 * ```
 */
export function weightedSum<const Own extends readonly object[]>(
  parts: LossParts<Own, number>,
  options?: SumNaming,
): Loss<SumOptions>;
/** The same by names, looked up in `losses`. */
export function weightedSum<Name extends string>(
  weights: Readonly<Partial<Record<Name, number>>>,
  options: NamedSumOptions<Name>,
): Loss<SumOptions>;
export function weightedSum(
  parts: unknown,
  options: SumNaming & { readonly losses?: Readonly<Record<string, Loss>> } = {},
): Loss<SumOptions> {
  const entries = Array.isArray(parts) || !isObject(parts) ? parts : partsNamed(parts, options.losses);
  return sumLoss("weightedSum", entries, options, false);
}

function partsNamed(weights: Readonly<Record<string, unknown>>, losses: unknown): [unknown, unknown][] {
  if (!isObject(losses)) {
    const expected = "{ losses } beside names of losses, to look them up in";
    refuse(OptionError, "weightedSum", "options", "without losses", expected);
  }
  return Object.entries(weights).map(([name, weight]) => {
    if (!Object.hasOwn(losses, name))
      refuse(OptionError, "weightedSum", "part", name, `one of ${Object.keys(losses).join(", ")}`);
    return [losses[name], weight];
  });
}
