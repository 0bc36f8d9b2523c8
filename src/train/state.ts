/** Tensors as plain data, and back. */
import { type Tensor, tensor } from "../tensor.ts";
import type { TensorRecord } from "../transform/stateful.ts";
import type { Arrays } from "./types.ts";

/** The elements of every tensor. */
export async function arraysOf(tensors: TensorRecord): Promise<Arrays> {
  const entries = Object.entries(tensors).map(async ([name, x]) => [
    name,
    { shape: x.shape, data: await x.data() },
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Tensors of plain data, as of a checkpoint.
 *
 * @example
 * ```ts
 * import { tensorsOf } from "segtape/train";
 * const { bias } = tensorsOf({ bias: { shape: [2], data: Float32Array.of(1, 2) } });
 * await bias.data(); // [1, 2]
 * ```
 */
export function tensorsOf(arrays: Arrays): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, tensor(data, shape)]),
  );
}
