/** The reference executor: interprets nodes one by one in float64. Slow, obvious, and what every test trusts. */
import type { HostArray } from "../../array.ts";
import type { Node } from "../../graph/node.ts";
import { isInput, type SimplifiedGraph } from "../../graph/simplify.ts";
import { sizeOf } from "../../shape.ts";
import type { Data, Executor, Kept, Plan, PlanReport } from "../executor.ts";
import { HostKept, runOnArrays } from "../kept.ts";
import { ownCost } from "../schedule-cost.ts";
import { runNode } from "./kernels.ts";

/** Bytes that an operation reads and writes. */
function movedBy({ inputs, shape }: Node): number {
  return (
    Float64Array.BYTES_PER_ELEMENT * inputs.reduce((sum, input) => sum + sizeOf(input.shape), sizeOf(shape))
  );
}

function report(graph: SimplifiedGraph): PlanReport {
  const computed = graph.nodes.filter((node) => !isInput(node));
  const elements = graph.nodes.reduce((total, node) => total + sizeOf(node.shape), 0);
  return {
    asked: "reference",
    ran: "reference",
    nodes: computed.length,
    kernels: computed.length,
    hostStages: 0,
    bytes: elements * Float64Array.BYTES_PER_ELEMENT,
    bytesMoved: computed.reduce((total, node) => total + movedBy(node), 0),
    operations: computed.reduce((total, node) => total + ownCost(node) * sizeOf(node.shape), 0),
    stages: computed.map((node) => `${node.op.name} [${node.shape.join(", ")}]`),
    texts: () => [],
  };
}

/** How often each node is still to be read, so that a value is let go after its last reader. */
function readerCounts(graph: SimplifiedGraph, numbers: ReadonlyMap<Node, number>): number[] {
  const counts = new Array<number>(graph.nodes.length).fill(0);
  for (const node of graph.nodes) {
    for (const input of node.inputs) counts[numbers.get(input) as number]++;
  }
  for (const output of graph.outputs) counts[numbers.get(output) as number] = Infinity;
  return counts;
}

/** One node, and where its inputs' values stand. */
interface Step {
  readonly node: Node;
  readonly inputs: readonly number[];
}

export class ReferencePlan implements Plan {
  readonly report: PlanReport;
  readonly #steps: (Step | null)[];
  readonly #argumentAt: number[];
  readonly #outputAt: number[];
  readonly #readers: number[];

  constructor(graph: SimplifiedGraph) {
    this.report = report(graph);
    const numbers = new Map(graph.nodes.map((node, i) => [node, i]));
    const numberOf = (node: Node) => numbers.get(node) as number;
    this.#steps = graph.nodes.map((node) =>
      !isInput(node) ? { node, inputs: node.inputs.map(numberOf) } : null,
    );
    this.#argumentAt = graph.arguments.map((node) => (node === null ? -1 : numberOf(node)));
    this.#outputAt = graph.outputs.map(numberOf);
    this.#readers = readerCounts(graph, numbers);
  }

  run(data: readonly Data[], into: readonly (Kept | null)[] = []): Promise<HostArray[]> {
    return runOnArrays(data, into, (arrays) => this.#run(arrays));
  }

  async #run(data: readonly HostArray[]): Promise<HostArray[]> {
    const values: (HostArray | undefined)[] = new Array(this.#steps.length);
    this.#argumentAt.forEach((at, i) => {
      if (at >= 0) values[at] = data[i];
    });
    const readers = this.#readers.slice();
    this.#steps.forEach((step, i) => {
      if (step === null) return;
      values[i] = runNode(
        step.node,
        step.inputs.map((input) => values[input] as HostArray),
      );
      for (const input of step.inputs) if (--readers[input] === 0) values[input] = undefined;
    });
    return this.#outputAt.map((at) => Float64Array.from(values[at] as HostArray));
  }

  release(): void {
    this.#steps.length = 0;
  }
}

export class ReferenceExecutor implements Executor {
  readonly id = "reference";
  readonly device = "float64 interpreter";
  readonly precision = "float64";

  async plan(graph: SimplifiedGraph): Promise<Plan> {
    return new ReferencePlan(graph);
  }

  keep(data: HostArray): Kept {
    return new HostKept(data.slice());
  }

  async release(): Promise<void> {}
}
