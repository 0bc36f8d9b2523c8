/** What a convolution's kernel does to its results before it stores them: the bias and activation that follow it. */
import type { Node } from "../../../graph/node.ts";
import { type Expression, expressionCost } from "../../../scalar/expression.ts";
import { sizeOf } from "../../../shape.ts";
import { formKey, formOf, IndexSpace } from "../../access/affine.ts";
import { type Atom, Inliner } from "../../access/body.ts";
import { Position } from "../../access/position.ts";
import type { Stage } from "../../schedule.ts";

/** What the expression's arguments stand for. */
export type TailAtom =
  | { readonly kind: "result" }
  /** The element of another tensor at the result's place. */
  | { readonly kind: "beside"; readonly from: Node }
  /** Element `offset + step * channel` of another tensor. */
  | { readonly kind: "channel"; readonly from: Node; readonly offset: number; readonly step: number };

export interface Tail {
  /** The map whose value is stored in place of the convolution's. */
  readonly node: Node;
  readonly expression: Expression;
  readonly atoms: readonly TailAtom[];
  readonly reads: readonly Node[];
}

/** Above this price, a map is better off in a pass that walks whole rows. */
const MOST_COST = 100;

/** [images, channels, pixels] of what a convolution or its adjoint in the images gives. */
function axesOf({ shape }: Node): [number, number, number] {
  const [images, groups, channels, ...space] = shape;
  return [images, groups * channels, sizeOf(space)];
}

/** A stage as the tail of the convolution that it reads; `null` where it needs more than a kernel has at hand. */
export function tailOf({ node }: Stage, convolution: Node, isStored: (node: Node) => boolean): Tail | null {
  if (node.op.kind !== "map" || sizeOf(node.shape) !== sizeOf(convolution.shape)) return null;
  const axes = axesOf(convolution);
  const space = new IndexSpace();
  const coordinates = axes.map((length) => formOf(space.variable(length)));
  const whole = Position.at(space, axes, coordinates);
  const inliner = new Inliner(space, isStored);
  const expression = inliner.compute(node, whole.reshaped(node.shape));
  if (expressionCost(expression) > MOST_COST) return null;
  const own = formKey(whole.flat);
  const [channel] = coordinates[1].terms.keys();
  const atomOf = (atom: Atom): TailAtom | null => {
    if (atom.kind !== "read") return null;
    const from = atom.from as Node;
    if (formKey(atom.at) === own) return from === convolution ? { kind: "result" } : { kind: "beside", from };
    const others = [...atom.at.terms.keys()].some((variable) => variable !== channel);
    if (others || from === convolution) return null;
    return { kind: "channel", from, offset: atom.at.offset, step: atom.at.terms.get(channel) ?? 0 };
  };
  const atoms = inliner.atoms.list.map(atomOf);
  if (atoms.some((atom) => atom === null)) return null;
  const known = atoms as TailAtom[];
  if (!known.some((atom) => atom.kind === "result")) return null;
  const reads = known.flatMap((atom) => (atom.kind === "result" ? [] : [atom.from]));
  return { node, expression, atoms: known, reads: [...new Set(reads)] };
}
