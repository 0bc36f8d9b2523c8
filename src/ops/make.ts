/** Making nodes: rows with their attribute types, operands that may be numbers, explicit broadcasting. */
import { Node } from "../graph/node.ts";
import type {
  Attributes,
  ContractionRow,
  FoldRow,
  HostRow,
  LeafRow,
  MapRow,
  MoveRow,
  OpRow,
} from "../graph/row.ts";
import { broadcastShapes, type Shape, sameShape } from "../shape.ts";
import { expand, full } from "./movement.ts";

/** Where an op takes a node, a number stands for a tensor full of it. */
export type Operand = Node | number;

type AnyRow<A extends Attributes> =
  | LeafRow<A>
  | MapRow<A>
  | FoldRow<A>
  | MoveRow<A>
  | ContractionRow<A>
  | HostRow<A>;

/** A row written against its own attributes, erased to the type that the table holds. */
export function row<A extends Attributes = Record<string, never>, R extends AnyRow<A> = AnyRow<A>>(
  definition: R,
): OpRow {
  return definition as unknown as OpRow;
}

/** Records a node. */
export function record(op: OpRow, inputs: readonly Node[], shape: Shape, attributes: Attributes = {}): Node {
  return new Node(op, inputs, shape, attributes);
}

/** Records an elementwise node over operands broadcast to one shape. */
export function recordMap(op: OpRow, operands: readonly Operand[], attributes: Attributes = {}): Node {
  let broadcast: Shape | null = null;
  for (const operand of operands) {
    if (typeof operand === "number") continue;
    broadcast = broadcast === null ? operand.shape : broadcastShapes(broadcast, operand.shape, op.name);
  }
  const shape = broadcast ?? [];
  const inputs = operands.map((operand) => spread(operand, shape));
  return new Node(op, inputs, shape, attributes);
}

function spread(operand: Operand, shape: Shape): Node {
  if (typeof operand === "number") return full(shape, operand);
  return sameShape(operand.shape, shape) ? operand : expand(operand, shape);
}
