/**
 * The graph made smaller without changing its value: constants folded, equal nodes merged, what a row knows to
 * be simpler replaced. Dead code goes by itself, since only what the outputs need is walked.
 */
import { interpret } from "../scalar/interpret.ts";
import type { LinearGraph } from "./linearize.ts";
import { constantOf, expressionOf, Node } from "./node.ts";

/** Makes a node that is full of one number; passed in, because rows live above the graph. */
export type MakeFull = (shape: readonly number[], value: number) => Node;

/** A graph whose `nodes` are simplified; `arguments` and `outputs` keep the order of the original. */
export interface SimplifiedGraph {
  readonly nodes: readonly Node[];
  /** `null` where simplification found an argument not needed. */
  readonly arguments: readonly (Node | null)[];
  readonly outputs: readonly Node[];
}

function foldConstants(node: Node, makeFull: MakeFull): Node | null {
  if (node.op.kind !== "map" || node.inputs.length === 0) return null;
  const values = node.inputs.map(constantOf);
  if (values.some((value) => value === undefined)) return null;
  const [a = 0, b = 0, c = 0] = values as number[];
  return makeFull(node.shape, interpret(expressionOf(node))(a, b, c));
}

/** Makes the leaf that stands for data given at run time. */
export type MakeInput = (shape: readonly number[]) => Node;

/** Whether a node of a simplified graph is fed by the plan's arguments. */
export function isInput(node: Node): boolean {
  return node.op.kind === "leaf" && node.op.generate === undefined;
}

/**
 * Rewrites a recorded graph into fresh nodes. None of the caller's nodes survive in the result, so a cached
 * plan never keeps the data of the call that made it alive.
 */
export function simplify(graph: LinearGraph, makeInput: MakeInput, makeFull: MakeFull): SimplifiedGraph {
  const merged = new Map<string, Node>();
  const numbers = new Map<Node, number>();
  const order: Node[] = [];

  const enter = (node: Node): Node => {
    numbers.set(node, order.length);
    order.push(node);
    return node;
  };

  /** The one node that stands for this op on these inputs. */
  const intern = (node: Node): Node => {
    if (numbers.has(node)) return node;
    const inputs = node.inputs.map(intern);
    const key = `${node.key}[${node.shape.join()}]${inputs.map((input) => numbers.get(input)).join()}`;
    const known = merged.get(key);
    if (known !== undefined) return known;
    const unchanged = inputs.every((input, i) => input === node.inputs[i]);
    const one = enter(unchanged ? node : new Node(node.op, inputs, node.shape, node.attributes));
    merged.set(key, one);
    return one;
  };

  const settle = (node: Node): Node => {
    let current = intern(node);
    for (;;) {
      const simpler = foldConstants(current, makeFull) ?? current.op.simplify?.(current) ?? null;
      if (simpler === null) return current;
      current = intern(simpler);
    }
  };

  const given = new Set(graph.arguments);
  const settled: Node[] = [];
  const places = new Map<Node, Node>();
  const find = (node: Node) => places.get(node) as Node;
  graph.nodes.forEach((node, i) => {
    const inputs = graph.inputs[i].map((read) => settled[read]);
    const fresh = given.has(node)
      ? enter(makeInput(node.shape))
      : settle(new Node(node.op, inputs, node.shape, node.attributes));
    settled.push(fresh);
    places.set(node, fresh);
  });
  const outputs = graph.outputs.map(find);
  const needed = reachable(outputs);
  return {
    nodes: order.filter((node) => needed.has(node)),
    arguments: graph.arguments.map((node) => (needed.has(find(node)) ? find(node) : null)),
    outputs,
  };
}

function reachable(outputs: readonly Node[]): Set<Node> {
  const seen = new Set<Node>();
  const stack = outputs.slice();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return seen;
}
