/** What all layers are made with: their variables are there, of the right shape, before they are used. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { formatShape, sameShape } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import type { Context, Module, VariableSpec, Variables } from "../module.ts";

/** Variables before they have values, by name. */
export type VariableSpecs = Module["variables"];

/** The values of `specs` from a record that holds them under `prefix` and their name. */
export function pick(op: string, specs: VariableSpecs, variables: Variables, prefix = ""): Variables {
  const picked: Record<string, Tensor> = {};
  for (const [name, { shape }] of Object.entries(specs)) {
    const value: unknown = variables[prefix + name];
    if (!(value instanceof Tensor)) {
      refuse(OptionError, op, `variable ${prefix}${name}`, String(value), `a tensor ${formatShape(shape)}`);
    }
    if (!sameShape(value.shape, shape))
      refuse(ShapeError, op, `variable ${prefix}${name}`, formatShape(value.shape), formatShape(shape));
    picked[name] = value;
  }
  return picked;
}

/** A layer of variables and a function of them. */
export function layer(
  op: string,
  variables: VariableSpecs,
  apply: (values: Variables, x: Tensor, context: Context) => Tensor,
): Module {
  return {
    variables,
    apply: (given, x, context = {}) => apply(pick(op, variables, given), x, context),
  };
}

/** A layer without variables. */
export const stateless = (apply: (x: Tensor, context: Context) => Tensor): Module =>
  layer("", {}, (_, x, context) => apply(x, context));

/** A variable that optimisers change. */
export const trained = (
  shape: VariableSpec["shape"],
  initializer: VariableSpec["initializer"],
): VariableSpec => ({
  shape,
  initializer,
  trainable: true,
});

/** Values of channels, so that they broadcast over [n, c, ...space]. */
export const alongChannels = (values: Tensor, rank: number): Tensor =>
  values.reshape([1, values.size, ...new Array<number>(rank - 2).fill(1)]);

/** Refuses options that there are not. */
export function noOthers(op: string, unknown: object, known: string): void {
  for (const name of Object.keys(unknown)) refuse(OptionError, op, "option", name, known);
}

/** Refuses what is no whole number from `least`. */
export function checkCount(op: string, argument: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    refuse(OptionError, op, argument, String(value), `a whole number from ${least}`);
}
