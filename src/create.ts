/** Tensors made of nothing but numbers. */
import { OptionError, refuse } from "./errors.ts";
import * as compose from "./ops/compose.ts";
import * as movement from "./ops/movement.ts";
import { seededRandom } from "./random.ts";
import { checkShape, type Shape, sizeOf } from "./shape.ts";
import { nodesOf, Tensor, tensor } from "./tensor.ts";

/**
 * One number everywhere.
 *
 * @throws {@link ShapeError} for lengths that are no positive integers
 */
export function full(shape: Shape, value: number): Tensor {
  checkShape(shape, "full");
  return new Tensor(movement.full(shape.slice(), value));
}

/** 0 everywhere. */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** 1 everywhere. */
export function ones(shape: Shape): Tensor {
  return full(shape, 1);
}

/** `start, start + step, ...` up to but without `stop`; with one argument, `0 .. stop - 1`. */
export function arange(start: number, stop?: number, step = 1): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.ceil((to - from) / step);
  if (!Number.isFinite(count) || count < 1) {
    throw new OptionError(`arange: ${from} to ${to} by ${step} has no elements, expected at least one`, {
      op: "arange",
      given: `${from}, ${to}, ${step}`,
      expected: "at least one element",
    });
  }
  return new Tensor(movement.ramp([count], 0, from, step));
}

/**
 * Class indices `[n, ...space]` as `[n, classes, ...space]` of 0 and 1. An index that is no class gives all 0.
 *
 * @param axis - where the class axis goes
 * @defaultValue axis 1
 */
export function oneHot(labels: Tensor, classes: number, axis = 1): Tensor {
  return new Tensor(compose.oneHot(labels.node, classes, axis));
}

/**
 * Joins tensors along an axis.
 *
 * @throws {@link ShapeError} where other axes differ, or there is nothing to join
 */
export function concat(parts: readonly Tensor[], axis = 0): Tensor {
  return new Tensor(compose.concat(nodesOf(parts, "concat", "part"), axis));
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * @throws {@link ShapeError} where shapes differ, or there is nothing to join
 */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  return new Tensor(compose.stack(nodesOf(parts, "stack", "part"), axis));
}

/** Options of {@link random}. */
export interface RandomOptions {
  /** The same seed gives the same numbers. @defaultValue 0 */
  readonly seed?: number;
  /** `uniform` in [0, 1), or `normal` with mean 0 and deviation 1. @defaultValue "uniform" */
  readonly distribution?: "uniform" | "normal";
}

/**
 * Random numbers, the same for the same seed on every machine, in float64.
 *
 * @throws {@link ShapeError} for lengths that are no positive integers; {@link OptionError} for a seed or a
 *   distribution that there is not
 * @example
 * ```ts
 * import { random } from "segtape";
 * const noise = random([2, 3], { seed: 7, distribution: "normal" });
 * noise.shape; // [2, 3]
 * ```
 */
export function random(shape: Shape, { seed = 0, distribution = "uniform" }: RandomOptions = {}): Tensor {
  checkShape(shape, "random");
  if (distribution !== "uniform" && distribution !== "normal") {
    refuse(OptionError, "random", "distribution", JSON.stringify(distribution), '"uniform" or "normal"');
  }
  const stream = seededRandom(seed);
  const draw = distribution === "normal" ? () => stream.normal() : () => stream.uniform();
  return tensor(Float64Array.from({ length: sizeOf(shape) }, draw), shape);
}
