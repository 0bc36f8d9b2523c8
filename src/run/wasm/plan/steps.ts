/** A schedule as steps: passes, what puts their partial results together, and kernels of their own for sorting and such. */
import type { ConvolutionPass } from "../../../../kernels/wasm/convolution/index.ts";
import type { OrderPass } from "../../../../kernels/wasm/order/index.ts";
import { BackendError } from "../../../errors.ts";
import type { Node } from "../../../graph/node.ts";
import { sizeOf } from "../../../shape.ts";
import type { Stored } from "../../access/body.ts";
import { homeOf, type Schedule } from "../../schedule.ts";
import type { FoldResult, PassBody } from "../pass-body.ts";
import { passOfGroup } from "./build.ts";
import { convolutionSteps } from "./convolution.ts";
import { type Group, groupStages } from "./group.ts";
import { orderKernels } from "./kernels.ts";
import type { Tail } from "./tail.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

interface StepBase {
  /** One line for people. */
  readonly doc: string;
  /** Pieces of work that may run in any order, at once; 1 for what cannot be cut. */
  readonly units: number;
  /** Units that are worth handing to a thread. */
  readonly chunk: number;
  /** Price of the whole, in multiplications. */
  readonly cost: number;
  readonly reads: readonly Stored[];
  readonly writes: readonly Stored[];
  /** Room that it needs beside. */
  readonly holds?: readonly Stored[];
}

export interface PassStep extends StepBase {
  readonly kind: "pass";
  readonly body: PassBody;
}

/** A fold whose units left partial results. */
export interface FinishStep extends StepBase {
  readonly kind: "finish";
  readonly fold: FoldResult & { readonly partials: Stored };
  readonly results: number;
  /** Partial results of each result. */
  readonly count: number;
}

export interface OrderStep extends StepBase {
  readonly kind: "order";
  readonly pass: OrderPass;
  readonly inputs: readonly Stored[];
  readonly output: Stored;
  readonly scratch: Stored;
}

export interface ConvolutionStep extends StepBase {
  readonly kind: "convolution";
  readonly pass: ConvolutionPass;
  readonly inputs: readonly Stored[];
  /** What is applied to results before they are stored. */
  readonly tail: Tail | null;
  readonly output: Stored;
  readonly scratch: Stored;
  /** Scratch of all threads, and the bytes of each. */
  readonly own: Stored;
  readonly ownBytes: number;
}

export type Step = PassStep | FinishStep | OrderStep | ConvolutionStep;

/** Multiplications that a unit of a sorting kernel is taken for, given that a chunk of them takes some microseconds. */
const CHUNK_COST = 2 ** 17;

export function bytesOf(buffer: Stored): number {
  return FLOAT * sizeOf(buffer.shape);
}

const text = (node: Node) => `${node.op.name} [${node.shape.join(", ")}]`;

function readsOf(body: PassBody): Stored[] {
  return [...new Set(body.atoms.flatMap((atom) => (atom.kind === "read" ? [atom.from] : [])))];
}

/** Nodes that are read by a group other than the one that makes them, or returned. */
function keptNodes(schedule: Schedule, groups: readonly Group[]): Set<Stored> {
  const makers = new Map<Stored, Group>();
  for (const group of groups) {
    for (const { stage } of group.members) makers.set(stage.node, group);
    if (group.tail !== null) makers.set(group.tail.node, group);
  }
  const kept = new Set<Stored>(schedule.outputs);
  for (const group of groups) {
    for (const { stage } of group.members) {
      for (const read of stage.reads) if (makers.get(read) !== group) kept.add(read);
    }
    for (const read of group.tail?.reads ?? []) kept.add(read);
  }
  return kept;
}

function passSteps(group: Group, schedule: Schedule, kept: ReadonlySet<Stored>): Step[] {
  const { body, units, chunk, cost } = passOfGroup(group, schedule.isStored, (node) => kept.has(node));
  const reads = readsOf(body);
  const names = group.members.map(({ stage }) => text(stage.node)).join(" + ");
  const writes = [
    ...new Set(
      body.results.map((result) =>
        result.kind === "fold" && result.partials !== null ? result.partials : result.to,
      ),
    ),
  ];
  const pass: PassStep = { kind: "pass", doc: names, units, chunk, cost, reads, writes, body };
  const finishes = body.results.flatMap((result): FinishStep[] => {
    if (result.kind !== "fold" || result.partials === null) return [];
    const results = sizeOf(result.to.shape);
    return [
      {
        kind: "finish",
        doc: `partial results of ${text(result.to as Node)}`,
        units: 1,
        chunk: 1,
        cost: units,
        reads: [result.partials],
        writes: [result.to],
        fold: { ...result, partials: result.partials },
        results,
        count: units / results,
      },
    ];
  });
  return [pass, ...finishes];
}

function orderSteps(node: Node): Step[] {
  const lowering = orderKernels().ORDER_KERNELS[node.op.name];
  if (lowering === undefined) {
    throw new BackendError(`wasm: there is no kernel of ${node.op.name}, expected one of each op`, {
      op: node.op.name,
    });
  }
  const inputs = node.inputs.map(homeOf);
  const { scratchBytes, passes } = lowering(
    node.inputs.map((input) => input.shape),
    node.shape,
    node.attributes,
  );
  const scratch: Stored = { shape: [Math.max(1, Math.ceil(scratchBytes / FLOAT))] };
  return passes.map(
    (pass): OrderStep => ({
      kind: "order",
      doc: `${text(node)}: ${pass.doc}`,
      units: pass.units,
      chunk: pass.chunk,
      cost: Math.ceil(pass.units / pass.chunk) * CHUNK_COST,
      reads: [...inputs, scratch],
      writes: [node, scratch],
      pass,
      inputs,
      output: node,
      scratch,
    }),
  );
}

/** The steps of a schedule, in the order in which they run. */
export function stepsOf(schedule: Schedule, threads: number): Step[] {
  const groups = groupStages(schedule);
  const kept = keptNodes(schedule, groups);
  return groups.flatMap((group) => {
    const [{ strategy, stage }] = group.members;
    if (strategy === "order") return orderSteps(stage.node);
    if (strategy === "convolution") return convolutionSteps(stage.node, group.tail, threads);
    return passSteps(group, schedule, kept);
  });
}
