/** Graphs in the order of evaluation, and their structure as a key for the plan cache. */
import type { Node } from "./node.ts";

/**
 * The nodes that `outputs` need, inputs first. Stops at nodes whose value is there when `stop` says so.
 * An explicit stack: a long training loop records deeper than the call stack allows.
 */
export function topologicalOrder(
  outputs: readonly Node[],
  stop: (node: Node) => boolean = () => false,
): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 1 | 2>();
  const stack: Node[] = [];
  for (const output of outputs) {
    stack.push(output);
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const seen = state.get(node);
      if (seen === undefined) {
        state.set(node, 1);
        if (!stop(node)) {
          for (let i = node.inputs.length - 1; i >= 0; i--) {
            if (!state.has(node.inputs[i])) stack.push(node.inputs[i]);
          }
        }
      } else {
        stack.pop();
        if (seen === 1) {
          state.set(node, 2);
          order.push(node);
        }
      }
    }
  }
  return order;
}

/** A graph ready to be planned: data are arguments, so equal keys may share one plan. */
export interface LinearGraph {
  readonly nodes: readonly Node[];
  /**
   * What each node reads, as positions in `nodes`. Taken when the graph was: a node that is given its value
   * later lets go of its own inputs, but a plan may still have to be made again from this graph.
   */
  readonly inputs: readonly (readonly number[])[];
  /** Nodes whose data the plan is given, in the order of its arguments. */
  readonly arguments: readonly Node[];
  readonly outputs: readonly Node[];
  readonly key: string;
}

/** Whether the node's data are handed to a plan rather than computed by it. */
export function isArgument(node: Node): boolean {
  return node.value !== null;
}

export function linearize(outputs: readonly Node[]): LinearGraph {
  const nodes = topologicalOrder(outputs, isArgument);
  const numbers = new Map<Node, number>();
  const args: Node[] = [];
  const inputs: (readonly number[])[] = [];
  let key = "";
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    numbers.set(node, i);
    if (isArgument(node)) {
      args.push(node);
      inputs.push([]);
      key += `@[${node.shape.join()}]`;
    } else {
      const read = node.inputs.map((input) => numbers.get(input) as number);
      inputs.push(read);
      key += `${node.key}[${node.shape.join()}],${read.join()}`;
    }
    key += "\n";
  }
  key += "=>";
  for (const output of outputs) key += `${numbers.get(output)},`;
  return { nodes, inputs, arguments: args, outputs, key };
}
