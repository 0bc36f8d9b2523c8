/** Recording a call to look at it. */
import { gradients } from "../autodiff/vjp.ts";
import { OptionError, refuse } from "../errors.ts";
import { type Node, withSites } from "../graph/node.ts";
import { Tape } from "../graph/tape.ts";
import { Tensor } from "../tensor.ts";
import { callSite } from "./call-site.ts";
import { callWithVariables, checkPositions, type ScalarFunction } from "./grad.ts";

/** Options of {@link tape}. */
export interface TapeOptions {
  /** Names of the tensor arguments, for the listing. @defaultValue `x0`, `x1` ... */
  readonly names?: readonly string[];
  /** Record the gradient by each tensor argument as well. @defaultValue true */
  readonly gradient?: boolean;
  /** Positions of the arguments whose gradient is recorded. @defaultValue all tensors */
  readonly argnums?: number | readonly number[];
  /** Note the line of your code that recorded each operation, for `steps`. @defaultValue false */
  readonly sites?: boolean;
}

/**
 * Records one call of `f`, forward and backward, for reading: `print()`, `mermaid()`, `dot()`, and `steps` for programs.
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
  const { argnums = positions } = options;
  const asked = typeof argnums === "number" ? [argnums] : argnums;
  checkPositions("tape", asked);
  const odd = asked.find((position) => !positions.includes(position));
  if (odd !== undefined) refuse(OptionError, "tape", "argnums", String(odd), "positions of tensors");
  const record = () => {
    const { output, variables } = callWithVariables("tape", f, args, positions);
    const chosen = options.gradient === false ? [] : variables.filter((_, k) => asked.includes(positions[k]));
    const grads = chosen.length === 0 ? [] : gradients(output.node, chosen, "tape");
    return { output, variables, chosen, grads };
  };
  const { output, variables, chosen, grads } = options.sites ? withSites(callSite, record) : record();
  return new Tape(
    new Map(variables.map((node, k): [string, Node] => [name(k), node])),
    output.node,
    new Map(grads.map((node, k): [string, Node] => [name(variables.indexOf(chosen[k])), node])),
  );
}
