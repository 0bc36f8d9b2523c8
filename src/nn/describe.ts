/** What a network holds, for people. */
import { formatShape, sizeOf } from "../shape.ts";
import type { Module } from "./module.ts";

/** Options of {@link countParameters}. */
export interface CountOptions {
  /** Counts what is not trained (running statistics) as well. @defaultValue false */
  readonly all?: boolean;
}

/**
 * The number of parameters: elements of trained variables.
 *
 * @example
 * ```ts
 * import { countParameters, unet } from "segtape/nn";
 * countParameters(unet()); // 117985
 * ```
 */
export function countParameters(module: Module, { all = false }: CountOptions = {}): number {
  return Object.values(module.variables)
    .filter(({ trainable }) => all || trainable)
    .reduce((total, { shape }) => total + sizeOf(shape), 0);
}

/**
 * A listing of the variables: name, shape, number of elements; last, the number of parameters.
 *
 * @example
 * ```ts
 * import { conv2d, describe } from "segtape/nn";
 * const text = describe(conv2d(1, 16, 3));
 * text.split("\n").at(-1); // "160 parameters"
 * ```
 */
export function describe(module: Module): string {
  const rows = Object.entries(module.variables).map(([name, { shape, trainable }]) => [
    name,
    formatShape(shape),
    sizeOf(shape).toLocaleString("en-US"),
    trainable ? "" : "not trained",
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column].length)));
  const lines = rows.map(([name, shape, count, note]) =>
    `${name.padEnd(widths[0])}  ${shape.padEnd(widths[1])}  ${count.padStart(widths[2])}  ${note}`.trimEnd(),
  );
  return [...lines, `${countParameters(module).toLocaleString("en-US")} parameters`].join("\n");
}
