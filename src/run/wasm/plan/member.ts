/** What a stage asks of the pass that it becomes part of. */
import type { Node } from "../../../graph/node.ts";
import { type Expression, expressionCost } from "../../../scalar/expression.ts";
import { type Shape, sizeOf } from "../../../shape.ts";
import { formKey, formOf, IndexSpace, type Variable } from "../../access/affine.ts";
import { type Atom, type Body, bodyOf, Inliner } from "../../access/body.ts";
import { Position } from "../../access/position.ts";
import type { Stage } from "../../schedule.ts";
import { convolutionOf } from "./convolution.ts";

/**
 * - `element`: one expression an element; short reductions are written out as part of it
 * - `fold`: reduced along the vectors of a walk over the operand
 * - `loop`: a reduction of its own inside each vector of results
 * - `product`: a contraction walked along its reduced axes, where these are what lies side by side in memory
 * - `convolution`, `order`: kernels of their own
 */
export type Strategy = "element" | "fold" | "loop" | "product" | "convolution" | "order";

export interface Member {
  readonly stage: Stage;
  readonly strategy: Strategy;
  /** The shape whose elements the walk visits. */
  readonly domain: Shape;
  /** Axes of the domain that a fold keeps. */
  readonly kept: readonly number[];
  /** Stored nodes that are read at the very element that is computed, and nowhere else. */
  readonly aligned: ReadonlySet<Node>;
  /** Price of one element, in multiplications. */
  readonly cost: number;
}

/** Reductions of at most this many terms are written out, if the whole stays below a price. */
const WRITTEN_OUT = 64;
const WRITTEN_OUT_COST = 700;

/** Vectors shorter than this are not worth walking along. */
const SHORT = 4;

/** Price of a term: what it computes, and what it reads. */
const priceOf = (expression: Expression, atoms: readonly Atom[]) =>
  expressionCost(expression) + 2 * atoms.length;

function alignedReads(atoms: readonly Atom[], identity: string): Set<Node> {
  const aligned = new Set<Node>();
  const elsewhere = new Set<unknown>();
  for (const atom of atoms) {
    if (atom.kind !== "read") continue;
    if (formKey(atom.at) === identity) aligned.add(atom.from as Node);
    else elsewhere.add(atom.from);
  }
  for (const node of elsewhere) aligned.delete(node as Node);
  return aligned;
}

/** Reads that do not lie side by side along a loop. */
function scattered(atoms: readonly Atom[], loop: Variable | undefined): number {
  if (loop === undefined) return atoms.length;
  const steps = atoms.map((atom) => (atom.kind === "read" ? (atom.at.terms.get(loop) ?? 0) : 0));
  return steps.filter((step) => Math.abs(step) > 1).length;
}

export function memberOf(stage: Stage, isStored: (node: Node) => boolean): Member {
  const { node } = stage;
  const base = { stage, domain: node.shape, kept: [], aligned: new Set<Node>() };
  if (stage.kind === "order" || stage.kind === "host") return { ...base, strategy: "order", cost: 1 };
  if (convolutionOf(node) !== null) return { ...base, strategy: "convolution", cost: 1 };
  const body = bodyOf(node, isStored);
  const { space, outputs, reduced, atoms } = body;
  const cost = priceOf(body.expression, atoms);
  const terms = reduced.reduce((product, variable) => product * (variable.max + 1), 1);
  const identity = formKey(Position.at(space, node.shape, outputs.map(formOf)).flat);
  const aligned = alignedReads(atoms, identity);
  if (reduced.length === 0) return { ...base, strategy: "element", aligned, cost };
  if (terms <= WRITTEN_OUT && terms * cost <= WRITTEN_OUT_COST) {
    return {
      ...base,
      strategy: "element",
      aligned: terms === 1 ? aligned : new Set(),
      cost: terms * (cost + 1),
    };
  }
  return node.op.kind === "fold"
    ? folded(stage, base, isStored)
    : { ...base, strategy: contracted(body), cost: cost * terms };
}

type Base = Omit<Member, "strategy" | "cost">;

/** A fold walks its operand if it reduces what lies side by side there. */
function folded(stage: Stage, base: Base, isStored: (node: Node) => boolean): Member {
  const { node } = stage;
  const [input] = node.inputs;
  const axes = node.attributes.axes as readonly number[];
  const long = input.shape.map((_, axis) => axis).filter((axis) => input.shape[axis] > 1);
  const space = new IndexSpace();
  const inliner = new Inliner(space, isStored);
  const place = Position.at(
    space,
    input.shape,
    input.shape.map((size) => formOf(space.variable(size))),
  );
  const expression = inliner.value(input, place);
  const cost = priceOf(expression, inliner.atoms.list);
  if (!axes.includes(long[long.length - 1])) {
    return { ...base, strategy: "loop", cost: cost * (sizeOf(input.shape) / sizeOf(node.shape)) };
  }
  return {
    ...base,
    strategy: "fold",
    domain: input.shape,
    kept: input.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)),
    aligned: alignedReads(inliner.atoms.list, formKey(place.flat)),
    cost,
  };
}

/** A contraction is walked along its results, or along what it sums if that lies side by side in memory. */
function contracted({ outputs, reduced, atoms }: Body): "product" | "loop" {
  const output = outputs.filter((variable) => variable.max > 0).pop();
  const inner = reduced.filter((variable) => variable.max > 0).pop();
  const across = scattered(atoms, output);
  const along = scattered(atoms, inner);
  const short = (output?.max ?? 0) + 1 < SHORT && (inner?.max ?? 0) + 1 >= SHORT;
  return along < across || (along === across && short) ? "product" : "loop";
}
