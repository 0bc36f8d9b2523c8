/** Reverse mode: from a graph to the graph of its derivative. No numbers are touched here. */
import { GradientError, refuse } from "../errors.ts";
import { topologicalOrder } from "../graph/linearize.ts";
import { type Node, withSites } from "../graph/node.ts";
import type { Vjp } from "../graph/row.ts";
import { add } from "../ops/arithmetic.ts";
import { full } from "../ops/movement.ts";
import { formatShape, sameShape } from "../shape.ts";

/** The nodes on some path from a variable to the end of `order`, through ops that have a rule. */
function dependents(order: readonly Node[], variables: readonly Node[]): Set<Node> {
  const depends = new Set<Node>(variables);
  for (const node of order) {
    if (node.op.vjp !== null && node.inputs.some((input) => depends.has(input))) depends.add(node);
  }
  return depends;
}

/** Applies a rule. While anomalies are looked for, what it records is blamed on the line of its op. */
function pull(node: Node, rule: Vjp, g: Node): readonly (Node | null)[] {
  const apply = () => rule(g, node.inputs, node, node.attributes);
  return node.site === undefined ? apply() : withSites(() => node.site, apply);
}

/**
 * Vector-Jacobian products: the cotangent of `output` pulled back to each variable.
 *
 * @returns one node a variable, zeros where the output does not depend on it
 */
export function vjp(output: Node, variables: readonly Node[], cotangent: Node): Node[] {
  if (!sameShape(output.shape, cotangent.shape)) {
    const expected = `the output's shape ${formatShape(output.shape)}`;
    refuse(GradientError, "vjp", "cotangent", formatShape(cotangent.shape), expected);
  }
  const ends = new Set(variables);
  const order = topologicalOrder([output], (node) => ends.has(node));
  const depends = dependents(order, variables);
  const cotangents = new Map<Node, Node>([[output, cotangent]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    const g = cotangents.get(node);
    if (g === undefined || node.op.vjp === null || ends.has(node) || !depends.has(node)) continue;
    const pulled = pull(node, node.op.vjp, g);
    node.inputs.forEach((input, k) => {
      const part = pulled[k];
      if (part === null || part === undefined || !depends.has(input)) return;
      const sum = cotangents.get(input);
      cotangents.set(input, sum === undefined ? part : add(sum, part));
    });
  }
  return variables.map((variable) => cotangents.get(variable) ?? full(variable.shape, 0));
}

/** Gradients of a scalar node. */
export function gradients(output: Node, variables: readonly Node[], op: string): Node[] {
  if (output.shape.length !== 0) {
    throw new GradientError(
      `${op}: the function returned shape ${formatShape(output.shape)}, expected a scalar (reduce with sum or mean)`,
      { op, argument: "f", given: formatShape(output.shape), expected: "a scalar" },
    );
  }
  return vjp(output, variables, full([], 1));
}
