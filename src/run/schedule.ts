/**
 * From a simplified graph to stages. A stage computes one stored node from other stored nodes in one pass;
 * what lies between is inlined. Shared by every executor that makes kernels: nothing here knows how they run.
 */
import type { Node } from "../graph/node.ts";
import { isInput, type SimplifiedGraph } from "../graph/simplify.ts";
import { storeCompanions } from "./schedule-companions.ts";
import { ownCost, ReadingCounts } from "./schedule-cost.ts";
import { exactNodes } from "./schedule-exact.ts";
import { limitStages } from "./schedule-limits.ts";

/** `order` and `host` stages are computed by their row on the host, unless an executor knows better. */
export type StageKind = "map" | "fold" | "contract" | "window" | "order" | "host";

export interface Stage {
  readonly kind: StageKind;
  /** The node whose value the stage stores. */
  readonly node: Node;
  /** The stored nodes and inputs that it reads, each once. */
  readonly reads: readonly Node[];
}

export interface Schedule {
  /** In an order in which they can run. */
  readonly stages: readonly Stage[];
  /** Where the data of each argument belong; `null` where it is not needed. */
  readonly arguments: readonly (Node | null)[];
  /** The stored node (or input) that holds each output. */
  readonly outputs: readonly Node[];
  readonly isStored: (node: Node) => boolean;
  /** The last stage that reads a stored node; the number of stages for what is returned. */
  readonly lastReader: ReadonlyMap<Node, number>;
}

/** What an executor's kernels can take. */
export interface ScheduleLimits {
  /** Buffers that one stage may read. */
  readonly reads: number;
  /** Nodes inlined into one stage: texts stay readable, compilers fast. */
  readonly nodes: number;
  /** Price of storing an element and reading it back, in multiplications. Default 8. */
  readonly roundTrip?: number;
  /** Whether one pass can store several nodes, so that what is cheap beside another should be stored with it. */
  readonly companions?: boolean;
  /** Nodes with kernels of their own, which read whole tensors: nothing is inlined into them. */
  readonly readsMemory?: (node: Node) => boolean;
}

/** The node whose flat data a node shares: a reshape is its input under another shape. */
export function homeOf(node: Node): Node {
  let home = node;
  while (home.op.kind === "move" && home.op.source === null) home = home.inputs[0];
  return home;
}

/** Kinds whose results exist nowhere but in memory. */
function alwaysStored(node: Node): boolean {
  const { kind } = node.op;
  return isInput(node) || (kind !== "map" && kind !== "move" && kind !== "leaf");
}

function requiredNodes(graph: SimplifiedGraph, { readsMemory }: ScheduleLimits): Set<Node> {
  const required = new Set<Node>(graph.outputs.map(homeOf));
  for (const node of graph.nodes) {
    if (alwaysStored(node)) required.add(node);
    if (node.op.kind === "order" || node.op.kind === "host" || readsMemory?.(node) === true) {
      for (const input of node.inputs) required.add(homeOf(input));
    }
  }
  return required;
}

/** Enough to be stored wherever anyone reads twice. */
const DEAR = 1000;

function countReadings(
  nodes: readonly Node[],
  stored: ReadonlySet<Node>,
  roundTrip: number | undefined,
): ReadingCounts {
  const counts = new ReadingCounts(roundTrip);
  for (let i = nodes.length - 1; i >= 0; i--) counts.enter(nodes[i], stored.has(nodes[i]));
  return counts;
}

/**
 * Which maps are stored. First from inputs to outputs, so that what is stored is the expensive thing itself
 * and not the cheap ones after it; then from outputs to inputs, to take back what turned out to have one
 * reader.
 */
function chooseStored(
  nodes: readonly Node[],
  required: ReadonlySet<Node>,
  { roundTrip }: ScheduleLimits,
): Set<Node> {
  const stored = new Set(required);
  const exact = exactNodes(nodes);
  const counts = countReadings(nodes, stored, roundTrip);
  const costs = new Map<Node, number>();
  for (const node of nodes) {
    const cost = inlineCost(node, stored, costs);
    costs.set(node, cost);
    if (node.op.kind === "map" && counts.worthStoring(node, cost)) stored.add(node);
  }
  const final = new ReadingCounts(roundTrip);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (exact.has(node) && final.readers(node) > 1) stored.add(node);
    else if (!required.has(node) && !final.worthStoring(node, costs.get(node) as number)) stored.delete(node);
    final.enter(node, stored.has(node));
  }
  return stored;
}

/** Price of evaluating a node in place, down to what is stored. Parts shared between inputs count twice. */
function inlineCost(node: Node, stored: ReadonlySet<Node>, costs: ReadonlyMap<Node, number>): number {
  let cost = ownCost(node);
  for (const input of new Set(node.inputs)) if (!stored.has(input)) cost += costs.get(input) as number;
  return Math.min(cost, DEAR);
}

/** The stored nodes that a stage reads, in the order in which they are met. */
function readsOf(node: Node, stored: ReadonlySet<Node>): Node[] {
  const reads = new Set<Node>();
  const seen = new Set<Node>();
  const stack = node.inputs.slice().reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (stored.has(next)) reads.add(next);
    else for (let i = next.inputs.length - 1; i >= 0; i--) stack.push(next.inputs[i]);
  }
  return [...reads];
}

function kindOf(node: Node): StageKind {
  const { kind } = node.op;
  return kind === "leaf" || kind === "move" ? "map" : kind;
}

function lastReaders(stages: readonly Stage[], outputs: readonly Node[]): Map<Node, number> {
  const last = new Map<Node, number>();
  stages.forEach((stage, i) => {
    for (const read of stage.reads) last.set(read, i);
  });
  for (const output of outputs) last.set(output, stages.length);
  return last;
}

export function schedule(graph: SimplifiedGraph, limits: ScheduleLimits): Schedule {
  const { nodes } = graph;
  const stored = chooseStored(nodes, requiredNodes(graph, limits), limits);
  if (limits.companions === true) storeCompanions(nodes, stored);
  limitStages(nodes, stored, limits);
  const stages = nodes
    .filter((node) => stored.has(node) && !isInput(node))
    .map((node): Stage => ({ kind: kindOf(node), node, reads: readsOf(node, stored) }));
  const outputs = graph.outputs.map(homeOf);
  return {
    stages,
    arguments: graph.arguments,
    outputs,
    isStored: (node) => stored.has(node),
    lastReader: lastReaders(stages, outputs),
  };
}
