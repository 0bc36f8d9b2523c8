/** Results of recorded functions: tensors, alone or in arrays and plain objects. */
import type { HostArray } from "../array.ts";
import { Node } from "../graph/node.ts";
import { inputRow } from "../ops/movement.ts";
import type { Shape } from "../shape.ts";
import { asTensor, Tensor } from "../tensor.ts";

/** What a recorded function may return: tensors, alone or in arrays and plain objects. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** Stands for data that come later: an argument of the plan, but never readable. */
const NO_DATA = new Float32Array(0);

/** A leaf with data. */
function leaf(shape: Shape, data: HostArray): Node {
  const node = new Node(inputRow, [], shape, {});
  node.realize(data);
  return node;
}

/** @internal A leaf whose data are given at each run. */
export const placeholder = (shape: Shape): Node => leaf(shape, NO_DATA);

/** @internal A tensor with data of its own. */
export const computed = (shape: Shape, data: HostArray): Tensor => new Tensor(leaf(shape, data));

/** @internal The tensors of a tree, in order. */
export function leavesOf(tree: TensorTree, op: string, into: Tensor[] = []): Tensor[] {
  if (tree instanceof Tensor) into.push(tree);
  else if (typeof tree === "object" && tree !== null) {
    for (const part of Object.values(tree)) leavesOf(part as TensorTree, op, into);
  }
  // Whatever else stands in a result would be frozen at its first value: better to say so.
  else asTensor(tree, op, "a part of the result");
  return into;
}

/** @internal The same tree with data in its tensors. */
export function withData(tree: TensorTree, values: Iterator<HostArray>): TensorTree {
  if (tree instanceof Tensor) return computed(tree.shape, values.next().value as HostArray);
  if (Array.isArray(tree)) return tree.map((part: TensorTree) => withData(part, values));
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, withData(part as TensorTree, values)]),
  );
}
