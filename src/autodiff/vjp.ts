/** Reverse mode: from a graph to the graph of its derivative. No numbers are touched here. */
import { GradientError } from "../errors.ts";
import { topologicalOrder } from "../graph/linearize.ts";
import { type Node, withSites } from "../graph/node.ts";
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

/**
 * Vector-Jacobian products: the cotangent of `output` pulled back to each variable.
 *
 * @returns one node a variable, zeros where the output does not depend on it
 */
export function vjp(output: Node, variables: readonly Node[], cotangent: Node): Node[] {
  if (!sameShape(output.shape, cotangent.shape)) {
    throw new GradientError(
      `vjp: cotangent is ${formatShape(cotangent.shape)}, expected the output's shape ${formatShape(output.shape)}`,
      {
        op: "vjp",
        argument: "cotangent",
        given: formatShape(cotangent.shape),
        expected: formatShape(output.shape),
      },
    );
  }
  const ends = new Set(variables);
  const order = topologicalOrder([output], (node) => ends.has(node));
  const depends = dependents(order, variables);
  const cotangents = new Map<Node, Node>([[output, cotangent]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    const g = cotangents.get(node);
    if (g === undefined || node.op.vjp === null || ends.has(node) || !depends.has(node)) continue;
    const rule = node.op.vjp;
    const pull = () => rule(g, node.inputs, node, node.attributes);
    // While anomalies are looked for, a derivative is blamed on the line of the op that it belongs to.
    const pulled = node.site === undefined ? pull() : withSites(() => node.site, pull);
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
