/** From names and shapes of variables to their first values. */
import { OptionError, refuse, ShapeError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import type { Module } from "./module.ts";

/** Options of {@link initialize}. */
export interface InitializeOptions {
  /** A whole number from 0 to 2^32 - 1; the same seed gives the same values on every machine. @defaultValue 0 */
  readonly seed?: number;
}

/** A seed of its own for each name (FNV-1a over the name, from the seed), so that no variable depends on another. */
function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * First values of all variables of a module, trained or not, by name.
 *
 * Each variable draws from a stream of its own, seeded by `seed` and its name: a layer more elsewhere leaves the
 * others as they are.
 *
 * @throws {@link OptionError} for a seed that is no whole number from 0 to 2^32 - 1
 * @throws {@link ShapeError} where an initialiser draws another number of values than the variable has
 * @example
 * ```ts
 * import { conv2d, initialize } from "segtape/nn";
 * const variables = initialize(conv2d(1, 4, 3), { seed: 1 });
 * variables.weight.shape; // [4, 1, 3, 3]
 * await variables.bias.data(); // [0, 0, 0, 0]
 * ```
 */
export function initialize(module: Module, { seed = 0 }: InitializeOptions = {}): Record<string, Tensor> {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    refuse(OptionError, "initialize", "seed", String(seed), "a whole number from 0 to 4294967295");
  }
  return Object.fromEntries(
    Object.entries(module.variables).map(([name, { shape, initializer }]) => {
      const values = initializer(shape, seededRandom(seedOf(name, seed)));
      if (values.length !== sizeOf(shape)) {
        const expected = `${sizeOf(shape)} for shape ${formatShape(shape)}`;
        refuse(ShapeError, "initialize", `number of values of ${name}`, String(values.length), expected);
      }
      return [name, tensor(values, shape)];
    }),
  );
}
