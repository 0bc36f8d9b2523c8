/** Tensors made of nothing but numbers. */
import { OptionError } from "./errors.ts";
import * as compose from "./ops/compose.ts";
import * as movement from "./ops/movement.ts";
import { checkShape, type Shape, sizeOf } from "./shape.ts";
import { Tensor, tensor } from "./tensor.ts";

/**
 * One number everywhere.
 *
 * @throws {@link ShapeError} for lengths that are no positive integers
 */
export function full(shape: Shape, value: number): Tensor {
  checkShape(shape, "full");
  return new Tensor(movement.full(shape.slice(), value));
}

export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

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

/** Joins tensors along an axis. */
export function concat(parts: readonly Tensor[], axis = 0): Tensor {
  return new Tensor(compose.concat(parts.map((part) => part.node), axis));
}

/** Joins tensors of one shape along a new axis. */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  return concat(
    parts.map((part) => part.reshape([...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)])),
    axis,
  );
}

/** Options of {@link random}. */
export interface RandomOptions {
  /** The same seed gives the same numbers. @defaultValue 0 */
  readonly seed?: number;
  /** `uniform` in [0, 1), or `normal` with mean 0 and deviation 1. @defaultValue "uniform" */
  readonly distribution?: "uniform" | "normal";
}
