/** Values without any simplification or plan: node after node, as recorded. */
import type { HostArray } from "../../src/array.ts";
import { topologicalOrder } from "../../src/graph/linearize.ts";
import type { Node } from "../../src/graph/node.ts";
import { runNode } from "../../src/run/reference/kernels.ts";

export function plainValues(outputs: readonly Node[]): HostArray[] {
  const values = new Map<Node, HostArray>();
  for (const node of topologicalOrder(outputs)) {
    const value =
      node.value ??
      runNode(
        node,
        node.inputs.map((input) => values.get(input) as HostArray),
      );
    values.set(node, value);
  }
  return outputs.map((output) => values.get(output) as HostArray);
}
