/** Recording a call to look at it. */
import { gradients } from "../autodiff/vjp.ts";
import type { Node } from "../graph/node.ts";
import { Tape } from "../graph/tape.ts";
import { Tensor } from "../tensor.ts";
import { callWithVariables, type ScalarFunction } from "./grad.ts";

/** Options of {@link tape}. */
export interface TapeOptions {
  /** Names of the tensor arguments, for the listing. @defaultValue `x0`, `x1` ... */
  readonly names?: readonly string[];
  /** Record the gradient by each tensor argument as well. @defaultValue true */
  readonly gradient?: boolean;
}

/**
 * Records one call of `f`, forward and backward, for reading: `print()`, `mermaid()`, `dot()`.
 *
 * @example
 * ```ts
 * import { tape, tensor } from "segtape";
 * const recorded = tape((x) => x.sigmoid().sum(), [tensor([1, 2])], { names: ["logits"] });
 * recorded.print(); // forward: logits, sigmoid, sum; backward: ...
 * ```
 */
export function tape<A extends readonly unknown[]>(
  f: ScalarFunction<A>,
  args: A,
  options: TapeOptions = {},
): Tape {
  const positions = args.flatMap((arg, i) => (arg instanceof Tensor ? [i] : []));
  const name = (k: number) => options.names?.[k] ?? `x${k}`;
  const { output, variables } = callWithVariables("tape", f, args, positions);
  const grads = options.gradient === false ? [] : gradients(output.node, variables, "tape");
  return new Tape(
    new Map(variables.map((node, k): [string, Node] => [name(k), node])),
    output.node,
    new Map(grads.map((node, k): [string, Node] => [name(k), node])),
  );
}
