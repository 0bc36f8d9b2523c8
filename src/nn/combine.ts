/** Modules made of modules: names of variables get the name of the part in front, with a dot. */
import { concat as join } from "../create.ts";
import { OptionError, refuse } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { pick, type VariableSpecs } from "./layers/layer.ts";
import type { Module } from "./module.ts";

/** Parts by name, or in order: those are named `0`, `1` ... */
export type Parts = readonly Module[] | Readonly<Record<string, Module>>;

/**
 * The same module under a name: its variable `weight` becomes `name.weight`.
 *
 * @throws {@link OptionError} for an empty name; at `apply`, where a variable is missing
 * @example
 * ```ts
 * import { conv2d, scoped } from "segtape/nn";
 * Object.keys(scoped("head", conv2d(4, 1, 1)).variables).join(", "); // "head.weight, head.bias"
 * ```
 */
export function scoped(name: string, module: Module): Module {
  if (typeof name !== "string" || name === "")
    refuse(OptionError, "scoped", "name", JSON.stringify(name), "a name");
  const prefix = `${name}.`;
  const prefixed = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [prefix + key, value]));
  return {
    variables: prefixed(module.variables),
    apply: (variables, x, context = {}) => {
      const own = pick("apply", module.variables, variables, prefix);
      if (context.updates === undefined) return module.apply(own, x, context);
      const updates: Record<string, Tensor> = {};
      for (const key of Object.keys(module.variables)) {
        // What an earlier application left there is what this one starts from.
        const earlier = context.updates[prefix + key];
        if (earlier !== undefined) updates[key] = earlier;
      }
      const result = module.apply(own, x, { ...context, updates });
      Object.assign(context.updates, prefixed(updates));
      return result;
    },
  };
}

/** The variables of several modules in one record. */
export function allVariables(op: string, modules: readonly Module[]): VariableSpecs {
  const all: Record<string, VariableSpecs[string]> = {};
  for (const { variables } of modules) {
    for (const [name, spec] of Object.entries(variables)) {
      if (Object.hasOwn(all, name))
        refuse(OptionError, op, `variable ${name}`, "there twice", "names that differ");
      all[name] = spec;
    }
  }
  return all;
}

function named(op: string, parts: Parts): readonly Module[] {
  const modules = Object.entries(parts).map(([name, part]) => scoped(name, part));
  if (modules.length === 0) refuse(OptionError, op, "parts", "none", "at least one module");
  return modules;
}

/**
 * Modules one after the other.
 *
 * @param parts - in order, then named `0`, `1` ...; or by name
 * @throws {@link OptionError} where there is none
 * @example
 * ```ts
 * import { conv2d, initialize, relu, sequential } from "segtape/nn";
 * import { ones } from "segtape";
 * const network = sequential({ conv: conv2d(1, 2, 3), act: relu(), head: conv2d(2, 1, 1) });
 * Object.keys(network.variables).join(", "); // "conv.weight, conv.bias, head.weight, head.bias"
 * network.apply(initialize(network), ones([1, 1, 5, 5])).shape; // [1, 1, 3, 3]
 * ```
 */
export function sequential(parts: Parts): Module {
  const modules = named("sequential", parts);
  return {
    variables: allVariables("sequential", modules),
    apply: (variables, x, context) => modules.reduce((y, part) => part.apply(variables, y, context), x),
  };
}

/**
 * Modules side by side on the same input, their channels joined in order.
 *
 * @param parts - in order, then named `0`, `1` ...; or by name
 * @throws {@link OptionError} where there is none; {@link ShapeError} at `apply`, where sizes differ
 * @example
 * ```ts
 * import { concat, identity, maxPool, sequential, upsample } from "segtape/nn";
 * import { tensor } from "segtape";
 * const coarse = sequential([maxPool(2), upsample(2)]);
 * await concat([coarse, identity()]).apply({}, tensor([[[1, 2]]])).data(); // [2, 2, 1, 2]
 * ```
 */
export function concat(parts: Parts): Module {
  const modules = named("concat", parts);
  return {
    variables: allVariables("concat", modules),
    apply: (variables, x, context) =>
      join(
        modules.map((part) => part.apply(variables, x, context)),
        1,
      ),
  };
}
