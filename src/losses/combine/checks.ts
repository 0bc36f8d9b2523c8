/** What combinators ask of the losses that they are given. */
import { OptionError, refuse } from "../../errors.ts";
import type { Loss } from "../shared/define-loss.ts";
import { isObject } from "../shared/options.ts";

/** Refuses what `defineLoss` did not make: a plain function could not be asked what it honours. */
export function checkLoss(op: string, argument: string, value: unknown): asserts value is Loss {
  const { options, modes } = (value ?? {}) as Partial<Loss>;
  if (typeof value === "function" && isObject(options) && Array.isArray(modes)) return;
  const given = typeof value === "function" ? "a plain function" : String(value);
  refuse(OptionError, op, argument, given, "a loss of the catalogue, or one that defineLoss made");
}

/** Whether a loss takes an option. */
export const honours = ({ options }: Pick<Loss, "options">, option: string): boolean =>
  Object.hasOwn(options, option);
