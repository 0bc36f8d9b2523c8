/** Stages kept within what a kernel can take: buffers to read, and text to compile. */
import type { Node } from "../graph/node.ts";
import type { ScheduleLimits } from "./schedule.ts";

/** What would be inlined where a node is read. */
interface Inlined {
  readonly reads: ReadonlySet<Node>;
  readonly nodes: ReadonlySet<Node>;
}

const NONE: ReadonlySet<Node> = new Set();

const union = (parts: readonly Inlined[]): Inlined => ({
  reads: new Set(parts.flatMap((part) => [...part.reads])),
  nodes: new Set(parts.flatMap((part) => [...part.nodes])),
});

const weight = (part: Inlined) => part.nodes.size + part.reads.size;

/**
 * Adds nodes to `stored` until no stage passes the limits. Walks from inputs to outputs, and where a node
 * would take too much, stores those of its inputs that bring the most.
 */
export function limitStages(order: readonly Node[], stored: Set<Node>, limits: ScheduleLimits): void {
  const inlined = new Map<Node, Inlined>();
  const reading = (node: Node): Inlined =>
    stored.has(node) ? { reads: new Set([node]), nodes: NONE } : (inlined.get(node) as Inlined);
  for (const node of order) {
    const inputs = [...new Set(node.inputs)];
    let all = union(inputs.map(reading));
    while (all.reads.size > limits.reads || all.nodes.size > limits.nodes) {
      const heavy = inputs
        .filter((input) => !stored.has(input) && reading(input).nodes.size > 0)
        .sort((a, b) => weight(reading(b)) - weight(reading(a)));
      if (heavy.length === 0) break;
      stored.add(heavy[0]);
      all = union(inputs.map(reading));
    }
    const nodes = node.op.kind === "leaf" ? all.nodes : new Set(all.nodes).add(node);
    inlined.set(node, { reads: all.reads, nodes });
  }
}
