/**
 * Values that are compared for equality must be the same bits on both sides. Computed twice, in two kernels,
 * they need not be: a compiler may fuse a product into a sum in one of them, and gpu.js' cpu mode holds
 * float64 until it stores. So what a maximum is found in, and what is asked whether it attains it, is stored
 * once.
 */
import type { Node } from "../graph/node.ts";
import type { FoldRow, MapRow } from "../graph/row.ts";
import { type Expression, s } from "../scalar/expression.ts";

/** The arguments that an expression compares for equality with something that is no constant. */
function comparedArguments(expression: Expression): Set<number> {
  const compared = new Set<number>();
  const argumentsOf = (e: Expression): number[] => {
    switch (e.kind) {
      case "argument":
        return [e.index];
      case "constant":
        return [];
      case "unary":
        return argumentsOf(e.x);
      case "binary":
        return [...argumentsOf(e.x), ...argumentsOf(e.y)];
      case "select":
        return [...argumentsOf(e.condition), ...argumentsOf(e.x), ...argumentsOf(e.y)];
    }
  };
  const visit = (e: Expression): void => {
    if (e.kind === "unary") visit(e.x);
    if (e.kind === "select") [e.condition, e.x, e.y].forEach(visit);
    if (e.kind !== "binary") return;
    const [left, right] = [argumentsOf(e.x), argumentsOf(e.y)];
    if (e.op === "equal" && left.length > 0 && right.length > 0)
      for (const i of [...left, ...right]) compared.add(i);
    visit(e.x);
    visit(e.y);
  };
  visit(expression);
  return compared;
}

/** The map behind moves, if there is one. */
function computed(node: Node): Node | null {
  let source = node;
  while (source.op.kind === "move") source = source.inputs[0];
  return source.op.kind === "map" ? source : null;
}

function comparedInputs(node: Node): Node[] {
  if (node.op.kind === "fold") return (node.op as FoldRow).fold.combine === "add" ? [] : [...node.inputs];
  if (node.op.kind !== "map") return [];
  const expression = (node.op as MapRow).expression(
    node.inputs.map((_, i) => s.argument(i)),
    node.attributes,
  );
  const positions = comparedArguments(expression);
  const compared = node.inputs.filter((_, i) => positions.has(i));
  return compared.some((input) => input.op.kind === "leaf") ? [] : compared;
}

/** The maps whose bits matter: if several stages would compute one, it is stored. */
export function exactNodes(nodes: readonly Node[]): Set<Node> {
  return new Set(nodes.flatMap(comparedInputs).flatMap((node) => computed(node) ?? []));
}
